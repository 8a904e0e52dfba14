import { MS_PER_MINUTE, MS_PER_SECOND } from '../kernel/instant.ts';

/** Growing, so that an authority that is down is not hammered; short at the end, because a verified person waits for it. */
const PAUSES_MS = [5 * MS_PER_SECOND, 15 * MS_PER_SECOND, MS_PER_MINUTE, 3 * MS_PER_MINUTE, 10 * MS_PER_MINUTE];

/**
 * How long to wait before a certificate is tried again. It is never given up: an authority comes back.
 * @param attempts made so far, at least 1.
 * @param chance in [0, 1): attempts that failed together do not come back together.
 */
export const pauseMs = (attempts: number, chance: number): number =>
  Math.round(PAUSES_MS[Math.min(attempts, PAUSES_MS.length) - 1]! * (0.8 + 0.4 * chance));
