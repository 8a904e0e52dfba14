import { setTimeout as delay } from 'node:timers/promises';

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
