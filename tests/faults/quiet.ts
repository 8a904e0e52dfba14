import { setTimeout as delay } from 'node:timers/promises';

/** A worker that died is missed after ten seconds and looked for every four; its jobs are done within a few more. */
const SETTLED_AFTER_MS = 20_000;

/** Waits until a count has not changed for a while. */
export async function quiet(count: () => number, settledAfterMs = SETTLED_AFTER_MS): Promise<void> {
  for (let last = -1, since = performance.now(); performance.now() - since < settledAfterMs; await delay(200))
    if (count() !== last) {
      last = count();
      since = performance.now();
    }
}

/** Asks every so often until the answer is yes. @returns how long that took, or null when it was never. */
export async function until(
  ask: () => Promise<boolean> | boolean,
  limitMs: number,
  pauseMs = 50,
): Promise<number | null> {
  const beganAt = performance.now();
  for (; performance.now() - beganAt < limitMs; await delay(pauseMs))
    if (await ask()) return performance.now() - beganAt;
  return null;
}

/** The value that so large a share is not above. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
