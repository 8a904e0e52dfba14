import type { Thumbnail } from '../runtime/media.ts';
import { storedFps, ThumbnailDistances } from './thumbnail-motion.ts';

/** The two moments of a recording that are most alike, as stretches of a second compared frame by frame. */
export type Repetition = {
  /** Mean difference of luma over the stretch, 0 … 255, scaled up where the stretch moves less than `ENOUGH_MOTION`. */
  readonly distance: number;
  /** Where the stretch begins, and where its repetition begins (or, played backwards, ends). */
  readonly atMs: number;
  readonly againAtMs: number;
};

const SAMPLES_PER_SECOND = 10;

/**
 * Motion of a stretch: how much it differs from itself half a second later. Below the floor it is no evidence, for two moments of a
 * person who holds still look alike without any trick; up to `ENOUGH_MOTION` it is less, and its distances count for more.
 * Measured: natural stretches come as near to another as 0.26 of their motion, clips played again to 0.18 of it at most.
 */
const MOTION_FLOOR = 1.2;
const ENOUGH_MOTION = 2.4;

/**
 * The smallest distance between two stretches of a second that begin at least a second apart: near zero when the recording
 * plays a clip again. Null when no stretch moves enough, or when the recording is shorter than two such stretches.
 */
export function closestRepeat(thumbnails: readonly Thumbnail[]): Repetition | null {
  const grid = gridOf(thumbnails);
  if (grid === null) return null;
  const { distances, stride, window, count } = grid;
  let best: Repetition | null = null;
  let closest = Infinity;
  for (let lag = stride * window; lag < count; lag++) {
    // Neighbouring stretches share all pairs but one, so each pair's bound is taken once for the lag.
    const samples = Math.ceil((count - lag) / stride);
    const bounds = Float64Array.from({ length: samples }, (_, at) => distances.atLeast(at * stride, at * stride + lag));
    let sum = 0;
    for (let last = 0; last < samples; last++) {
      sum += bounds[last]! - (bounds[last - window] ?? 0);
      const start = (last - window + 1) * stride;
      if (start < 0 || sum >= closest * window) continue;
      const weight = grid.weight(start);
      if (weight === Infinity) continue;
      const pairs = (k: number): [number, number] => [start + k * stride, start + lag + k * stride];
      const distance = weight * meanBelow(closest / weight, window, pairs, distances);
      if (!(distance < closest)) continue;
      closest = distance;
      best = { distance, atMs: thumbnails[start]!.atMs, againAtMs: thumbnails[start + lag]!.atMs };
    }
  }
  return best;
}

/**
 * As `closestRepeat`, with the second stretch played backwards from a turning point: near zero when a clip is played to and fro.
 * The third of a second around the turning point says nothing (any motion is symmetric there) and is left out.
 */
export function closestReversal(thumbnails: readonly Thumbnail[]): Repetition | null {
  const grid = gridOf(thumbnails);
  if (grid === null) return null;
  const { distances, stride, window, count } = grid;
  const skip = stride * Math.ceil(window * 0.3);
  const reach = skip + stride * (window - 1);
  let best: Repetition | null = null;
  let closest = Infinity;
  for (let centre = reach; centre + reach < count; centre++) {
    const weight = grid.weight(centre + skip);
    if (weight === Infinity) continue;
    // A clip turns on one frame, or shows that frame twice: the mirror lies on a frame or between two.
    for (const twice of [0, 1]) {
      if (centre + twice + reach >= count) continue;
      const pairs = (k: number): [number, number] => [centre - skip - k * stride, centre + twice + skip + k * stride];
      if (!couldBeBelow(closest / weight, window, pairs, distances)) continue;
      const distance = weight * meanBelow(closest / weight, window, pairs, distances);
      if (!(distance < closest)) continue;
      closest = distance;
      best = {
        distance,
        atMs: thumbnails[centre - reach]!.atMs,
        againAtMs: thumbnails[centre + twice + reach]!.atMs,
      };
    }
  }
  return best;
}

type Grid = {
  readonly distances: ThumbnailDistances;
  /** Stored frames between samples, samples in a stretch, stored frames in all. */
  readonly stride: number;
  readonly window: number;
  readonly count: number;
  /** What a distance of the stretch that begins there counts for: 1 when it moves enough, Infinity when it hardly moves. */
  readonly weight: (start: number) => number;
};

function gridOf(thumbnails: readonly Thumbnail[]): Grid | null {
  const fps = storedFps(thumbnails);
  const stride = Math.max(1, Math.round(fps / SAMPLES_PER_SECOND));
  const window = Math.round(fps / stride);
  const count = thumbnails.length;
  if (window < 3 || count < 2 * stride * window) return null;
  const distances = new ThumbnailDistances(thumbnails);
  const half = stride * Math.floor(window / 2);
  const weights = new Map<number, number>();
  const weight = (start: number): number => {
    const known = weights.get(start);
    if (known !== undefined) return known;
    let sum = 0;
    let pairs = 0;
    for (let k = 0; k < window; k++) {
      const at = start + k * stride;
      if (at + half >= count) break;
      sum += distances.between(at, at + half);
      pairs++;
    }
    const motion = pairs === 0 ? 0 : sum / pairs;
    const counts = motion < MOTION_FLOOR ? Infinity : Math.max(1, ENOUGH_MOTION / motion);
    weights.set(start, counts);
    return counts;
  };
  return { distances, stride, window, count, weight };
}

/** The mean distance of `window` pairs, or Infinity as soon as it is certain not to be below `limit`. */
function meanBelow(
  limit: number,
  window: number,
  pairs: (k: number) => [number, number],
  distances: ThumbnailDistances,
): number {
  let sum = 0;
  for (let k = 0; k < window; k++) {
    sum += distances.between(...pairs(k));
    if (sum >= limit * window) return Infinity;
  }
  return sum / window;
}

/** Whether the mean distance could be below `limit`, by what the coarse pictures say. */
function couldBeBelow(
  limit: number,
  window: number,
  pairs: (k: number) => [number, number],
  distances: ThumbnailDistances,
): boolean {
  let sum = 0;
  for (let k = 0; k < window && sum < limit * window; k++) sum += distances.atLeast(...pairs(k));
  return sum < limit * window;
}

/** The longest run of stored frames that do not change at all, in ms; and where it begins. */
export function longestStill(thumbnails: readonly Thumbnail[]): { readonly lastsMs: number; readonly atMs: number } {
  const distances = new ThumbnailDistances(thumbnails);
  let lastsMs = 0;
  let atMs = thumbnails[0]?.atMs ?? 0;
  let start = 0;
  for (let at = 1; at < thumbnails.length; at++) {
    if (distances.between(at - 1, at) >= UNCHANGED) start = at;
    const lasted = thumbnails[at]!.atMs - thumbnails[start]!.atMs;
    if (lasted > lastsMs) {
      lastsMs = lasted;
      atMs = thumbnails[start]!.atMs;
    }
  }
  return { lastsMs, atMs };
}

/** Mean luma difference below which a stored frame repeats the one before: a codec's skipped frame, a frozen source. */
const UNCHANGED = 0.02;
