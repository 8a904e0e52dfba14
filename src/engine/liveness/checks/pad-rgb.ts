import { padScoresOf } from '../pad-rgb.ts';
import { median } from '../quantile.ts';
import { spread } from '../spread.ts';
import type { LivenessCheck } from './check.ts';

const MOST_FRAMES = 12;

/**
 * What the presentation-attack network says of native frontal frames: the lower of its two views of each, and the median
 * of those. A screen or a print has to look real near and wide, in most frames.
 */
export const padRgb: LivenessCheck = {
  check: 'liveness/pad-rgb',
  async measure({ track, models }) {
    const model = await models.open('pad-rgb');
    const frames = spread(track.frontal, MOST_FRAMES);
    if (frames.length === 0) return { inconclusive: 'no-frontal-frame', model: model.cite };
    const near: number[] = [];
    const wide: number[] = [];
    for (const { image, face } of frames) {
      const [atNear, atWide] = await padScoresOf(model, image, face.box);
      near.push(atNear);
      wide.push(atWide);
    }
    const lower = near.map((score, at) => Math.min(score, wide[at]!));
    const score = median(lower);
    return {
      score,
      higherMeans: 'bona fide',
      model: model.cite,
      frame: frames[nearestTo(lower, score)]!.index,
      details: { frames: frames.map(({ index }) => index), near: near.map(rounded), wide: wide.map(rounded) },
    };
  },
};

const nearestTo = (values: readonly number[], wanted: number): number =>
  values.reduce((best, value, at) => (Math.abs(value - wanted) < Math.abs(values[best]! - wanted) ? at : best), 0);

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
