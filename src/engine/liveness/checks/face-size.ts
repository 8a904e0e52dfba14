import { facesOf } from '../face-track.ts';
import { median } from '../quantile.ts';
import type { LivenessCheck } from './check.ts';

/** Distance of the eyes in px, median over the recording's more frontal half: what detail there is to measure on. */
export const faceSize: LivenessCheck = {
  check: 'liveness/face-size',
  measure({ track }) {
    const faces = facesOf(track).map(({ face: { geometry } }) => geometry);
    if (faces.length === 0) return { inconclusive: 'no-face' };
    const turned = median(faces.map(({ asymmetry }) => Math.abs(asymmetry)));
    const frontal = faces.filter(({ asymmetry }) => Math.abs(asymmetry) <= turned);
    return {
      score: median(frontal.map(({ eyeDistancePx }) => eyeDistancePx)),
      higherMeans: 'larger face, px between the eyes',
      details: { widthShare: median(frontal.map(({ faceWidthPx }) => faceWidthPx)) / track.widthPx },
    };
  },
};
