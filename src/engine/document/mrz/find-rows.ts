import type { Point, Quad } from '../../image/raster.ts';
import type { Model } from '../../runtime/model.ts';
import { rowPitchOf } from './lattice.ts';
import type { Pyramid } from './pyramid.ts';
import { directionOf, lengthOf, movedDown, seeRow, stripOf, weightOf, type SeenRow, type Strip } from './seen-row.ts';

/** Boxes shorter than this many of their heights hold no row of 30 glyphs, nor a useful part of one. */
const LEAST_ASPECT = 5;
const MOST_BOXES = 16;
/** What makes a strip a row of an MRZ: enough glyphs, sure ones, evenly spaced. */
const LEAST_GLYPHS = 10;
const LEAST_CONFIDENCE = 0.6;
const LEAST_EVENNESS = 0.6;
/** The row that the others are looked for around must be surer: neighbours may lie in shade, it does not. */
const ANCHOR_CONFIDENCE = 0.75;
/** Distances of neighbouring rows, in glyph pitches: those of the standard with foreshortening and other printers around them. */
const LEAST_ROW_PITCH = 1.2;
const MOST_ROW_PITCH = 3.4;
/** Shares of the standard's distance to look at when a row's neighbour is not known. */
const PROBED_SHARES = [1, 0.9, 1.1, 0.82, 1.2];
const PITCH_AGREEMENT = 1.3;
const LONGEST_TD1_SPAN = 32;
const TD1_GLYPHS = 30;
const TD3_GLYPHS = 44;

/** Looks for MRZ rows among the boxes of detected text; rows come from top to bottom. Empty where there is no MRZ. */
export async function findRows(model: Model, pyramid: Pyramid, boxes: readonly Quad[]): Promise<SeenRow[]> {
  const strips = boxes
    .map(stripOf)
    .filter((strip) => lengthOf(strip) > LEAST_ASPECT * strip.heightPx)
    .sort((a, b) => lengthOf(b) - lengthOf(a))
    .slice(0, MOST_BOXES);
  const seen: SeenRow[] = [];
  for (const strip of strips) {
    const row = await seeRow(model, pyramid, strip);
    if (isRow(row)) seen.push(row);
  }
  const anchor = seen.filter(looksMachineReadable).sort((a, b) => weightOf(b) - weightOf(a))[0];
  if (anchor === undefined) return [];
  const rows = rowsAround(anchor, seen);
  await grow(model, pyramid, rows);
  const longest = rows.toSorted((a, b) => spanOf(b) - spanOf(a))[0]!;
  const whole: SeenRow[] = [];
  for (const row of rows) whole.push(await extended(model, pyramid, row, longest, rows.length));
  return whole;
}

/** Enough glyphs, sure ones, evenly spaced. */
export const isRow = (row: SeenRow): boolean =>
  row.glyphs.length >= LEAST_GLYPHS && row.confidence > LEAST_CONFIDENCE && row.evenness > LEAST_EVENNESS;

/** Filler, or the digits of two dates: what other lines of even print do not show. */
export const looksMachineReadable = ({ text, confidence }: SeenRow): boolean =>
  confidence > ANCHOR_CONFIDENCE &&
  text.length >= 14 &&
  (/<</.test(text) || (text.match(/</g) ?? []).length >= 3 || /\d{6,}.*\d{5,}/.test(text));

const middleOf = ({ strip: { left, right } }: SeenRow): Point => [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2];

/** How far below the anchor's line a point lies, in the anchor's glyph pitches. */
function below(anchor: SeenRow, [x, y]: Point): number {
  const [ux, uy] = directionOf(anchor.strip);
  const [mx, my] = middleOf(anchor);
  return ((y - my) * ux - (x - mx) * uy) / anchor.pitchPx;
}

/** The unbroken stack of rows that the anchor stands in; of two strips of one row the anchor stays, else the fuller one. */
export function rowsAround(anchor: SeenRow, seen: readonly SeenRow[]): SeenRow[] {
  const placed = seen
    .filter((row) => row === anchor || isNeighbour(anchor, row))
    .map((row) => ({ row, at: below(anchor, middleOf(row)) }))
    .sort((a, b) => Number(b.row === anchor) - Number(a.row === anchor) || weightOf(b.row) - weightOf(a.row));
  const lines: { row: SeenRow; at: number }[] = [];
  for (const candidate of placed)
    if (lines.every(({ at }) => Math.abs(at - candidate.at) > LEAST_ROW_PITCH)) lines.push(candidate);
  lines.sort((a, b) => a.at - b.at);
  const start = lines.findIndex(({ row }) => row === anchor);
  let first = start;
  let last = start;
  while (first > 0 && lines[first]!.at - lines[first - 1]!.at < MOST_ROW_PITCH) first--;
  while (last + 1 < lines.length && lines[last + 1]!.at - lines[last]!.at < MOST_ROW_PITCH) last++;
  return lines.slice(first, last + 1).map(({ row }) => row);
}

function isNeighbour(anchor: SeenRow, row: SeenRow): boolean {
  const ratio = row.pitchPx / anchor.pitchPx;
  const [ux, uy] = directionOf(anchor.strip);
  const [vx, vy] = directionOf(row.strip);
  return ratio < PITCH_AGREEMENT && ratio > 1 / PITCH_AGREEMENT && ux * vx + uy * vy > 0.97;
}

/** Glyphs from the first that has a number to the last. */
const spanOf = ({ glyphs }: SeenRow): number => {
  const labels = glyphs.flatMap(({ label }) => (label === null ? [] : [label]));
  return Math.max(...labels) - Math.min(...labels) + 1;
};

/** Looks for rows that the detector missed, above and below. Rows longer than those of a TD1 come in twos. */
async function grow(model: Model, pyramid: Pyramid, rows: SeenRow[]): Promise<void> {
  const wanted = Math.max(...rows.map(spanOf)) > LONGEST_TD1_SPAN ? 2 : 3;
  for (const direction of [-1, 1] as const)
    while (rows.length < wanted) {
      const from = direction < 0 ? rows[0]! : rows.at(-1)!;
      const found = await probe(model, pyramid, from, direction, stepsToProbe(rows, from, wanted));
      if (found === null) break;
      if (direction < 0) rows.unshift(found);
      else rows.push(found);
    }
}

/** Pitch changes along a row in perspective: this much further than a row of glyphs would reach. */
const EXTENSION_ROOM = 1.2;

/**
 * A row whose box ends early (detectors lose long filler) looked at again over the length that the format has, along its own
 * direction or that of the longest row, whichever shows more.
 */
async function extended(
  model: Model,
  pyramid: Pyramid,
  row: SeenRow,
  longest: SeenRow,
  count: number,
): Promise<SeenRow> {
  const missing = (count === 3 ? TD1_GLYPHS : TD3_GLYPHS) - spanOf(row);
  if (missing <= 0) return row;
  const reachPx = missing * row.pitchPx * EXTENSION_ROOM;
  const directions = row === longest ? [directionOf(row.strip)] : [directionOf(row.strip), directionOf(longest.strip)];
  let best = row;
  for (const direction of directions) {
    const again = await seeRow(model, pyramid, reaching(row, direction, reachPx, pyramid));
    if (isRow(again) && weightOf(again) > weightOf(best)) best = again;
  }
  return best;
}

/** The strip through the middle of a row, `reachPx` longer at both ends where the picture goes on. */
function reaching(row: SeenRow, [ux, uy]: Point, reachPx: number, [{ widthPx, heightPx }]: Pyramid): Strip {
  const [mx, my] = middleOf(row);
  const half = lengthOf(row.strip) / 2;
  const end = (sign: 1 | -1): Point => {
    let reach = half + reachPx;
    const inside = (at: number): boolean => {
      const x = mx + sign * ux * at;
      const y = my + sign * uy * at;
      return x >= 0 && y >= 0 && x < widthPx && y < heightPx;
    };
    while (reach > half && !inside(reach)) reach -= row.pitchPx;
    return [mx + sign * ux * reach, my + sign * uy * reach];
  };
  return { ...row.strip, left: end(-1), right: end(1) };
}

/** Distances to look at, px: those of rows already known, else the usual ones. */
function stepsToProbe(rows: readonly SeenRow[], from: SeenRow, wanted: number): number[] {
  if (rows.length < 2) {
    const usual = [rowPitchOf(wanted), ...(wanted === 3 ? [rowPitchOf(2)] : [])];
    return usual.flatMap((pitches) => PROBED_SHARES.map((share) => share * pitches * from.pitchPx));
  }
  const span = below(rows[0]!, middleOf(rows.at(-1)!)) * rows[0]!.pitchPx;
  const step = span / (rows.length - 1);
  return [step, step * 0.93, step * 1.07];
}

async function probe(
  model: Model,
  pyramid: Pyramid,
  from: SeenRow,
  direction: 1 | -1,
  stepsPx: readonly number[],
): Promise<SeenRow | null> {
  let best: SeenRow | null = null;
  for (const stepPx of stepsPx) {
    const strip: Strip = movedDown(from.strip, direction * stepPx);
    const row = await seeRow(model, pyramid, strip);
    if (isRow(row) && isNeighbour(from, row) && (best === null || weightOf(row) > weightOf(best))) best = row;
  }
  return best;
}
