import { type AuditHead, type ChainedEntry, firstHead, hashedLine } from './audit-chain.ts';
import type { AuditLog } from './audit.ts';

/** What is wrong with a log, at the first entry at which something is. */
export type AuditFault =
  | { readonly kind: 'missing'; readonly number: number }
  /** It is not bound to the entry before it. */
  | { readonly kind: 'unbound'; readonly number: number }
  /** It is not what its hash is of. */
  | { readonly kind: 'changed'; readonly number: number }
  /** It ends before, or otherwise than, its sealed end. */
  | { readonly kind: 'end'; readonly number: number }
  | { readonly kind: 'unsealed' };

type Sha256 = (bytes: string | Uint8Array) => Uint8Array;

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);

/** Follows a log from its first entry to where it is sealed to end. null: it is whole. */
export async function checkChain(
  sha256: Sha256,
  log: AuditLog,
  entries: AsyncIterable<ChainedEntry>,
  end: AuditHead & { readonly isSealed: boolean },
): Promise<AuditFault | null> {
  if (!end.isSealed) return { kind: 'unsealed' };
  let head = firstHead(sha256, log);
  for await (const entry of entries) {
    const number = head.number + 1;
    if (entry.number !== number) return { kind: 'missing', number };
    if (!same(entry.previousHash, head.hash)) return { kind: 'unbound', number };
    if (!same(entry.hash, sha256(hashedLine(entry, number, head.hash)))) return { kind: 'changed', number };
    head = { number, hash: entry.hash };
  }
  return head.number === end.number && same(head.hash, end.hash) ? null : { kind: 'end', number: head.number };
}
