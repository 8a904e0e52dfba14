import { greyOf, type Quad, type Raster } from '../../image/raster.ts';
import { warpQuad } from '../../image/warp.ts';

/** Size of a patch: the upper part of a glyph and the space above it, in sixteenths of the height of capitals. */
export const PATCH_WIDTH = 24;
export const PATCH_HEIGHT = 20;
const CAP_ROWS = 16; // rows from the top of capitals to the baseline, once a line is brought to scale
const ABOVE_ROWS = 11; // of the patch's rows, those above the top of capitals

const LINE_HEIGHT_PX = 48;
const AIR_ABOVE = 0.35; // of the box: marks of capitals may reach out of what the detector saw
const AIR_BELOW = 0.1;

/**
 * The surroundings of the top of each glyph, brought to one scale and one contrast: values around 0, ink above. null where the
 * height of the capitals cannot be told from the line.
 * @param at middle of each glyph along the quad, 0 … 1.
 */
export function markPatches(image: Raster, quad: Quad, at: readonly number[]): Float32Array[] | null {
  const line = uprightLine(image, quad);
  const rows = capitalRows(line.ink, line.widthPx, line.heightPx);
  if (rows === null) return null;
  const [top, bottom] = rows;
  const step = (bottom - top) / CAP_ROWS;
  return at.map((place) => patchAt(line, place * line.widthPx - 0.5, top, step));
}

type Line = { readonly ink: Float32Array; readonly widthPx: number; readonly heightPx: number };

/** The line drawn upright with air around; ink = how much darker than the paper around it, 0 … 1 of the line's contrast. */
function uprightLine(image: Raster, quad: Quad): Line {
  const [topLeft, topRight, bottomRight, bottomLeft] = quad;
  const out = (inner: readonly [number, number], outer: readonly [number, number], share: number) =>
    [outer[0] + (outer[0] - inner[0]) * share, outer[1] + (outer[1] - inner[1]) * share] as const;
  const aired: Quad = [
    out(bottomLeft, topLeft, AIR_ABOVE),
    out(bottomRight, topRight, AIR_ABOVE),
    out(topRight, bottomRight, AIR_BELOW),
    out(topLeft, bottomLeft, AIR_BELOW),
  ];
  const along = Math.hypot(topRight[0] - topLeft[0], topRight[1] - topLeft[1]);
  const down = Math.hypot(bottomLeft[0] - topLeft[0], bottomLeft[1] - topLeft[1]);
  const widthPx = Math.max(16, Math.min(1600, Math.round((along / down) * LINE_HEIGHT_PX)));
  const heightPx = Math.round(LINE_HEIGHT_PX * (1 + AIR_ABOVE + AIR_BELOW));
  const { luma } = greyOf(warpQuad(image, aired, widthPx, heightPx));
  return { ink: inkOf(luma, widthPx, heightPx), widthPx, heightPx };
}

const PAPER_REACH_PX = 40; // light and print change slowly along a line

/** Paper is the bright quartile of the columns around; ink is scaled by the darkest tenth of the whole line. */
function inkOf(luma: Uint8Array, widthPx: number, heightPx: number): Float32Array {
  const paper = new Float32Array(widthPx);
  for (let x0 = 0; x0 < widthPx; x0 += PAPER_REACH_PX / 2) {
    const level = quantileOf(luma, widthPx, heightPx, x0 - PAPER_REACH_PX, x0 + PAPER_REACH_PX, 0.75);
    paper.fill(level, x0, Math.min(widthPx, x0 + PAPER_REACH_PX / 2));
  }
  const ink = new Float32Array(luma.length);
  const counts = new Uint32Array(256);
  for (let i = 0; i < luma.length; i++) {
    const depth = Math.max(0, paper[i % widthPx]! - luma[i]!);
    ink[i] = depth;
    counts[Math.min(255, Math.round(depth))]!++;
  }
  let seen = 0;
  let contrast = 255;
  while (contrast > 16 && (seen += counts[contrast]!) < 0.08 * luma.length) contrast--;
  for (let i = 0; i < ink.length; i++) ink[i] = Math.min(1.5, ink[i]! / contrast);
  return ink;
}

function quantileOf(
  luma: Uint8Array,
  widthPx: number,
  heightPx: number,
  from: number,
  to: number,
  share: number,
): number {
  const counts = new Uint32Array(256);
  let total = 0;
  for (let x = Math.max(0, from); x < Math.min(widthPx, to); x++)
    for (let y = 0; y < heightPx; y++, total++) counts[luma[y * widthPx + x]!]!++;
  let level = 0;
  let seen = 0;
  while (level < 255 && (seen += counts[level]!) < share * total) level++;
  return level;
}

/** First and last row of the capitals, to a fraction: where the ink of the rows rises past half of what it is inside. */
function capitalRows(ink: Float32Array, widthPx: number, heightPx: number): [top: number, bottom: number] | null {
  const sums = new Float32Array(heightPx);
  for (let y = 0, at = 0; y < heightPx; y++) for (let x = 0; x < widthPx; x++, at++) sums[y]! += ink[at]!;
  const sorted = sums.toSorted();
  const floor = sorted[Math.floor(heightPx * 0.1)]!;
  const body = sorted[Math.floor(heightPx * 0.7)]!;
  const half = floor + (body - floor) * 0.5;
  const middle = Math.round(heightPx * ((AIR_ABOVE + 0.5) / (1 + AIR_ABOVE + AIR_BELOW)));
  let top = middle;
  while (top > 0 && sums[top - 1]! > half) top--;
  let bottom = middle;
  while (bottom < heightPx - 1 && sums[bottom + 1]! > half) bottom++;
  const rowsHigh = bottom - top + 1;
  if (body <= floor * 1.05 || rowsHigh < 0.25 * LINE_HEIGHT_PX || rowsHigh > 1.1 * LINE_HEIGHT_PX) return null;
  const crossing = (outside: number, inside: number): number =>
    Math.max(0, Math.min(1, (sums[inside]! - half) / Math.max(1e-6, sums[inside]! - sums[outside]!)));
  return [
    top - (top > 0 ? crossing(top - 1, top) : 0),
    bottom + (bottom < heightPx - 1 ? crossing(bottom + 1, bottom) : 0),
  ];
}

function patchAt({ ink, widthPx, heightPx }: Line, centre: number, top: number, step: number): Float32Array {
  const patch = new Float32Array(PATCH_WIDTH * PATCH_HEIGHT);
  for (let v = 0, at = 0; v < PATCH_HEIGHT; v++)
    for (let u = 0; u < PATCH_WIDTH; u++, at++) {
      const x = centre + (u - (PATCH_WIDTH - 1) / 2) * step;
      const y = top + (v - ABOVE_ROWS + 0.5) * step - 0.5;
      patch[at] = sampled(ink, widthPx, heightPx, x, y) - 0.3;
    }
  return patch;
}

function sampled(ink: Float32Array, widthPx: number, heightPx: number, x: number, y: number): number {
  const cx = Math.max(0, Math.min(widthPx - 1.001, x));
  const cy = Math.max(0, Math.min(heightPx - 1.001, y));
  const x0 = Math.floor(cx);
  const y0 = Math.floor(cy);
  const fx = cx - x0;
  const fy = cy - y0;
  const at = y0 * widthPx + x0;
  const upper = ink[at]! * (1 - fx) + ink[at + 1]! * fx;
  const lower = ink[at + widthPx]! * (1 - fx) + ink[at + widthPx + 1]! * fx;
  return upper * (1 - fy) + lower * fy;
}
