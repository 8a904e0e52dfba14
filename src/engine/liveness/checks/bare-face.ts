import { cropForAttributes } from '../../face/attributes/crop.ts';
import { lightOn, measureCover, measureSkin } from '../../face/attributes/measurements/skin.ts';
import { faceToMeasure } from '../../face/attributes/patches.ts';
import { planesOf } from '../../face/attributes/planes.ts';
import { median } from '../quantile.ts';
import { spread } from '../spread.ts';
import type { NativeFrame } from '../face-track.ts';
import type { LivenessCheck } from './check.ts';

const MOST_FRAMES = 3;

/**
 * How surely a mask, a scarf or a hand covers the lower face: its hue is not that of the forehead, from the nose to below the lip.
 * Median over frames: a hand that passes by does not count.
 */
export const bareFace: LivenessCheck = {
  check: 'liveness/bare-face',
  measure({ track }) {
    const frames = spread(track.frontal, MOST_FRAMES);
    if (frames.length === 0) return { inconclusive: 'no-frontal-frame' };
    const covers = frames.map(coverOf).filter((cover) => cover !== null);
    if (covers.length * 2 <= frames.length) return { inconclusive: 'no-colour' };
    return {
      score: median(covers),
      higherMeans: 'lower face covered',
      details: { frames: frames.map(({ index }) => index), covers },
    };
  },
};

/** Null where the picture has no hue to compare. */
function coverOf({ image, face }: NativeFrame): number | null {
  const crop = cropForAttributes(image, face.mesh);
  const measured = faceToMeasure(crop, planesOf(crop));
  const skin = measureSkin(measured);
  if (skin === null || skin.forehead === null || lightOn(skin.forehead) === 'grey-picture') return null;
  return measureCover(measured, skin);
}
