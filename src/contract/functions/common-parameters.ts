import { z } from 'zod';

/** The format of the answer: a parameter of every function, read before the others. */
export const Resp = z
  .string()
  .max(20)
  .optional()
  .meta({
    description:
      'Type of response to return as the result of the call. JSON, XML or TXT; upper or lower case. Without it the answer has the form of old versions (ANT), with fewer fields.',
    enum: ['JSON', 'XML', 'TXT', 'ANT'],
    examples: ['JSON'],
  });

/** Which verification: the `ID` that /VerificarIdentidad answered. */
export const Id = z
  .string()
  .max(20)
  .meta({
    description: 'ID identifier returned in the send function.',
    pattern: '^[0-9]{1,10}$',
    examples: ['299846332'],
  });

export const Res = z.int().meta({
  description: 'Response of the requested function: 1 when it concluded successfully, else a negative code.',
  examples: [1],
});

export const Cred = z.number().meta({
  description: 'Credits remaining in the user account.',
  examples: [98],
});
