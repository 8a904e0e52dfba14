import type { Transaction } from 'kysely';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import { MS_PER_MINUTE, later } from '../kernel/instant.ts';
import { ok, refuse } from '../kernel/result.ts';
import type { Job } from './jobs.ts';
import { endsAt, expired, isReachable } from './steps.ts';
import type { Advance } from './verification.store.ts';

export type LapseExpired = Extract<Job, { kind: 'lapse-expired' }>;

export type LapseExpiredParts = {
  readonly advance: Advance;
  readonly clock: () => Date;
  /** Takes no more evidence for a retake; where none is under way it does nothing. */
  readonly closeRound: (
    transaction: Transaction<unknown>,
    place: { readonly accountId: AccountId; readonly id: VerificationId },
  ) => Promise<void>;
};

/**
 * Ends a request whose link ran out, unused or without everything having been sent. A link that was sent again meanwhile, and one that was
 * opened in time, has a later job of its own. A retake that nobody came for leaves the case to the desk, as it was.
 */
export const lapseExpired =
  ({ advance, clock, closeRound }: LapseExpiredParts) =>
  async ({ accountId, id }: LapseExpired): Promise<void> => {
    const now = clock();
    await advance(
      accountId,
      id,
      (before) =>
        isReachable(before) && endsAt(before) <= later(now, CLOCKS_DIFFER_BY_MS)
          ? ok(expired(before, now))
          : refuse({ kind: 'not-expired' as const }),
      (transaction) => closeRound(transaction, { accountId, id }),
    );
  };

/** The queue's clock and ours may differ by as much; a link lives for days. */
const CLOCKS_DIFFER_BY_MS = MS_PER_MINUTE;
