import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '../../kernel/instant.ts';

/** Pauses between attempts to deliver a callback (contract, reading 22). After the last one it is a dead letter: kept, and not tried again by itself. */
const PAUSES_MS = [
  5 * MS_PER_SECOND,
  MS_PER_MINUTE,
  5 * MS_PER_MINUTE,
  30 * MS_PER_MINUTE,
  2 * MS_PER_HOUR,
  6 * MS_PER_HOUR,
  12 * MS_PER_HOUR,
  24 * MS_PER_HOUR,
  24 * MS_PER_HOUR,
];

/** Pauses are only ever made longer, by a twentieth to a quarter: together at least 72 hours, a long weekend without anybody. */
const JITTER = { least: 0.05, most: 0.25 };

/** The longest that a receiver may ask for. */
const MOST_RETRY_AFTER_MS = MS_PER_DAY;

/** An endpoint that has failed without a success in between for so long is switched off, with a notice. Source: Svix, five days. */
export const SWITCH_OFF_AFTER_MS = 5 * MS_PER_DAY;

/** While an endpoint fails, whatever waits longest is tried so often, beside its schedule: a receiver that comes back is noticed. */
export const PROBE_EVERY_MS = 3 * MS_PER_MINUTE;

/** Attempts by schedule before a delivery is a dead letter. */
export const MOST_ATTEMPTS = PAUSES_MS.length + 1;

/**
 * How long to wait before the next attempt; null: there is none.
 * @param failures attempts that failed so far, at least 1.
 * @param chance in [0, 1): what failed together does not come back together.
 * @param retryAfterMs what the receiver asked for, if it did.
 */
export function pauseMs(failures: number, chance: number, retryAfterMs: number | null): number | null {
  const pause = PAUSES_MS[failures - 1];
  if (pause === undefined) return null;
  const longer = pause * (1 + JITTER.least + (JITTER.most - JITTER.least) * chance);
  return Math.round(Math.max(longer, Math.min(retryAfterMs ?? 0, MOST_RETRY_AFTER_MS)));
}
