import { longestStill } from '../repetition.ts';
import type { LivenessCheck } from './check.ts';

/** The longest time in which not a pixel changed: a camera's noise never stops, a frozen source does. */
export const freeze: LivenessCheck = {
  check: 'liveness/freeze',
  measure({ track }) {
    if (track.isStill) return { inconclusive: 'still-image' };
    if (track.thumbnails.length < 2) return { inconclusive: 'too-few-frames' };
    const { lastsMs, atMs } = longestStill(track.thumbnails);
    return { score: lastsMs / 1000, higherMeans: 'frozen for longer, in seconds', details: { atMs } };
  },
};
