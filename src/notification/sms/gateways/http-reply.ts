import { ok, refuse, type Result } from '../../../kernel/result.ts';
import { deliveryStatuses, type DeliveryReceipt, type HandOver } from '../gateway.ts';
import type { HttpSettings, ReceiptSettings, ReplyRule } from './http-settings.ts';

export type HttpReply = {
  readonly status: number;
  /** The body as parsed JSON; undefined when it is none, was cut off or too long. */
  readonly json: unknown;
  readonly retryAfterMs: number | null;
};

/** What a provider's reply says of the message. */
export function judgeReply({ status, json, retryAfterMs }: HttpReply, settings: HttpSettings): HandOver {
  const { accepted, postponed, refused, messageIds } = settings;
  if (isIn(status, accepted.status) && accepted.where !== undefined && json === undefined)
    return { kind: 'unknown', code: `http-${status}:unreadable` }; // it says yes and what it says yes to cannot be read
  if (holds(accepted, status, json))
    return { kind: 'accepted', gatewayMessageIds: messageIds === undefined ? [] : wordsAt(json, messageIds) };
  const code = codeOf(status, json, settings);
  if (postponed.some((rule) => holds(rule, status, json)))
    return { kind: 'postponed', code, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
  if (refused.some((rule) => holds(rule, status, json))) return { kind: 'refused', code };
  return { kind: 'unknown', code };
}

export type ReceiptRefusal = { readonly kind: 'receipt-unreadable' };

/**
 * Delivery receipts as a provider sends them.
 * @param body of the provider's call, as text.
 * @param at when it was received.
 */
export function parseReceipt(
  settings: ReceiptSettings,
  body: string,
  at: Date,
): Result<readonly DeliveryReceipt[], ReceiptRefusal> {
  const parsed = settings.format === 'json' ? parseJson(body) : Object.fromEntries(new URLSearchParams(body));
  const entries = settings.list === undefined ? [parsed] : valuesAt(parsed, settings.list).flat();
  const receipts = entries.flatMap((entry): DeliveryReceipt[] => {
    const [gatewayMessageId] = wordsAt(entry, settings.messageId);
    const [word] = wordsAt(entry, settings.status);
    if (gatewayMessageId === undefined || word === undefined) return [];
    const status = deliveryStatuses.find((one) => settings.statuses[one]?.some((known) => String(known) === word));
    return [{ gatewayMessageId, status: status ?? 'unknown', at }];
  });
  return entries.length > 0 && receipts.length === entries.length
    ? ok(receipts)
    : refuse({ kind: 'receipt-unreadable' });
}

/** JSON, or undefined. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

const holds = ({ status: statuses, where }: ReplyRule, status: number, json: unknown): boolean =>
  isIn(status, statuses) &&
  (where === undefined ||
    wordsAt(json, where.path).some((word) => where.values.some((value) => String(value) === word)));

const isIn = (status: number, statuses: ReplyRule['status']): boolean =>
  statuses.some((one) => {
    const [from, to = from] = String(one).split('-').map(Number);
    return status >= from! && status <= to!;
  });

/** A status, and the provider's own short code for why. What is longer than a code may say who it is about, and is left out. */
function codeOf(status: number, json: unknown, settings: HttpSettings): string {
  const [word] = settings.code === undefined ? [] : wordsAt(json, settings.code);
  return word !== undefined && /^[A-Za-z0-9_.-]{1,24}$/.test(word) && !/\d{8}/.test(word)
    ? `http-${status}:${word}`
    : `http-${status}`;
}

/** The scalars at a path, as text. */
const wordsAt = (json: unknown, path: string): string[] =>
  valuesAt(json, path)
    .filter((value) => ['string', 'number', 'boolean'].includes(typeof value) && value !== '')
    .map(String);

function valuesAt(json: unknown, path: string): unknown[] {
  let found: unknown[] = [json];
  for (const step of path.split('.'))
    found = found.flatMap((value) => {
      if (typeof value !== 'object' || value === null) return [];
      if (step === '*') return Object.values(value);
      return Object.hasOwn(value, step) ? [(value as Record<string, unknown>)[step]] : [];
    });
  return found;
}
