import { MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '../../kernel/instant.ts';

/** When a message that could not be handed over is tried again, and for how long. */
export type RetrySchedule = {
  /** Pauses between attempts; the last one repeats. */
  readonly pausesMs: readonly [number, ...number[]];
  /** An invitation that could not be handed over for so long is not wanted any more. */
  readonly giveUpAfterMs: number;
};

export const usualRetries: RetrySchedule = {
  pausesMs: [2 * MS_PER_SECOND, 10 * MS_PER_SECOND, MS_PER_MINUTE, 5 * MS_PER_MINUTE, 15 * MS_PER_MINUTE, MS_PER_HOUR],
  giveUpAfterMs: 24 * MS_PER_HOUR,
};

/**
 * How long to wait before the next attempt.
 * @param attempts made so far, at least 1.
 * @param retryAfterMs what the gateway asked for, if it did.
 * @param chance in [0, 1): attempts that failed together do not come back together.
 */
export function pauseMs({ pausesMs }: RetrySchedule, attempts: number, chance: number, retryAfterMs?: number): number {
  const pause = pausesMs[Math.min(attempts, pausesMs.length) - 1]!;
  return Math.round(Math.max(pause * (0.8 + 0.4 * chance), retryAfterMs ?? 0));
}
