import { z } from 'zod';
import { creditsOf } from '../../credits/ledger.ts';
import { ok } from '../../kernel/result.ts';
import { select } from '../parameters.ts';
import { Cred, Res, Resp } from './common-parameters.ts';
import type { WireFunction } from './wire-function.ts';

const Parameters = z.object({ Resp });

/** Tells how many credits the account has. */
export const getCreditos: WireFunction = {
  name: 'GetCreditos',
  isExtension: false,
  uses: 'credits',
  parameters: Parameters,
  answer: z.object({ Res, Cred }),
  antFields: ['Cred'],
  question: () => 'GetCreditos',
  run: async (call, { service }) => {
    const asked = select(Parameters, call.parameters);
    if (!asked.ok) return asked;
    const hundredths = await service.availableHundredths(call.account.id);
    return ok({ kind: 'fields', fields: { Res: 1, Cred: creditsOf(hundredths) } });
  },
};
