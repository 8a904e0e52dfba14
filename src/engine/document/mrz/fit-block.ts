import type { Point } from '../../image/raster.ts';
import { throughHomography } from '../../image/warp.ts';
import type { Model } from '../../runtime/model.ts';
import { findOrigin, OUTSIDE_COLUMNS, type Origin } from './block-origin.ts';
import { firstLattice, OUTLIER_GLYPHS, type PlacedLattice } from './first-lattice.ts';
import { spotsOf } from './glyph-spots.ts';
import { columnAtPlace, cropMap, movedTo, shapeAt, stepsAt, type Lattice, type LatticePoint } from './lattice.ts';
import { fitRobustly } from './lattice-fit.ts';
import { GLYPH_PITCH_PX, presenceOf, readCrops, STEP_PX, type LineResponse, type Presence } from './line-network.ts';
import type { Pyramid } from './pyramid.ts';
import { drawRow } from './row-crop.ts';
import type { SeenRow } from './seen-row.ts';

/** An MRZ laid onto the picture. Column 0 is the first glyph of each row, row 0 the top one. */
export type Block = Pick<Origin, 'fit' | 'ends'> & {
  readonly lattice: Lattice;
  readonly rows: number;
  readonly lineLength: number;
  readonly rowPitchGlyphs: number;
};

/** Columns that may have been seen beyond the rows: noise beside them that happens to keep their spacing. */
const EXCESS_COLUMNS = 8;

/**
 * Lays a lattice through rows of seen glyphs: first by their places alone, then by what the network sees along the lattice
 * itself, which also tells where the rows begin and end.
 * @param lineLengths what a format with this many rows may have.
 * @returns a block for each length that can be, best first.
 */
export async function fitBlocks(
  model: Model,
  pyramid: Pyramid,
  rows: readonly SeenRow[],
  lineLengths: readonly number[],
): Promise<Block[]> {
  const placed = firstLattice(rows);
  if (placed === null) return [];
  const extent = placed.lastColumn - placed.firstColumn + 1;
  const blocks: Block[] = [];
  for (const lineLength of lineLengths) {
    if (extent > lineLength + EXCESS_COLUMNS || extent < lineLength / 3) continue;
    const block = await settle(model, pyramid, placed, rows.length, lineLength);
    if (block !== null) blocks.push(block);
  }
  return blocks.sort((a, b) => b.fit + b.ends - a.fit - a.ends);
}

type Columns = { readonly first: number; readonly last: number };

const MARGIN_COLUMNS = 4;
const ROUNDS = 6;
/** Nats a glyph after the first round: whatever stands there, it is not glyphs of even pitch. */
const HOPELESS_FIT = -1.8;
/** A lattice is settled when a round moves no point of its rows by more than this, in glyph pitches. */
const SETTLED_GLYPHS = 0.06;

/** Looks along the lattice, finds where its rows begin and end, and draws the lattice through what is seen there. */
async function settle(
  model: Model,
  pyramid: Pyramid,
  placed: PlacedLattice,
  rows: number,
  lineLength: number,
): Promise<Block | null> {
  let lattice = movedTo(placed.lattice, placed.firstColumn, 0);
  const extent = placed.lastColumn - placed.firstColumn + 1;
  // Columns to look at: wherever a block of this length that holds most of what was seen may lie.
  let columns: Columns = {
    first: Math.min(0, extent - lineLength) - MARGIN_COLUMNS,
    last: Math.max(extent, lineLength) - 1 + MARGIN_COLUMNS,
  };
  let origin: Origin | null = null;
  let shifts: readonly number[] = SHIFTS;
  for (let round = 0; round < ROUNDS; round++) {
    const looks = await lookAlong(model, pyramid, lattice, rows, columns, shifts);
    if (looks === null) return null;
    origin = findOrigin(lattice, looks.map(bestPresence), columns.first, lineLength, round === 0 ? 1 : 0);
    if (round > 0 && origin.fit < HOPELESS_FIT) return null;
    const from = origin;
    const points = looks.flatMap((row) => pointsSeen(lattice, row, columns.first, from.ofRow[row.row]!, lineLength));
    const next = fitRobustly(
      points.map(({ point }) => point),
      OUTLIER_GLYPHS,
    );
    if (next === null) return null;
    if (points.every(({ shift }) => Math.abs(shift) < SMALL_SHIFT)) shifts = [0];
    const isSettled =
      from.ofRow.every((column) => column === 0) && largestMove(lattice, next, rows, lineLength) < SETTLED_GLYPHS;
    lattice = next;
    if (isSettled) break;
    columns = { first: -OUTSIDE_COLUMNS, last: lineLength - 1 + OUTSIDE_COLUMNS };
  }
  const { rowPitchGlyphs } = shapeAt(lattice, (lineLength - 1) / 2, (rows - 1) / 2);
  return rowPitchGlyphs > LEAST_ROW_PITCH && origin !== null
    ? { lattice, rows, lineLength, rowPitchGlyphs, fit: origin.fit, ends: origin.ends }
    : null;
}

const LEAST_ROW_PITCH = 1;
const CROP_HEIGHT_GLYPHS = 2;
/** Downward shifts of the crops, as shares of their height: a lattice that drifts off its row is seen by the next of them. */
const SHIFTS = [-0.16, 0, 0.16];
/** Where no row is seen further off its crops' middle than this, the next round need not look beside them. */
const SMALL_SHIFT = 0.1;

/** One row looked at along the lattice, with a crop for each shift. */
type RowLook = {
  readonly row: number;
  readonly shifts: readonly number[];
  readonly responses: readonly LineResponse[];
  readonly presences: readonly Presence[];
  /** For each crop, how sure it is around each step. */
  readonly sureness: readonly Float32Array[];
  /** Rows of the lattice that a crop's whole height spans. */
  readonly rowsHigh: number;
};

async function lookAlong(
  model: Model,
  pyramid: Pyramid,
  lattice: Lattice,
  rows: number,
  columns: Columns,
  shifts: readonly number[],
): Promise<RowLook[] | null> {
  const { rowPitchGlyphs } = shapeAt(lattice, (columns.first + columns.last) / 2, (rows - 1) / 2);
  if (!(rowPitchGlyphs > LEAST_ROW_PITCH)) return null;
  const widthPx = GLYPH_PITCH_PX * (columns.last - columns.first + 3);
  const looks: RowLook[] = [];
  for (let row = 0; row < rows; row++) {
    const crops = shifts.map((shiftDown) => {
      const frame = { firstColumn: columns.first, heightGlyphs: CROP_HEIGHT_GLYPHS, shiftDown };
      return drawRow(pyramid, cropMap(lattice, row, rowPitchGlyphs, frame), widthPx);
    });
    const responses = await readCrops(model, crops);
    const rowsHigh = CROP_HEIGHT_GLYPHS / rowPitchGlyphs;
    const presences = responses.map(presenceOf);
    looks.push({ row, shifts, responses, presences, sureness: presences.map(around), rowsHigh });
  }
  return looks;
}

/** At each step the surest of the shifted crops. */
function bestPresence({ presences }: RowLook): Presence {
  const glyph = Float32Array.from(presences[0]!.glyph);
  const gap = Float32Array.from(presences[0]!.gap);
  for (const other of presences)
    for (let step = 0; step < glyph.length; step++) {
      glyph[step] = Math.max(glyph[step]!, other.glyph[step]!);
      gap[step] = Math.max(gap[step]!, other.gap[step]!);
    }
  return { glyph, gap };
}

/** Steps on each side over which shifted crops are compared: four glyphs. */
const NEIGHBOURHOOD_STEPS = (4 * GLYPH_PITCH_PX) / STEP_PX;

/** The glyphs along a row of the lattice as points of the next one, numbered from the row's first glyph. */
function pointsSeen(
  lattice: Lattice,
  look: RowLook,
  firstColumn: number,
  origin: number,
  lineLength: number,
): { point: LatticePoint; shift: number }[] {
  return spotsOf(strongestResponse(look)).flatMap((spot) => {
    const place = columnAtPlace({ firstColumn }, spot.atPx);
    const column = Math.round(place);
    if (Math.abs(place - column) > OUTLIER_GLYPHS || column < origin || column >= origin + lineLength) return [];
    const { glyphPx } = stepsAt(lattice, place, look.row);
    const pitch = Math.hypot(glyphPx[0], glyphPx[1]);
    const shift = shiftSeen(look, Math.floor(spot.atPx / STEP_PX));
    const point = {
      column: column - origin,
      row: look.row,
      at: throughHomography(lattice.toImage, [place, look.row + shift * look.rowsHigh]),
      direction: [glyphPx[0] / pitch, glyphPx[1] / pitch] as Point,
      alongWeight: spot.confidence,
      acrossWeight: spot.confidence,
    };
    return [{ point, shift }];
  });
}

/** At each step the response of the crop that is surest around it. */
function strongestResponse({ responses, sureness }: RowLook): LineResponse {
  if (responses.length === 1) return responses[0]!;
  const { steps } = responses[0]!;
  const classes = responses[0]!.logProbabilities.length / steps;
  const logProbabilities = new Float32Array(responses[0]!.logProbabilities.length);
  for (let step = 0; step < steps; step++) {
    let chosen = 0;
    for (let at = 1; at < sureness.length; at++) if (sureness[at]![step]! > sureness[chosen]![step]!) chosen = at;
    const from = responses[chosen]!.logProbabilities;
    for (let k = 0; k < classes; k++) logProbabilities[k * steps + step] = from[k * steps + step]!;
  }
  return { steps, logProbabilities };
}

/** Mean over the neighbourhood of a step of the surer of "a glyph" and "a gap". */
function around({ glyph, gap }: Presence): Float32Array {
  const sums = new Float64Array(glyph.length + 1);
  for (let step = 0; step < glyph.length; step++) sums[step + 1] = sums[step]! + Math.max(glyph[step]!, gap[step]!);
  return Float32Array.from(glyph, (_, step) => {
    const from = Math.max(0, step - NEIGHBOURHOOD_STEPS);
    const until = Math.min(glyph.length, step + NEIGHBOURHOOD_STEPS + 1);
    return (sums[until]! - sums[from]!) / (until - from);
  });
}

/** Nats by which a shifted crop must be surer to count e times as much. */
const SHIFT_TEMPERATURE = 0.04;

/** How far below the crop's middle the row seems to run around a step, as a share of the crop's height. */
function shiftSeen(look: RowLook, step: number): number {
  if (look.shifts.length === 1) return look.shifts[0]!;
  const sureness = look.sureness.map((crop) => crop[step]!);
  const top = Math.max(...sureness);
  let sum = 0;
  let moment = 0;
  sureness.forEach((sure, at) => {
    const weight = Math.exp((sure - top) / SHIFT_TEMPERATURE);
    sum += weight;
    moment += weight * look.shifts[at]!;
  });
  return moment / sum;
}

/** The furthest that any end of any row moves from one lattice to another, in glyph pitches. */
function largestMove(from: Lattice, to: Lattice, rows: number, lineLength: number): number {
  let largest = 0;
  for (const row of [0, rows - 1])
    for (const column of [0, (lineLength - 1) / 2, lineLength - 1]) {
      const [x0, y0] = throughHomography(from.toImage, [column, row]);
      const [x1, y1] = throughHomography(to.toImage, [column, row]);
      const { glyphPx } = stepsAt(to, column, row);
      largest = Math.max(largest, Math.hypot(x1 - x0, y1 - y0) / Math.hypot(glyphPx[0], glyphPx[1]));
    }
  return largest;
}
