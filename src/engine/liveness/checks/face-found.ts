import { facesOf } from '../face-track.ts';
import type { LivenessCheck } from './check.ts';

/** The share of frames in which the applicant's face was followed. */
export const faceFound: LivenessCheck = {
  check: 'liveness/face-found',
  measure({ track }) {
    if (track.frames.length === 0) return { inconclusive: 'no-frame' };
    const frames = track.frames.length;
    return { score: facesOf(track).length / frames, higherMeans: 'face in the picture', details: { frames } };
  },
};
