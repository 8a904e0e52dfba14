import type { Point } from '../../image/raster.ts';
import { shapeAt, shearCost, rowPitchOf, type Lattice, type LatticePoint } from './lattice.ts';
import { fitRobustly, residualOf } from './lattice-fit.ts';
import { directionOf, type SeenGlyph, type SeenRow } from './seen-row.ts';

/** A lattice whose column numbers are relative, and the columns between which glyphs were seen. */
export type PlacedLattice = { readonly lattice: Lattice; readonly firstColumn: number; readonly lastColumn: number };

/** A glyph further than this from its place, in pitches, is taken for none of the row. */
export const OUTLIER_GLYPHS = 0.35;
/** Deviation of the logarithm of the row pitch over the standard's: foreshortening, and printers of their own mind. */
const ROW_PITCH_DEVIATION = 0.2;
/** Deviation of glyphs from their columns, in pitches; no glyph costs more nats than `OUTLIER_COST`. */
const RESIDUAL_DEVIATION = 0.12;
const OUTLIER_COST = 4.5;
/** Whole numbers tried on each side of the upright one when a row is laid against the main row. */
const OFFSETS_AROUND = 3;
/** The line through a row's box is less sure across the row than glyphs are along it. */
const ACROSS_WEIGHT = 0.3;

/**
 * The lattice through rows of seen glyphs by their places alone. Each row is numbered in itself; which number of one row stands
 * above which of the next is tried, and the numbers that give the likeliest shape are kept.
 */
export function firstLattice(rows: readonly SeenRow[]): PlacedLattice | null {
  const main = rows.toSorted((a, b) => numbered(b).length - numbered(a).length)[0]!;
  let best: PlacedLattice | null = null;
  let least = Infinity;
  for (const offsets of combinations(rows.map((row) => (row === main ? [0] : likelyOffsets(main, row))))) {
    const points = rows.flatMap((row, at) => pointsOf(row, at, offsets[at]!));
    const lattice = fitRobustly(points, OUTLIER_GLYPHS);
    if (lattice === null) continue;
    const columns = points.map(({ column }) => column);
    const firstColumn = Math.min(...columns);
    const lastColumn = Math.max(...columns);
    const cost = shapeCost(lattice, (firstColumn + lastColumn) / 2, rows.length) + residualCost(lattice, points);
    if (cost >= least) continue;
    least = cost;
    best = { lattice, firstColumn, lastColumn };
  }
  return best;
}

type NumberedGlyph = SeenGlyph & { readonly label: number };

const numbered = ({ glyphs }: SeenRow): NumberedGlyph[] =>
  glyphs.filter((glyph): glyph is NumberedGlyph => glyph.label !== null && glyph.single);

function pointsOf(row: SeenRow, at: number, offset: number): LatticePoint[] {
  const direction = directionOf(row.strip);
  return numbered(row).map((glyph) => ({
    column: glyph.label + offset,
    row: at,
    at: glyph.at,
    direction,
    alongWeight: glyph.confidence,
    acrossWeight: ACROSS_WEIGHT * glyph.confidence,
  }));
}

/** What to add to a row's numbers so that they are the main row's: the whole numbers around the upright one. */
function likelyOffsets(main: SeenRow, row: SeenRow): number[] {
  const [ux, uy] = directionOf(main.strip);
  const along = ({ at }: { readonly at: Point }): number => at[0] * ux + at[1] * uy;
  const reference = numbered(main).map((glyph) => ({ label: glyph.label, along: along(glyph) }));
  const differences = numbered(row).map((glyph) => {
    const place = along(glyph);
    const nearest = reference.reduce((a, b) => (Math.abs(b.along - place) < Math.abs(a.along - place) ? b : a));
    return nearest.label + (place - nearest.along) / main.pitchPx - glyph.label;
  });
  const upright = Math.round(differences.sort((a, b) => a - b)[differences.length >> 1]!);
  return Array.from({ length: 2 * OFFSETS_AROUND + 1 }, (_, at) => upright - OFFSETS_AROUND + at);
}

/** Every way to take one of each list. */
export function combinations(choices: readonly (readonly number[])[]): number[][] {
  return choices.reduce<number[][]>(
    (sofar, choice) => sofar.flatMap((head) => choice.map((next) => [...head, next])),
    [[]],
  );
}

function shapeCost(lattice: Lattice, middleColumn: number, rows: number): number {
  const { shearGlyphs, rowPitchGlyphs } = shapeAt(lattice, middleColumn, (rows - 1) / 2);
  if (!(rowPitchGlyphs > 0)) return Infinity;
  const stretch = Math.log(rowPitchGlyphs / rowPitchOf(rows)) / ROW_PITCH_DEVIATION;
  return (rows - 1) * shearCost(shearGlyphs, rows) + stretch ** 2 / 2;
}

const residualCost = (lattice: Lattice, points: readonly LatticePoint[]): number =>
  points.reduce((sum, point) => {
    const off = residualOf(lattice, point).along / RESIDUAL_DEVIATION;
    return sum + Math.min(OUTLIER_COST, (off * off) / 2);
  }, 0);
