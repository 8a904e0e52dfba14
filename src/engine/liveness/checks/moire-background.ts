import { addBackgroundPower } from '../background-spectrum.ts';
import { PATCH_PX, shapeOf } from '../spectrum.ts';
import { spread } from '../spread.ts';
import type { LivenessCheck } from './check.ts';

const MOST_FRAMES = 5;

/**
 * A screen's pixel grid under a camera's leaves lone frequencies: how unevenly the background's power is spread around its own
 * fall-off. Patches of all frames are summed, so that what passes by averages out and what the screen adds stays.
 */
export const moireBackground: LivenessCheck = {
  check: 'liveness/moire-background',
  measure({ track }) {
    const frames = spread(track.frontal, MOST_FRAMES);
    if (frames.length === 0) return { inconclusive: 'no-frontal-frame' };
    const power = new Float64Array(PATCH_PX * PATCH_PX);
    let patches = 0;
    for (const { image, face } of frames) patches += addBackgroundPower(image, face.box, power);
    if (patches === 0) return { inconclusive: 'no-background' };
    const { unevenness, peak, peakAt } = shapeOf(power);
    return {
      score: unevenness,
      higherMeans: 'lone frequencies, as of a screen',
      details: { frames: frames.map(({ index }) => index), patches, peak, peakAt },
    };
  },
};
