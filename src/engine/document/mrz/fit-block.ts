import type { Grey, Point } from '../../image/raster.ts';
import { throughHomography } from '../../image/warp.ts';
import type { Model } from '../../runtime/model.ts';
import { spotsOf } from './glyph-spots.ts';
import {
  columnAtPlace,
  cropMap,
  movedTo,
  placeOfColumn,
  rowPitchOf,
  shapeAt,
  stepsAt,
  type Lattice,
  type LatticePoint,
} from './lattice.ts';
import { fitRobustly, residualOf } from './lattice-fit.ts';
import { GLYPH_PITCH_PX, presenceOf, readCrops, STEP_PX, type LineResponse, type Presence } from './line-network.ts';
import { drawRow } from './row-crop.ts';
import { directionOf, type SeenRow } from './seen-row.ts';

/** An MRZ laid onto the picture. Column 0 is the first glyph of each row, row 0 the top one. */
export type Block = {
  readonly lattice: Lattice;
  readonly rows: number;
  readonly lineLength: number;
  readonly rowPitchGlyphs: number;
  /** Mean over all glyphs of how sure the network is that there is one, and a gap after it (nats, at most 0). */
  readonly fit: number;
  /** Mean over the places just before and after the rows of how sure it is that nothing is there (nats, at most 0). */
  readonly ends: number;
};

/** How far beyond its place a glyph is still taken for the one of that column, in pitches. */
const OUTLIER_GLYPHS = 0.35;
/**
 * What a shape costs (nats, Gaussian): tangent of the shear, logarithm of the row pitch over the standard's. Wide enough for
 * every photograph that a person would take; a slip of a row by one glyph costs five, or twelve where there are three rows.
 */
const SHEAR_DEVIATION = 0.12;
const ROW_PITCH_DEVIATION = 0.2;
/** Nats of a glyph that lies off its column by one deviation (squared and halved), at most `OUTLIER_COST`. */
const RESIDUAL_DEVIATION = 0.12;
const OUTLIER_COST = 4.5;
const GAUGES_AROUND = 3;

/**
 * Lays a lattice through rows of seen glyphs: first by their places alone, then by what the network sees along the lattice
 * itself, which also tells where the rows begin and end.
 * @param lineLengths what a format with this many rows may have.
 * @returns the best block for each length that fits at all, best first.
 */
export async function fitBlocks(
  model: Model,
  grey: Grey,
  rows: readonly SeenRow[],
  lineLengths: readonly number[],
): Promise<Block[]> {
  const placed = firstLattice(rows);
  if (placed === null) return [];
  const { lattice, columns } = placed;
  const blocks: Block[] = [];
  for (const lineLength of lineLengths) {
    if (columns.last - columns.first + 1 > lineLength + 4 || columns.last - columns.first + 1 < lineLength / 3)
      continue;
    const block = await settle(model, grey, lattice, rows.length, lineLength, columns);
    if (block !== null) blocks.push(block);
  }
  return blocks.sort((a, b) => b.fit + b.ends - a.fit - a.ends);
}

type Placed = { readonly lattice: Lattice; readonly columns: { readonly first: number; readonly last: number } };

/** By the places of seen glyphs alone: which number of one row stands above which of the next, and the lattice through all. */
function firstLattice(rows: readonly SeenRow[]): Placed | null {
  const main = rows.toSorted((a, b) => labelled(b).length - labelled(a).length)[0]!;
  let best: { placed: Placed; cost: number } | null = null;
  for (const gauges of combinations(rows.map((row) => (row === main ? [0] : likelyGauges(main, row))))) {
    const points = rows.flatMap((row, at) => pointsOf(row, at, gauges[at]!));
    const lattice = fitRobustly(points, OUTLIER_GLYPHS);
    if (lattice === null) continue;
    const columns = points.map(({ column }) => column);
    const extent = { first: Math.min(...columns), last: Math.max(...columns) };
    const cost = shapeCost(lattice, (extent.first + extent.last) / 2, rows.length) + residualCost(lattice, points);
    if (best === null || cost < best.cost) best = { placed: { lattice, columns: extent }, cost };
  }
  return best?.placed ?? null;
}

const labelled = ({ glyphs }: SeenRow) => glyphs.filter(({ label, single }) => label !== null && single);

function pointsOf(row: SeenRow, at: number, gauge: number): LatticePoint[] {
  const direction = directionOf(row.strip);
  return labelled(row).map((glyph) => ({
    column: glyph.label! + gauge,
    row: at,
    at: glyph.at,
    direction,
    alongWeight: glyph.confidence,
    acrossWeight: 0.3 * glyph.confidence,
  }));
}

/** What to add to a row's numbers so that they are the main row's: the whole numbers around the upright one. */
function likelyGauges(main: SeenRow, row: SeenRow): number[] {
  const [ux, uy] = directionOf(main.strip);
  const along = ({ at }: { at: Point }): number => at[0] * ux + at[1] * uy;
  const reference = labelled(main).map((glyph) => ({ label: glyph.label!, along: along(glyph) }));
  const differences = labelled(row).map((glyph) => {
    const place = along(glyph);
    const nearest = reference.reduce((a, b) => (Math.abs(b.along - place) < Math.abs(a.along - place) ? b : a));
    return nearest.label + (place - nearest.along) / main.pitchPx - glyph.label!;
  });
  const upright = Math.round(differences.sort((a, b) => a - b)[differences.length >> 1]!);
  return Array.from({ length: 2 * GAUGES_AROUND + 1 }, (_, at) => upright - GAUGES_AROUND + at);
}

function combinations(choices: readonly (readonly number[])[]): number[][] {
  return choices.reduce<number[][]>(
    (sofar, choice) => sofar.flatMap((head) => choice.map((next) => [...head, next])),
    [[]],
  );
}

function shapeCost(lattice: Lattice, middleColumn: number, rows: number): number {
  const { shearGlyphs, rowPitchGlyphs } = shapeAt(lattice, middleColumn, (rows - 1) / 2);
  if (rowPitchGlyphs <= 0) return Infinity;
  return (
    ((rows - 1) * (shearGlyphs / SHEAR_DEVIATION) ** 2) / 2 +
    (Math.log(rowPitchGlyphs / rowPitchOf(rows)) / ROW_PITCH_DEVIATION) ** 2 / 2
  );
}

const shearCost = (shearGlyphs: number, rows: number): number =>
  (shearGlyphs / rowPitchOf(rows) / SHEAR_DEVIATION) ** 2 / 2;

const residualCost = (lattice: Lattice, points: readonly LatticePoint[]): number =>
  points.reduce((sum, point) => {
    const off = residualOf(lattice, point).along / RESIDUAL_DEVIATION;
    return sum + Math.min(OUTLIER_COST, (off * off) / 2);
  }, 0);

/** Half of the crops' height that is text, the usual cut: two glyph pitches. */
const CROP_HEIGHT_GLYPHS = 2;
const ROUNDS = 3;
const MARGIN_GLYPHS = 4;

/** Looks along the lattice, finds where its rows begin and end, and draws the lattice through what is seen there. */
async function settle(
  model: Model,
  grey: Grey,
  start: Lattice,
  rows: number,
  lineLength: number,
  seen: { readonly first: number; readonly last: number },
): Promise<Block | null> {
  let lattice: Lattice | null = movedTo(start, seen.first, 0);
  const extent = seen.last - seen.first + 1;
  // Columns to look at: wherever a block of this length that holds most of what was seen may lie.
  let range = {
    first: Math.min(0, extent - lineLength) - MARGIN_GLYPHS,
    last: Math.max(extent, lineLength) + MARGIN_GLYPHS,
  };
  let found = { fit: -Infinity, ends: -Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    const { rowPitchGlyphs } = shapeAt(lattice, lineLength / 2, (rows - 1) / 2);
    if (!(rowPitchGlyphs > 1)) return null;
    const frame = { firstColumn: range.first, heightGlyphs: CROP_HEIGHT_GLYPHS, shiftDown: 0 };
    const widthPx = GLYPH_PITCH_PX * (range.last - range.first + 3);
    const current: Lattice = lattice;
    const crops = Array.from({ length: rows }, (_, row) =>
      drawRow(grey, cropMap(current, row, rowPitchGlyphs, frame), widthPx),
    );
    const responses = await readCrops(model, crops);
    const origin = bestOrigin(current, responses.map(presenceOf), range.first, lineLength, round === 0 ? 1 : 0);
    found = origin;
    const points = responses.flatMap((response, row) =>
      pointsSeen(current, response, row, range.first, origin.ofRow[row]!, lineLength),
    );
    lattice = fitRobustly(points, OUTLIER_GLYPHS);
    if (lattice === null) return null;
    range = { first: -OUTSIDE_COLUMNS, last: lineLength - 1 + OUTSIDE_COLUMNS };
  }
  const { rowPitchGlyphs } = shapeAt(lattice, (lineLength - 1) / 2, (rows - 1) / 2);
  return { lattice, rows, lineLength, rowPitchGlyphs, fit: found.fit, ends: found.ends };
}

type Origin = { readonly ofRow: readonly number[]; readonly fit: number; readonly ends: number };

/** Where each row's first glyph stands: the columns under which the rows together look most like a block. */
function bestOrigin(
  lattice: Lattice,
  presences: readonly Presence[],
  firstColumn: number,
  lineLength: number,
  slipAllowed: number,
): Origin {
  const columns = Math.round((presences[0]!.glyph.length * STEP_PX) / GLYPH_PITCH_PX) - 2;
  const lastOrigin = firstColumn + columns - lineLength;
  const scores = presences.map((presence) =>
    Array.from(
      { length: columns - lineLength + 1 },
      (_, at) => insideScore(presence, at, lineLength) + outsideScore(presence, at, lineLength),
    ),
  );
  const slips = combinations(
    presences.map((_, row) =>
      row === 0 ? [0] : Array.from({ length: 2 * slipAllowed + 1 }, (_s, at) => at - slipAllowed),
    ),
  );
  let best: { ofRow: number[]; score: number } | null = null;
  const middleRow = (presences.length - 1) / 2;
  for (let base = firstColumn; base <= lastOrigin; base++)
    for (const slip of slips) {
      const ofRow = slip.map((by) => base + by);
      let score = 0;
      ofRow.forEach((origin, row) => (score += scores[row]![origin - firstColumn] ?? -Infinity));
      const { shearGlyphs } = shapeAt(lattice, base + lineLength / 2, middleRow);
      for (let row = 1; row < ofRow.length; row++)
        score -= shearCost(shearGlyphs + ofRow[row]! - ofRow[row - 1]!, ofRow.length);
      if (best === null || score > best.score) best = { ofRow, score };
    }
  const { ofRow } = best!;
  const mean = (score: (presence: Presence, origin: number) => number): number =>
    ofRow.reduce((sum, origin, row) => sum + score(presences[row]!, origin - firstColumn), 0) / ofRow.length;
  return {
    ofRow,
    fit: mean((presence, origin) => insideScore(presence, origin, lineLength)) / lineLength,
    ends: mean((presence, origin) => outsideScore(presence, origin, lineLength)) / (2 * OUTSIDE_COLUMNS),
  };
}

const at = (values: Float32Array, px: number): number => {
  const step = px / STEP_PX - 0.5;
  const low = Math.max(0, Math.min(values.length - 2, Math.floor(step)));
  const share = step - low;
  return values[low]! * (1 - share) + values[low + 1]! * share;
};

/** Glyphs at every column of a row, gaps between them. `origin` counts from the crop's first column. */
function insideScore(presence: Presence, origin: number, lineLength: number): number {
  let score = 0;
  for (let column = 0; column < lineLength; column++) {
    const px = placeOfColumn({ firstColumn: 0 }, origin + column);
    score += at(presence.glyph, px);
    if (column + 1 < lineLength) score += at(presence.gap, px + GLYPH_PITCH_PX / 2);
  }
  return score;
}

const OUTSIDE_COLUMNS = 3;
const LOWEST_OUTSIDE = -2.5;

/** Nothing just before the first glyph of a row and after its last one. */
function outsideScore({ gap }: Presence, origin: number, lineLength: number): number {
  let score = 0;
  for (let beyond = 1; beyond <= OUTSIDE_COLUMNS; beyond++)
    for (const column of [origin - beyond, origin + lineLength - 1 + beyond]) {
      const px = placeOfColumn({ firstColumn: 0 }, column);
      if (px >= 0 && px <= gap.length * STEP_PX) score += Math.max(LOWEST_OUTSIDE, at(gap, px));
    }
  return score;
}

/** The glyphs along a row of the lattice as points of the next one, numbered from the row's first glyph. */
function pointsSeen(
  lattice: Lattice,
  response: LineResponse,
  row: number,
  firstColumn: number,
  origin: number,
  lineLength: number,
): LatticePoint[] {
  return spotsOf(response).flatMap((spot) => {
    const place = columnAtPlace({ firstColumn }, spot.atPx);
    const column = Math.round(place);
    if (Math.abs(place - column) > OUTLIER_GLYPHS || column < origin || column >= origin + lineLength) return [];
    const { glyphPx } = stepsAt(lattice, place, row);
    const pitch = Math.hypot(glyphPx[0], glyphPx[1]);
    return [
      {
        column: column - origin,
        row,
        at: throughHomography(lattice.toImage, [place, row]),
        direction: [glyphPx[0] / pitch, glyphPx[1] / pitch] as Point,
        alongWeight: spot.confidence,
        acrossWeight: spot.confidence,
      },
    ];
  });
}
