import { z } from 'zod';
import { creditsOf } from '../../credits/ledger.ts';
import { ok } from '../../kernel/result.ts';
import { select } from '../parameters.ts';
import { Cred, Id, Res, Resp } from './common-parameters.ts';
import { parseId, type WireFunction } from './wire-function.ts';

const Parameters = z.object({ Id, Resp });

/** Has the message of a request sent once more, without further cost. */
export const reenviarIdentidad: WireFunction = {
  name: 'ReenviarIdentidad',
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
    const done = await service.resend(call.account, id.value);
    if (!done.ok) return done;
    return ok({ kind: 'fields', fields: { Res: 1, Cred: creditsOf(done.value.availableHundredths) } });
  },
};
