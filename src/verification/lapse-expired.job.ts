import { MS_PER_MINUTE, later } from '../kernel/instant.ts';
import { ok, refuse } from '../kernel/result.ts';
import type { Job } from './jobs.ts';
import { lapsed } from './steps.ts';
import type { Advance } from './verification.store.ts';

export type LapseExpired = Extract<Job, { kind: 'lapse-expired' }>;

/** Ends a request whose link ran out unused. A link that was sent again meanwhile has a later job of its own. */
export const lapseExpired =
  ({ advance, clock }: { readonly advance: Advance; readonly clock: () => Date }) =>
  async (job: LapseExpired): Promise<void> => {
    const now = clock();
    await advance(job.accountId, job.id, (before) =>
      before.state === 'invited' && before.linkExpiresAt <= later(now, CLOCKS_DIFFER_BY_MS)
        ? ok(lapsed(before, 'expired', now))
        : refuse({ kind: 'not-expired' as const }),
    );
  };

/** The queue's clock and ours may differ by as much; a link lives for days. */
const CLOCKS_DIFFER_BY_MS = MS_PER_MINUTE;
