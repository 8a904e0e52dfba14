import { combinations } from './first-lattice.ts';
import { placeOfColumn, shapeAt, shearCost, type Lattice } from './lattice.ts';
import { GLYPH_PITCH_PX, STEP_PX, type Presence } from './line-network.ts';

/** Where the rows of a block begin. */
export type Origin = {
  /** Column of each row's first glyph; equal where the lattice has no slip. */
  readonly ofRow: readonly number[];
  /** Mean over all glyphs of how sure the network is that there is one, and a gap after it (nats, at most 0). */
  readonly fit: number;
  /** Mean over the places just before and after the rows of how sure it is that nothing is there (nats, at most 0). */
  readonly ends: number;
};

/** Columns before and after a row that are looked at. */
export const OUTSIDE_COLUMNS = 3;
const LOWEST_OUTSIDE = -2.5;

/**
 * The columns under which the rows together look most like a block: glyphs inside, nothing just outside.
 * @param presences one for each row, of crops along the lattice that begin at `firstColumn`.
 * @param slip how many columns rows may be shifted against each other, which costs as shear does.
 */
export function findOrigin(
  lattice: Lattice,
  presences: readonly Presence[],
  firstColumn: number,
  lineLength: number,
  slip: number,
): Origin {
  const columns = Math.round((presences[0]!.glyph.length * STEP_PX) / GLYPH_PITCH_PX) - 2;
  const places = columns - lineLength + 1;
  const scores = presences.map((presence) =>
    Array.from({ length: places }, (_, at) => inside(presence, at, lineLength) + outside(presence, at, lineLength)),
  );
  const choices = Array.from({ length: 2 * slip + 1 }, (_, at) => at - slip);
  const slips = combinations(presences.map((_, row) => (row === 0 ? [0] : choices)));
  let best: readonly number[] = presences.map(() => firstColumn);
  let top = -Infinity;
  for (let base = firstColumn; base < firstColumn + places; base++) {
    const { shearGlyphs } = shapeAt(lattice, base + lineLength / 2, (presences.length - 1) / 2);
    for (const by of slips) {
      let score = 0;
      by.forEach((shift, row) => (score += scores[row]![base + shift - firstColumn] ?? -Infinity));
      for (let row = 1; row < by.length; row++)
        score -= shearCost(shearGlyphs + by[row]! - by[row - 1]!, presences.length);
      if (score <= top) continue;
      top = score;
      best = by.map((shift) => base + shift);
    }
  }
  const mean = (score: (presence: Presence, origin: number) => number): number =>
    best.reduce((sum, origin, row) => sum + score(presences[row]!, origin - firstColumn), 0) / best.length;
  return {
    ofRow: best,
    fit: mean((presence, origin) => inside(presence, origin, lineLength)) / lineLength,
    ends: mean((presence, origin) => outside(presence, origin, lineLength)) / (2 * OUTSIDE_COLUMNS),
  };
}

/** A value between two steps of the network. */
function valueAt(values: Float32Array, px: number): number {
  const step = px / STEP_PX - 0.5;
  const low = Math.max(0, Math.min(values.length - 2, Math.floor(step)));
  const share = step - low;
  return values[low]! * (1 - share) + values[low + 1]! * share;
}

/** Glyphs at every column of a row, gaps between them. `origin` counts from the crop's first column. */
function inside({ glyph, gap }: Presence, origin: number, lineLength: number): number {
  let score = 0;
  for (let column = 0; column < lineLength; column++) {
    const px = placeOfColumn({ firstColumn: 0 }, origin + column);
    score += valueAt(glyph, px);
    if (column + 1 < lineLength) score += valueAt(gap, px + GLYPH_PITCH_PX / 2);
  }
  return score;
}

/** Nothing just before the first glyph of a row and after its last one. */
function outside({ gap }: Presence, origin: number, lineLength: number): number {
  let score = 0;
  for (let beyond = 1; beyond <= OUTSIDE_COLUMNS; beyond++)
    for (const column of [origin - beyond, origin + lineLength - 1 + beyond]) {
      const px = placeOfColumn({ firstColumn: 0 }, column);
      if (px >= 0 && px <= gap.length * STEP_PX) score += Math.max(LOWEST_OUTSIDE, valueAt(gap, px));
    }
  return score;
}
