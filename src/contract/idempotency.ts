import { type Result, ok, refuse } from '../kernel/result.ts';
import type { IdempotencyKey } from '../verification/service.ts';

export type IdempotencyRefusal = { readonly kind: 'idempotency-key-malformed' };

const PRINTABLE = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/**
 * The key of a call and what the call asked, digested, so that the service can tell a retry from another call under the same key.
 * Order, encoding, case of names and the format of the answer do not matter; values do, as they were sent.
 * @param key the `Idempotency-Key` header; undefined: none.
 * @param asked the function's parameters by name.
 */
export function idempotencyKeyOf(
  key: string | undefined,
  functionName: string,
  asked: Readonly<Record<string, string | undefined>>,
  digest: (text: string) => Uint8Array,
): Result<IdempotencyKey | null, IdempotencyRefusal> {
  if (key === undefined) return ok(null);
  if (!PRINTABLE.test(key)) return refuse({ kind: 'idempotency-key-malformed' });
  const canonical = Object.entries(asked)
    .filter(([name, value]) => name !== 'Resp' && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return ok({ key, parametersDigest: digest(JSON.stringify([functionName, canonical])) });
}
