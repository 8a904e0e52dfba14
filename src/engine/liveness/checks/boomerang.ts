import { closestReversal } from '../repetition.ts';
import type { LivenessCheck } from './check.ts';

/** Does the recording run backwards from some moment? A clip that is played to and fro does. */
export const boomerang: LivenessCheck = {
  check: 'liveness/boomerang',
  measure({ track }) {
    if (track.isStill) return { inconclusive: 'still-image' };
    const reversal = closestReversal(track.thumbnails);
    if (reversal === null) return { inconclusive: 'too-little-motion' };
    const { distance, atMs, againAtMs } = reversal;
    return { score: distance, higherMeans: 'no moment runs backwards', details: { atMs, againAtMs } };
  },
};
