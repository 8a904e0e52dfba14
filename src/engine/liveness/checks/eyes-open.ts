import { facesOf } from '../face-track.ts';
import { quantile } from '../quantile.ts';
import type { LivenessCheck } from './check.ts';

/**
 * Eye aspect ratio when the eyes are most open (90th percentile), of frames that are not turned far: blinks, smiles and
 * looking down come and go, somebody asleep keeps the eyes shut.
 */
export const eyesOpen: LivenessCheck = {
  check: 'liveness/eyes-open',
  measure({ track }) {
    const openness = facesOf(track)
      .filter(({ face }) => Math.abs(face.geometry.asymmetry) < MOST_ASYMMETRY)
      .map(({ face }) => face.geometry.eyeOpenness);
    if (openness.length === 0) return { inconclusive: 'no-frontal-frame' };
    return { score: quantile(openness, 0.9), higherMeans: 'eyes open', details: { frames: openness.length } };
  },
};

const MOST_ASYMMETRY = 0.5;
