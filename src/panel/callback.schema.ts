import { z } from 'zod';
import { instant } from './protocol.schema.ts';

/** As `notification/webhook/` keeps them: the words are explained in its `endpoints.ts`. */

export const callbackAttemptSchema = z.object({
  number: z.number().int(),
  beganAt: instant,
  durationMs: z.number().int(),
  /** `delivered`, `gone`, `http-500`, `timeout`, `not-connected:ECONNREFUSED` … */
  outcome: z.string(),
  status: z.number().int().nullable(),
  request: z.object({
    url: z.string(),
    /** Without `authorization`. */
    headers: z.record(z.string(), z.string()),
    body: z.string(),
    /** Whether the body is still what was sent: after an erasure it is not. */
    isAsSent: z.boolean(),
    /** Hex. */
    bodySha256: z.string(),
  }),
  /** The beginning of what came back; null: nothing did, or it was erased with the evidence. */
  reply: z.string().nullable(),
});
export type CallbackAttempt = z.infer<typeof callbackAttemptSchema>;

export const callbackDeliverySchema = z.object({
  /** Names it in `requests/:id/callbacks/:number/resend`. */
  number: z.number().int(),
  webhookId: z.string(),
  /** What it tells of. */
  milestone: z.string(),
  happenedAt: instant,
  state: z.enum(['new', 'waiting', 'held', 'delivered', 'dead', 'passed-over']),
  /** The schedule's next attempt, while it waits. */
  dueAt: instant.nullable(),
  settledAt: instant.nullable(),
  attempts: z.array(callbackAttemptSchema),
});
export type CallbackDelivery = z.infer<typeof callbackDeliverySchema>;

/** In the order in which they are told. */
export const callbackListSchema = z.object({ deliveries: z.array(callbackDeliverySchema) });
export type CallbackList = z.infer<typeof callbackListSchema>;

export const callbackEncodings = ['json', 'urlencoded', 'multipart'] as const;
export const callbackPayloads = ['strings', 'typed'] as const;

export const callbackEndpointSchema = z.object({
  url: z.string(),
  encoding: z.enum(callbackEncodings),
  /** `strings`: every value as a text, as the contract's samples have it; `typed`: as what it is. */
  payload: z.enum(callbackPayloads),
  /** Of Basic authentication; null: none. The password is never shown. */
  user: z.string().nullable(),
  savedAt: instant,
  /** null: it is told what happens. */
  disabled: z.object({ reason: z.enum(['gone', 'failing', 'by-hand']), since: instant }).nullable(),
  /** null: the last delivery succeeded, or none was tried. */
  failingSince: instant.nullable(),
  secretSince: instant,
  /** Until when the secret before signs as well; null: one signs. */
  previousSecretUntil: instant.nullable(),
  waiting: z.number().int(),
  dead: z.number().int(),
});
export type CallbackEndpoint = z.infer<typeof callbackEndpointSchema>;

export const callbackNoticeSchema = z.object({
  kind: z.enum(['disabled-gone', 'disabled-failing', 'dead-letter']),
  number: z.number().int(),
  raisedAt: instant,
  latestAt: instant,
  count: z.number().int(),
});

/** `endpoint` null: nothing is told to anybody. */
export const callbackSetupSchema = z.object({
  endpoint: callbackEndpointSchema.nullable(),
  /** What somebody should know and nobody has dismissed. */
  notices: z.array(callbackNoticeSchema),
});
export type CallbackSetup = z.infer<typeof callbackSetupSchema>;

/**
 * Saved once the receiver proved that it wants to be told; a refusal is `value-refused` at `url`, with the reason as its `why`. User and password
 * are given each time, since the password is never shown: null for none.
 */
export const callbackEndpointBody = z.strictObject({
  url: z.string().trim().min(1).max(2000),
  encoding: z.enum(callbackEncodings),
  payload: z.enum(callbackPayloads),
  credentials: z.strictObject({ user: z.string().max(200), password: z.string().max(500) }).nullable(),
});
export type CallbackEndpointBody = z.infer<typeof callbackEndpointBody>;

/** `secret` is shown this once; null: the account had one, and keeps it. */
export const savedCallbackSchema = z.object({ setup: callbackSetupSchema, secret: z.string().nullable() });

/** How long the secret before signs besides the new one. */
export const rotateCallbackSecretBody = z.strictObject({ overlapHours: z.number().int().min(0).max(168) });

export const callbackTestSchema = z.object({
  webhookId: z.string(),
  durationMs: z.number().int(),
  outcome: z.string(),
  status: z.number().int().nullable(),
  request: z.object({ headers: z.record(z.string(), z.string()), body: z.string() }),
  reply: z.string().nullable(),
});
export type CallbackTest = z.infer<typeof callbackTestSchema>;

export const dismissNoticeBody = z.strictObject({
  kind: callbackNoticeSchema.shape.kind,
  number: z.number().int().min(1),
});
