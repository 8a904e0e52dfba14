/** What was sent and can still be taken back: until when, by the clock of the page. */
export type Countdown = { readonly endsAtMs: number; readonly forMs: number };

/** How long a ruling can be taken back. */
export const UNDO_MS = 10_000;

/** Of a ruling that was just sent. It begins with the sending: more is never promised than the service will keep. */
export const countdownFrom = (sentAtMs: number): Countdown => ({ endsAtMs: sentAtMs + UNDO_MS, forMs: UNDO_MS });

/**
 * Of a ruling that the service tells of later, after a reload. Its clock may be another than the page's, so that what is shown is kept
 * within what can be true.
 * @param settlesAt instant of the service, ISO 8601.
 */
export function countdownUntil(settlesAt: string, nowMs: number): Countdown {
  const leftMs = Math.min(UNDO_MS, Math.max(0, Date.parse(settlesAt) - nowMs));
  return { endsAtMs: nowMs + leftMs, forMs: UNDO_MS };
}

export const isOver = ({ endsAtMs }: Countdown, nowMs: number): boolean => nowMs >= endsAtMs;

/** Whole seconds that are left, as they are shown: 10 at first, 1 to the very end, never more than there were. */
export const secondsLeft = ({ endsAtMs, forMs }: Countdown, nowMs: number): number =>
  Math.ceil(Math.min(forMs, Math.max(0, endsAtMs - nowMs)) / 1000);

/** What is left of it, 1 … 0. */
export const shareLeft = ({ endsAtMs, forMs }: Countdown, nowMs: number): number =>
  Math.min(1, Math.max(0, (endsAtMs - nowMs) / forMs));

/** When the shown second changes next, in ms from now; null: it is over. */
export function nextChangeMs(countdown: Countdown, nowMs: number): number | null {
  const leftMs = countdown.endsAtMs - nowMs;
  if (leftMs <= 0) return null;
  return leftMs - (Math.ceil(leftMs / 1000) - 1) * 1000;
}

/** A time that runs on: `0:07`, `12:40`, `1:02:09`. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
