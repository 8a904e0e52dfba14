import { type Clock, MS_PER_SECOND } from '../kernel/instant.ts';
import type { AccountId } from '../kernel/id.ts';

/** So many requests of one account within so long are a burst: what comes beyond them lets others go first. */
const BURST = 50;
const WITHIN_MS = 10 * MS_PER_SECOND;

/**
 * Tells the requests of a burst from those of a busy day, so that ten thousand invitations of one company do not hold up the one of another.
 * Counts in this process alone, within windows of fixed length.
 */
export function burstCounter(clock: Clock): (accountId: AccountId) => boolean {
  const counts = new Map<AccountId, number>();
  let windowEndsAtMs = 0;
  return (accountId) => {
    const nowMs = clock().getTime();
    if (nowMs >= windowEndsAtMs) {
      counts.clear();
      windowEndsAtMs = nowMs + WITHIN_MS;
    }
    const count = (counts.get(accountId) ?? 0) + 1;
    counts.set(accountId, count);
    return count > BURST;
  };
}
