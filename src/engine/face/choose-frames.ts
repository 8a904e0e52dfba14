/** A frame that could stand for the recording. */
export type FrameCandidate = { readonly atMs: number; readonly quality: number };

/** Frames of this quality may be used; below, they take part only when there is nothing better. */
export const ENOUGH_QUALITY = 0.35;

/**
 * The `count` frames to average, best quality first come: each at least a share of the recording away from those already chosen,
 * because neighbours add nothing, and the distance is halved until enough are found. Frames below `ENOUGH_QUALITY` are taken only
 * when no better one is left at any distance, and one suffices then: averaging bad frames with good ones makes the template worse.
 * Deterministic: equal qualities go by time. Frames of quality 0 are never chosen.
 * @returns chosen candidates, by time.
 */
export function chooseFrames<Candidate extends FrameCandidate>(
  candidates: readonly Candidate[],
  count: number,
): Candidate[] {
  const ranked = candidates
    .filter((candidate) => candidate.quality > 0)
    .toSorted((a, b) => b.quality - a.quality || a.atMs - b.atMs);
  const good = ranked.filter((candidate) => candidate.quality >= ENOUGH_QUALITY);
  if (good.length === 0) return ranked.slice(0, Math.min(1, count));
  return spread(good, count).toSorted((a, b) => a.atMs - b.atMs);
}

function spread<Candidate extends FrameCandidate>(ranked: readonly Candidate[], count: number): Candidate[] {
  const times = ranked.map((candidate) => candidate.atMs);
  const chosen: Candidate[] = [];
  let gapMs = (Math.max(...times) - Math.min(...times)) / Math.max(1, count);
  for (;;) {
    for (const candidate of ranked) {
      if (chosen.length === count) return chosen;
      if (!chosen.includes(candidate) && chosen.every((other) => Math.abs(other.atMs - candidate.atMs) >= gapMs))
        chosen.push(candidate);
    }
    if (gapMs === 0) return chosen;
    gapMs = gapMs < 1 ? 0 : gapMs / 2;
  }
}
