import type { CallbackWorker } from './deliver-callbacks.job.ts';

/** How soon a change is noticed that another process wrote. */
const POLL_MS = 250;
/** What this process writes is committed by then, mostly; where it is not, the next poll finds it. */
const NUDGE_MS = 15;

export type RunningCallbacks = {
  /** Something may be new: looks sooner. */
  nudge(): void;
  stop(): Promise<void>;
};

/** Polls for as long as it is let. A poll that fails is told and followed by the next one. */
export function runCallbacks(
  worker: CallbackWorker,
  { onError, pollMs = POLL_MS }: { readonly onError: (error: unknown) => void; readonly pollMs?: number },
): RunningCallbacks {
  let isStopping = false;
  let isNudged = false;
  let isPolling = false;
  let timer: NodeJS.Timeout | null = null;
  const later = (afterMs: number): void => {
    if (timer !== null) clearTimeout(timer);
    timer = isStopping ? null : setTimeout(poll, afterMs);
  };
  function poll(): void {
    isPolling = true;
    isNudged = false;
    void worker
      .poll()
      .catch(onError)
      .then(() => {
        isPolling = false;
        later(isNudged ? NUDGE_MS : pollMs);
      });
  }
  later(0);
  return {
    nudge() {
      if (isNudged) return;
      isNudged = true;
      if (!isPolling) later(NUDGE_MS);
    },
    async stop() {
      isStopping = true;
      if (timer !== null) clearTimeout(timer);
      await worker.stop();
    },
  };
}
