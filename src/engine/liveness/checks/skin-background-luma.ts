import { lumaOf } from '../colour.ts';
import { facesOf } from '../face-track.ts';
import { median } from '../quantile.ts';
import type { LivenessCheck } from './check.ts';

/**
 * A screen shines, so the face on it is brighter than the room around it: skin luma / background luma, median over frames.
 * While the applicant's own screen flashes it lights the face too; those frames do not count.
 */
export const skinBackgroundLuma: LivenessCheck = {
  check: 'liveness/skin-background-luma',
  measure({ track, challenge }) {
    const flash = challenge?.flash;
    const flashEndsMs = flash === undefined ? 0 : flash.fromMs + flash.stepMs * flash.colours.length + AFTERGLOW_MS;
    const ratios = facesOf(track).flatMap(({ atMs, face: { skin, background } }) => {
      if (skin === null || background === null) return [];
      if (flash !== undefined && atMs >= flash.fromMs && atMs <= flashEndsMs) return [];
      return [lumaOf(skin) / Math.max(1, lumaOf(background))];
    });
    if (ratios.length === 0) return { inconclusive: 'no-background' };
    return { score: median(ratios), higherMeans: 'face brighter than the room', details: { frames: ratios.length } };
  },
};

/** A camera takes about this long to settle after the last colour. */
const AFTERGLOW_MS = 600;
