import { parseRetryAfter } from '../../http/retry-after.ts';
import type { Result } from '../../kernel/result.ts';
import type { EgressRefusal } from './egress-rules.ts';
import type { EgressReply, EgressTrouble } from './egress.ts';

/** What became of one attempt. */
export type Verdict =
  | { readonly kind: 'delivered' }
  /** To be tried again. */
  | { readonly kind: 'failed'; readonly code: string; readonly retryAfterMs: number | null }
  /** 410: the receiver wants no more of this, ever. */
  | { readonly kind: 'gone' }
  /** It was not tried: no attempt at all. */
  | { readonly kind: 'not-tried'; readonly againMs: number };

/**
 * What an answer means for the delivery (contract, reading 21; Standard Webhooks 1.0.0). Any 2xx is success, whatever its body says; a
 * redirect is a failure, because the installer's rules and the signature are for the address that was given.
 * @param now for a `Retry-After` that is a date.
 */
export function verdictOf(outcome: Result<EgressReply, EgressRefusal | EgressTrouble>, now: Date): Verdict {
  if (!outcome.ok) {
    const { refusal } = outcome;
    if (refusal.kind === 'host-busy') return { kind: 'not-tried', againMs: refusal.againMs };
    return {
      kind: 'failed',
      code: 'code' in refusal ? `${refusal.kind}:${refusal.code}` : refusal.kind,
      retryAfterMs: null,
    };
  }
  const { status, retryAfter } = outcome.value;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === 410) return { kind: 'gone' };
  return { kind: 'failed', code: `http-${status}`, retryAfterMs: parseRetryAfter(retryAfter ?? undefined, now) };
}

/** The verdict in a word: `delivered`, `gone`, `not-tried`, or why it failed. */
export const outcomeOf = (verdict: Verdict): string => (verdict.kind === 'failed' ? verdict.code : verdict.kind);
