import type { AccountId } from '../../kernel/id.ts';
import type { CallbackWorker } from './deliver-callbacks.job.ts';

/** How soon a change is noticed that another process wrote. */
const POLL_MS = 250;
/** What this process writes is committed so long after it says so, mostly; where it is not, the next poll finds it. */
const NUDGE_MS = 15;

export type RunningCallbacks = {
  /** Something is new of an account, or will be in a moment: looks sooner. */
  nudge(accountId: AccountId): void;
  stop(): Promise<void>;
};

/** Polls for as long as it is let, and looks after accounts that it is told of in between. What fails is told and followed by the next poll. */
export function runCallbacks(
  worker: CallbackWorker,
  { onError, pollMs = POLL_MS }: { readonly onError: (error: unknown) => void; readonly pollMs?: number },
): RunningCallbacks {
  /** When each was nudged last. */
  const nudged = new Map<AccountId, number>();
  let isStopping = false;
  let isBusy = false;
  let pollAtMs = 0;
  let timer: NodeJS.Timeout | null = null;

  function later(): void {
    if (timer !== null) clearTimeout(timer);
    const untilPollMs = Math.max(0, pollAtMs - performance.now());
    timer = isStopping ? null : setTimeout(goOn, nudged.size > 0 ? Math.min(NUDGE_MS, untilPollMs) : untilPollMs);
  }

  async function goOn(): Promise<void> {
    isBusy = true;
    const isPoll = performance.now() >= pollAtMs;
    try {
      const isAtOnce = isPoll ? await worker.poll() : !(await worker.look(takeNudged()));
      if (isPoll || isAtOnce) pollAtMs = performance.now() + (isAtOnce ? 0 : pollMs);
    } catch (error) {
      onError(error);
      pollAtMs = performance.now() + pollMs;
    }
    isBusy = false;
    later();
  }

  /** All of them; those of just now are looked after once more. */
  function takeNudged(): readonly AccountId[] {
    const accountIds = [...nudged.keys()];
    const untilMs = performance.now() - NUDGE_MS;
    for (const [accountId, atMs] of nudged) if (atMs <= untilMs) nudged.delete(accountId);
    return accountIds;
  }

  later();
  return {
    nudge(accountId) {
      const isFirst = nudged.size === 0;
      nudged.set(accountId, performance.now());
      if (isFirst && !isBusy) later();
    },
    async stop() {
      isStopping = true;
      if (timer !== null) clearTimeout(timer);
      await worker.stop();
    },
  };
}
