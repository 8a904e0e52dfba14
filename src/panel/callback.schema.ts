import { z } from 'zod';
import { instant } from './protocol.schema.ts';

export const callbackAttemptSchema = z.object({
  number: z.number().int(),
  at: instant,
  durationMs: z.number().int().nullable(),
  /** As it was sent, line by line: the request line, the headers with secrets struck out, an empty line, the body. */
  request: z.string(),
  /** As it came back, cut where it was long; null: nothing came. */
  reply: z.string().nullable(),
  status: z.number().int().nullable(),
  /** Why nothing came, or why what came is no success, as a slug; null: it was a success. */
  failure: z.string().nullable(),
});
export type CallbackAttempt = z.infer<typeof callbackAttemptSchema>;

export const callbackDeliverySchema = z.object({
  id: z.string(),
  /** What it tells of. */
  milestone: z.string(),
  state: z.enum(['waiting', 'delivered', 'dead']),
  createdAt: instant,
  deliveredAt: instant.nullable(),
  nextAttemptAt: instant.nullable(),
  attempts: z.array(callbackAttemptSchema),
});
export type CallbackDelivery = z.infer<typeof callbackDeliverySchema>;

export const callbackListSchema = z.object({ deliveries: z.array(callbackDeliverySchema) });

export const callbackEncodings = ['json', 'urlencoded', 'multipart'] as const;

export const callbackEndpointSchema = z.object({
  /** null: nothing is told to anybody. */
  url: z.string().nullable(),
  /** Basic authentication; null: none. The password is never shown. */
  user: z.string().nullable(),
  hasPassword: z.boolean(),
  encoding: z.enum(callbackEncodings),
  /** `text`: every value as a text, as the contract's samples; `typed`: numbers and objects as such. */
  values: z.enum(['text', 'typed']),
  /** The receiver said that it wants nothing more, or somebody switched it off. */
  isSwitchedOff: z.boolean(),
  /** null: the last delivery succeeded, or there was none. */
  failingSince: instant.nullable(),
  /** When signatures by the secret before end; null: there is one secret. */
  oldSecretEndsAt: instant.nullable(),
});
export type CallbackEndpoint = z.infer<typeof callbackEndpointSchema>;

export const callbackEndpointBody = z.strictObject({
  url: z.string().trim().max(2000).nullable(),
  user: z.string().max(200).nullable(),
  /** Absent: as it was. */
  password: z.string().max(500).optional(),
  encoding: z.enum(callbackEncodings),
  values: z.enum(['text', 'typed']),
});
export type CallbackEndpointBody = z.infer<typeof callbackEndpointBody>;

/** Shown once. It signs beside the one before until that ends. */
export const newCallbackSecretSchema = z.object({ secret: z.string(), oldSecretEndsAt: instant.nullable() });
