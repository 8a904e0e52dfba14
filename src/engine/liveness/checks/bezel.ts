import { median } from '../quantile.ts';
import { spread } from '../spread.ts';
import { linesAround, type LinesAround } from '../straight-lines.ts';
import type { LivenessCheck } from './check.ts';

const MOST_FRAMES = 3;

/**
 * Straight rims around the face: of the four sides the second best covered, so that one door frame is not enough; median
 * over frames.
 */
export const bezel: LivenessCheck = {
  check: 'liveness/bezel',
  measure({ track }) {
    const frames = spread(track.frontal, MOST_FRAMES);
    if (frames.length === 0) return { inconclusive: 'no-frontal-frame' };
    const lines = frames.map(({ image, face }) => linesAround(image, face.box));
    const side = (name: keyof LinesAround): number => median(lines.map((around) => around[name]));
    return {
      score: median(lines.map(secondBest)),
      higherMeans: 'straight rims around the face',
      frame: frames[0]!.index,
      details: {
        frames: frames.map(({ index }) => index),
        left: side('left'),
        right: side('right'),
        above: side('above'),
        below: side('below'),
      },
    };
  },
};

const secondBest = (around: LinesAround): number => Object.values(around).toSorted((a, b) => b - a)[1]!;
