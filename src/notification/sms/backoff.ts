import { MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '../../kernel/instant.ts';

/** Pauses between attempts to hand a message over; the last one repeats. */
const PAUSES_MS = [
  2 * MS_PER_SECOND,
  10 * MS_PER_SECOND,
  MS_PER_MINUTE,
  5 * MS_PER_MINUTE,
  15 * MS_PER_MINUTE,
  MS_PER_HOUR,
];

/** An invitation that could not be handed over for a day is not wanted any more. */
export const GIVE_UP_AFTER_MS = 24 * MS_PER_HOUR;

/**
 * How long to wait before the next attempt.
 * @param attempts made so far, at least 1.
 * @param retryAfterMs what the gateway asked for, if it did.
 * @param chance in [0, 1): attempts that failed together do not come back together.
 */
export function pauseMs(attempts: number, chance: number, retryAfterMs?: number): number {
  const pause = PAUSES_MS[Math.min(attempts, PAUSES_MS.length) - 1]!;
  return Math.round(Math.max(pause * (0.8 + 0.4 * chance), retryAfterMs ?? 0));
}
