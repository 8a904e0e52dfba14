import type { Grey, Quad } from '../../image/raster.ts';
import type { Model } from '../../runtime/model.ts';
import { GLYPHS } from './alphabet.ts';
import { decodeGrid, type DecodedMrz } from './decode.ts';
import { findRows } from './find-rows.ts';
import { fitBlocks, type Block } from './fit-block.ts';
import type { GlyphGrid } from './glyph-grid.ts';
import { cropMap } from './lattice.ts';
import { GLYPH_PITCH_PX, readCrops, STEP_PX, type LineResponse } from './line-network.ts';
import { pyramidOf, type Pyramid } from './pyramid.ts';
import { drawRow } from './row-crop.ts';
import type { SeenRow } from './seen-row.ts';

/** A block read glyph by glyph. */
export type GlyphReading = {
  readonly block: Block;
  readonly grid: GlyphGrid;
  readonly decoded: DecodedMrz;
  /** For each row, the mean probability of the likeliest glyph at each place, 0 … 1. */
  readonly rowConfidence: readonly number[];
  /** Each row as it was seen before there was a lattice, glyph after glyph: what print of uneven pitch is best read by. */
  readonly seenRows: readonly string[];
};

/** Finds the MRZ among detected boxes and reads it with the OCR-B network; null where there is none. */
export async function readGlyphs(model: Model, grey: Grey, boxes: readonly Quad[]): Promise<GlyphReading | null> {
  const pyramid = pyramidOf(grey);
  const rows = await findRows(model, pyramid, boxes);
  let best: GlyphReading | null = null;
  for (const { stack, lineLengths } of stacksOf(rows))
    for (const block of await fitBlocks(model, pyramid, stack, lineLengths)) {
      const read = await readBlock(model, pyramid, block);
      if (read === null) continue;
      const reading = { ...read, seenRows: stack.map(({ text }) => text) };
      if (best === null || scoreOf(reading) > scoreOf(best)) best = reading;
      if (isClear(reading)) return reading;
    }
  return best;
}

/** Sets of rows to try: the lowest first, since an MRZ is the last text of its side. */
function stacksOf(rows: readonly SeenRow[]): { stack: readonly SeenRow[]; lineLengths: readonly number[] }[] {
  const stacks = [];
  for (let from = rows.length - 3; from >= 0; from--)
    stacks.push({ stack: rows.slice(from, from + 3), lineLengths: [30] });
  for (let from = rows.length - 2; from >= 0; from--)
    stacks.push({ stack: rows.slice(from, from + 2), lineLengths: [44, 36] });
  return stacks;
}

export const scoreOf = ({ block, decoded }: GlyphReading): number =>
  block.fit + block.ends / 2 + decoded.meanLogLikelihood;

const isClear = ({ block, rowConfidence }: GlyphReading): boolean =>
  block.fit > -0.35 && block.ends > -0.8 && rowConfidence.every((confidence) => confidence > 0.88);

/** Heights (glyph pitches) and downward shifts (share of the height) at which each row is cut. */
const usualCuts = [
  [2, 0],
  [2, -0.06],
  [2, 0.06],
  [2.3, 0],
] as const;
const furtherCuts = [
  [1.75, 0],
  [2.3, -0.1],
  [2.3, 0.1],
  [2, -0.13],
  [2, 0.13],
  [2.6, 0],
  [1.75, -0.1],
  [1.75, 0.1],
] as const;
/** The mean log-probability of a row's glyphs above which the usual cuts are enough. */
const CLEAR_ROW_NATS = -0.08;
const CUTS_AVERAGED = 3;
const LOWEST_NATS = -9;

export async function readBlock(
  model: Model,
  pyramid: Pyramid,
  block: Block,
): Promise<Omit<GlyphReading, 'seenRows'> | null> {
  const rows: Float32Array[] = [];
  const rowConfidence: number[] = [];
  for (let row = 0; row < block.rows; row++) {
    let cuts = await readCuts(model, pyramid, block, row, usualCuts);
    if (bestMean(cuts, CUTS_AVERAGED - 1) < CLEAR_ROW_NATS)
      cuts = [...cuts, ...(await readCuts(model, pyramid, block, row, furtherCuts))];
    const merged = mergeCuts(cuts, block.lineLength);
    rows.push(merged.logProbabilities);
    rowConfidence.push(merged.confidence);
  }
  const grid = { lineLength: block.lineLength, rows };
  const decoded = decodeGrid(grid);
  return decoded === null ? null : { block, grid, decoded, rowConfidence };
}

/** One cut of a row: log-probabilities, 37 for each column, and the surest of each column. */
type Cut = { readonly logProbabilities: Float32Array; readonly tops: Float32Array };

async function readCuts(
  model: Model,
  pyramid: Pyramid,
  block: Block,
  row: number,
  cuts: readonly (readonly [heightGlyphs: number, shiftDown: number])[],
): Promise<Cut[]> {
  const widthPx = GLYPH_PITCH_PX * (block.lineLength + 2);
  const crops = cuts.map(([heightGlyphs, shiftDown]) =>
    drawRow(
      pyramid,
      cropMap(block.lattice, row, block.rowPitchGlyphs, { firstColumn: 0, heightGlyphs, shiftDown }),
      widthPx,
    ),
  );
  return (await readCrops(model, crops)).map((response) => cutOf(response, block.lineLength));
}

/** The two steps around each column's centre. */
function cutOf({ steps, logProbabilities: from }: LineResponse, lineLength: number): Cut {
  const logProbabilities = new Float32Array(lineLength * GLYPHS);
  const tops = new Float32Array(lineLength).fill(LOWEST_NATS);
  for (let column = 0; column < lineLength; column++) {
    const step = (GLYPH_PITCH_PX / STEP_PX) * (column + 1.5) - 1;
    for (let glyphClass = 0; glyphClass < GLYPHS; glyphClass++) {
      const at = glyphClass * steps + step;
      const value = Math.max(LOWEST_NATS, (from[at]! + from[at + 1]!) / 2);
      logProbabilities[column * GLYPHS + glyphClass] = value;
      if (value > tops[column]!) tops[column] = value;
    }
  }
  return { logProbabilities, tops };
}

const meanOf = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean of the `rank`-th surest cut, counted from 0. */
const bestMean = (cuts: readonly Cut[], rank: number): number =>
  cuts.map(({ tops }) => meanOf(tops)).sort((a, b) => b - a)[rank]!;

/** Columns on each side over which a cut is judged: where a row is bent, different cuts are right at its two ends. */
const NEIGHBOURHOOD = 3;

/** At each column the mean of the cuts that are surest around it, as probabilities of the 37 glyphs. */
function mergeCuts(cuts: readonly Cut[], lineLength: number): { logProbabilities: Float32Array; confidence: number } {
  const logProbabilities = new Float32Array(lineLength * GLYPHS);
  let confidence = 0;
  for (let column = 0; column < lineLength; column++) {
    const from = Math.max(0, column - NEIGHBOURHOOD);
    const until = Math.min(lineLength, column + NEIGHBOURHOOD + 1);
    const chosen = cuts
      .map((cut) => ({ cut, sure: meanOf(cut.tops.subarray(from, until)) }))
      .sort((a, b) => b.sure - a.sure)
      .slice(0, CUTS_AVERAGED);
    const offset = column * GLYPHS;
    let top = -Infinity;
    for (let glyphClass = 0; glyphClass < GLYPHS; glyphClass++) {
      let sum = 0;
      for (const { cut } of chosen) sum += cut.logProbabilities[offset + glyphClass]!;
      const value = sum / chosen.length;
      logProbabilities[offset + glyphClass] = value;
      if (value > top) top = value;
    }
    confidence += Math.exp(top) / lineLength;
    normalise(logProbabilities, offset, top);
  }
  return { logProbabilities, confidence };
}

/** Takes the gap out: what is left sums to 1 over the 37 glyphs. */
function normalise(values: Float32Array, offset: number, top: number): void {
  let sum = 0;
  for (let at = offset; at < offset + GLYPHS; at++) sum += Math.exp(values[at]! - top);
  const total = top + Math.log(sum);
  for (let at = offset; at < offset + GLYPHS; at++) values[at]! -= total;
}
