import { closestRepeat } from '../repetition.ts';
import type { LivenessCheck } from './check.ts';

/** Does the recording show one and the same moving second twice? A clip that is played in a loop does. */
export const loop: LivenessCheck = {
  check: 'liveness/loop',
  measure({ track }) {
    if (track.isStill) return { inconclusive: 'still-image' };
    const repeat = closestRepeat(track.thumbnails);
    if (repeat === null) return { inconclusive: 'too-little-motion' };
    const { distance, atMs, againAtMs } = repeat;
    return { score: distance, higherMeans: 'no moment repeats', details: { atMs, againAtMs } };
  },
};
