import { z } from 'zod';
import { creditsOf } from '../../credits/ledger.ts';
import { ok } from '../../kernel/result.ts';
import { select } from '../parameters.ts';
import { Cred, Id, Res, Resp } from './common-parameters.ts';
import { parseId, type WireFunction } from './wire-function.ts';

const Parameters = z.object({ Id, Resp });

/** Takes a request back as long as the applicant has not sent anything; what was only reserved for it is given back. */
export const cancelarIdentidad: WireFunction = {
  name: 'CancelarIdentidad',
  isExtension: true,
  uses: 'request',
  parameters: Parameters,
  answer: z.object({ Res, Cred }),
  antFields: ['Res', 'Cred'],
  question: null,
  run: async (call, { service }) => {
    const asked = select(Parameters, call.parameters);
    if (!asked.ok) return asked;
    const id = parseId(asked.value.Id);
    if (!id.ok) return id;
    const done = await service.cancel(call.account, id.value);
    if (!done.ok) return done;
    return ok({ kind: 'fields', fields: { Res: 1, Cred: creditsOf(done.value.availableHundredths) } });
  },
};
