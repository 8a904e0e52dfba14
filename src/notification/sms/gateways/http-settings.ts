import { z } from 'zod';
import { deliveryStatuses } from '../gateway.ts';

/** Status codes and ranges of them: 429, "500-599". */
const statuses = z.array(z.union([z.int().min(100).max(599), z.string().regex(/^[1-5]\d\d-[1-5]\d\d$/)]));

/** Where in a JSON document, by names, positions and `*` for each of a list: `messages.0.status`, `messages.*.id`. */
const jsonPath = z.string().regex(/^[^.\s]+(\.[^.\s]+)*$/);
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const rule = z.strictObject({
  status: statuses,
  /** Holds when one of the values is there in the reply. */
  where: z.strictObject({ path: jsonPath, values: z.array(scalar).min(1) }).optional(),
});
export type ReplyRule = z.infer<typeof rule>;

const PLACEHOLDER = /\{\{[^}]*\}\}/g;

/** Placeholders may stand in the path and in the query, where they are percent-encoded, and never decide who is asked. */
const urlTemplate = z.string().check((context) => {
  const issue = (message: string): void => {
    context.issues.push({ code: 'custom', message, input: '' }); // the address may hold a key
  };
  const filled = (word: string): URL | null => URL.parse(context.value.replace(PLACEHOLDER, word));
  const [first, second] = [filled('a'), filled('b')];
  if (first === null || second === null) return issue('is not an address');
  if (first.origin !== second.origin || first.username !== '' || first.password !== '')
    return issue('must name the host itself, without user and password');
  const isLoopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(first.hostname);
  if (first.protocol !== 'https:' && !(first.protocol === 'http:' && isLoopback)) issue('must begin with https://');
  return undefined;
});

const headerValue = z
  .string()
  .regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII')
  .refine(
    (value) => [...value.matchAll(PLACEHOLDER)].every(([placeholder]) => placeholder === '{{reference}}'),
    'may hold no placeholder but {{reference}}',
  );

/**
 * How a provider with an HTTP interface is spoken to. Placeholders `{{to}}`, `{{sender}}`, `{{text}}`, `{{reference}}` and `{{encoding}}`
 * stand in the address, in strings of a JSON body and in fields of a form, and are encoded as each place needs.
 */
export const httpSettings = z.strictObject({
  method: z.enum(['POST', 'PUT', 'GET']).default('POST'),
  url: urlTemplate,
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/), headerValue).default({}),
  authentication: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('none') }),
      z.strictObject({
        kind: z.literal('basic'),
        user: z.string().regex(/^[^:]*$/, 'may hold no colon'),
        password: z.string(),
      }),
      z.strictObject({
        kind: z.literal('bearer'),
        token: z.string().regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces'),
      }),
    ])
    .default({ kind: 'none' }),
  body: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('json'), value: z.json() }),
    z.strictObject({ kind: z.literal('form'), fields: z.record(z.string(), z.string()) }),
    z.strictObject({ kind: z.literal('none') }),
  ]),
  /** The provider's words for the two encodings, for `{{encoding}}`. */
  encodingWords: z
    .strictObject({ 'gsm-7': z.string(), 'ucs-2': z.string() })
    .default({ 'gsm-7': 'text', 'ucs-2': 'unicode' }),
  /** The reply is accepted; else one of `postponed` holds, one of `refused`, or nobody knows. */
  accepted: rule.default({ status: ['200-299'] }),
  /**
   * Certainly not taken, and not the message's fault. Besides the usual ones: redirects (not followed), wrong credentials and an
   * empty prepaid account, which the installation can mend.
   */
  postponed: z.array(rule).default([{ status: ['300-399', 401, 402, 407, 408, 425, 429, 503] }]),
  refused: z.array(rule).default([{ status: ['400-499'] }]),
  messageIds: jsonPath.optional(),
  /** Where the reply says why, as a short code. */
  code: jsonPath.optional(),
  connectTimeoutMs: z.int().min(100).default(5_000),
  /** How long an answer may take before nobody knows what became of the message, and how long it is listened for all the same. */
  timeoutMs: z.int().min(100).default(20_000),
  lateAnswerMs: z.int().min(100).default(120_000),
  connections: z.int().min(1).max(1000).default(10),
  /** How delivery receipts look when the provider calls for them; see `parseReceipt`. */
  receipts: z
    .strictObject({
      format: z.enum(['json', 'form']),
      /** Where the list of receipts is; without it the body is one receipt. */
      list: jsonPath.optional(),
      messageId: jsonPath,
      status: jsonPath,
      /** The provider's words for each status; any other word is `unknown`. */
      statuses: z.partialRecord(z.enum(deliveryStatuses), z.array(scalar)),
    })
    .optional(),
});

export type HttpSettings = z.infer<typeof httpSettings>;
export type ReceiptSettings = NonNullable<HttpSettings['receipts']>;
