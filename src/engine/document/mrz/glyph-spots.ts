import { ALPHABET, GLYPHS } from './alphabet.ts';
import { GAP, STEP_PX, type LineResponse } from './line-network.ts';

/** A glyph that the network sees somewhere in a crop, before anything is known of columns. */
export type GlyphSpot = {
  /** Its centre, px along the crop. */
  readonly atPx: number;
  readonly glyphClass: number;
  /** Mean probability over its steps. */
  readonly confidence: number;
  /** Steps of its run; more than a glyph's own where no gap was seen before the next glyph of the same class. */
  readonly runSteps: number;
};

/** The likeliest class of each step; runs of one glyph are spots, and the spots' glyphs are the greedy text. */
export function spotsOf({ steps, logProbabilities }: LineResponse): GlyphSpot[] {
  const spots: GlyphSpot[] = [];
  let start = 0;
  let previous = GAP;
  let confidence = 0;
  for (let step = 0; step <= steps; step++) {
    let best = GAP;
    let top = step < steps ? logProbabilities[GAP * steps + step]! : 0;
    if (step < steps)
      for (let glyphClass = 0; glyphClass < GLYPHS; glyphClass++) {
        const value = logProbabilities[glyphClass * steps + step]!;
        if (value > top) [top, best] = [value, glyphClass];
      }
    if (best !== previous) {
      if (previous !== GAP) spots.push(spot(start, step, previous, confidence));
      start = step;
      confidence = 0;
    }
    confidence += Math.exp(top);
    previous = best;
  }
  return spots;

  function spot(from: number, until: number, glyphClass: number, sum: number): GlyphSpot {
    // The centre of mass of "not a gap", one step beyond the run on both sides: finer than the steps themselves.
    let mass = 0;
    let moment = 0;
    for (let step = Math.max(0, from - 1); step < Math.min(steps, until + 1); step++) {
      const inside = step >= from && step < until;
      const probability = Math.exp(logProbabilities[(inside ? GAP : glyphClass) * steps + step]!);
      const weight = inside ? 1 - probability : probability;
      mass += weight;
      moment += weight * (step + 0.5);
    }
    return {
      atPx: (moment / mass) * STEP_PX,
      glyphClass,
      confidence: sum / (until - from),
      runSteps: until - from,
    };
  }
}

export const greedyText = (spots: readonly GlyphSpot[]): string =>
  spots.map(({ glyphClass }) => ALPHABET[glyphClass]!).join('');
