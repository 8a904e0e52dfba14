import { MS_PER_MINUTE, later } from '../kernel/instant.ts';
import { ok, refuse } from '../kernel/result.ts';
import type { Job } from './jobs.ts';
import { endsAt, isReachable, lapsed } from './steps.ts';
import type { Advance } from './verification.store.ts';

export type LapseExpired = Extract<Job, { kind: 'lapse-expired' }>;

/**
 * Ends a request whose link ran out, unused or without everything having been sent. A link that was sent again meanwhile, and one that was
 * opened in time, has a later job of its own.
 */
export const lapseExpired =
  ({ advance, clock }: { readonly advance: Advance; readonly clock: () => Date }) =>
  async (job: LapseExpired): Promise<void> => {
    const now = clock();
    await advance(job.accountId, job.id, (before) =>
      isReachable(before) && endsAt(before) <= later(now, CLOCKS_DIFFER_BY_MS)
        ? ok(lapsed(before, 'expired', now))
        : refuse({ kind: 'not-expired' as const }),
    );
  };

/** The queue's clock and ours may differ by as much; a link lives for days. */
const CLOCKS_DIFFER_BY_MS = MS_PER_MINUTE;
