/** A step of the challenge on the time line of the recording. */
export type Mark = { readonly fromMs: number; readonly toMs: number };

/** How far keys move: a frame of the measurement, a second, a tenth of the whole. */
export const scrub = { fineMs: 100, coarseMs: 1000, pageShare: 0.1 } as const;

/**
 * Where a key takes the recording; null: it is no key of the time line.
 * @param key `KeyboardEvent.key`, with Shift as `isFine`: the keys of a slider (WAI-ARIA), and `[` and `]` for the steps of the challenge.
 */
export function scrubbedTo(
  key: string,
  { atMs, durationMs, marks, isFine }: { atMs: number; durationMs: number; marks: readonly Mark[]; isFine: boolean },
): number | null {
  const stepMs = isFine ? scrub.fineMs : scrub.coarseMs;
  const target = ((): number | null => {
    switch (key) {
      case 'ArrowLeft':
      case 'ArrowDown':
        return atMs - stepMs;
      case 'ArrowRight':
      case 'ArrowUp':
        return atMs + stepMs;
      case 'PageDown':
        return atMs - durationMs * scrub.pageShare;
      case 'PageUp':
        return atMs + durationMs * scrub.pageShare;
      case 'Home':
        return 0;
      case 'End':
        return durationMs;
      case '[':
        return marks.findLast(({ fromMs }) => fromMs < atMs - scrub.fineMs / 2)?.fromMs ?? 0;
      case ']':
        return marks.find(({ fromMs }) => fromMs > atMs + scrub.fineMs / 2)?.fromMs ?? atMs;
      default:
        return null;
    }
  })();
  return target === null ? null : Math.min(durationMs, Math.max(0, target));
}

/** The step that runs at a moment; null: none does. */
export const markAt = <T extends Mark>(marks: readonly T[], atMs: number): T | null =>
  marks.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs) ?? null;

/** Seconds with one decimal, as told beside the time line. */
export const secondsOf = (ms: number): number => Math.round(ms / 100) / 10;

/**
 * Where labels stand so that none runs into another: the row of each, from 0.
 * @param labels where each begins, and how wide it is, in one unit, by where they begin.
 */
export function rowsOf(labels: readonly { readonly from: number; readonly width: number }[]): readonly number[] {
  const ends: number[] = [];
  return labels.map(({ from, width }) => {
    const free = ends.findIndex((end) => end <= from);
    const row = free === -1 ? ends.length : free;
    ends[row] = from + width;
    return row;
  });
}
