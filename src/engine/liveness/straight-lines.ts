import type { Box, Raster } from '../image/raster.ts';
import { greyOf } from '../image/raster.ts';
import { shrinkTo } from '../image/shrink.ts';

/** How much of a straight line beside the face is an edge, 0 … 1, the best line of each side. */
export type LinesAround = {
  readonly left: number;
  readonly right: number;
  readonly above: number;
  readonly below: number;
};

const FACE_PX = 100;
const MOST_TILT_DEGREES = 20;
const TILT_STEP_DEGREES = 2;
/** Least gradient of an edge, in luma over two px with the Sobel weights used here. */
const EDGE = 24;
/** How far an edge's direction may be from its line's: 0.45 is about 24 degrees. */
const MOST_SLANT = 0.45;

/**
 * Straight edges of one sign beside the face, as the rim of a phone, a tablet or a sheet of paper makes them. The picture is
 * brought to a face 100 px wide; on each side every line of 1.3 face sizes, tilted up to 20 degrees, is looked along.
 */
export function linesAround(image: Raster, face: Box): LinesAround {
  const scale = FACE_PX / (face.x1Px - face.x0Px);
  const widthPx = Math.max(20, Math.round(image.widthPx * scale));
  const heightPx = Math.max(20, Math.round(image.heightPx * scale));
  const { luma } = greyOf(shrinkTo(image, widthPx, heightPx));
  const [x0, x1] = [face.x0Px * scale, face.x1Px * scale];
  const [y0, y1] = [face.y0Px * scale, face.y1Px * scale];
  const reach = 0.65;
  const height = y1 - y0;
  const upright = gradients(luma, widthPx, heightPx);
  const lying = transposed(upright, widthPx, heightPx);
  const [top, bottom] = [(y0 + y1) / 2 - height * reach, (y0 + y1) / 2 + height * reach];
  const [left, right] = [(x0 + x1) / 2 - FACE_PX * reach, (x0 + x1) / 2 + FACE_PX * reach];
  return {
    left: bestLine(upright, Math.max(3, x0 - FACE_PX * 1.5), x0 - 4, top, bottom),
    right: bestLine(upright, x1 + 4, Math.min(widthPx - 3, x1 + FACE_PX * 1.5), top, bottom),
    above: bestLine(lying, Math.max(3, y0 - height), y0 - 8, left, right),
    below: bestLine(lying, y1 + 4, Math.min(heightPx - 3, y1 + height), left, right),
  };
}

/** Change of luma across a line and along it, for lines that run down the rows. */
type Gradients = {
  readonly across: Float32Array;
  readonly along: Float32Array;
  readonly width: number;
  readonly height: number;
};

function gradients(luma: Uint8Array, width: number, height: number): Gradients {
  const across = new Float32Array(luma.length);
  const along = new Float32Array(luma.length);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const northWest = luma[at - width - 1]!;
      const northEast = luma[at - width + 1]!;
      const southWest = luma[at + width - 1]!;
      const southEast = luma[at + width + 1]!;
      across[at] = luma[at + 1]! - luma[at - 1]! + 0.5 * (northEast - northWest + southEast - southWest);
      along[at] = luma[at + width]! - luma[at - width]! + 0.5 * (southWest - northWest + southEast - northEast);
    }
  return { across, along, width, height };
}

/** The same with rows and columns exchanged, so that lines that lie run down the rows too. */
function transposed({ across, along }: Gradients, width: number, height: number): Gradients {
  const turnedAcross = new Float32Array(across.length);
  const turnedAlong = new Float32Array(along.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      turnedAcross[x * height + y] = along[y * width + x]!;
      turnedAlong[x * height + y] = across[y * width + x]!;
    }
  return { across: turnedAcross, along: turnedAlong, width: height, height: width };
}

/** The best covered line that crosses the middle row between `from` and `to`, over all tilts and both signs. */
function bestLine(edges: Gradients, from: number, to: number, top: number, bottom: number): number {
  if (to - from < 6) return 0;
  let best = 0;
  const lean = Math.ceil(Math.tan((MOST_TILT_DEGREES * Math.PI) / 180) * ((bottom - top) / 2)) + 2;
  const window = {
    x0: Math.max(2, Math.floor(from) - lean),
    x1: Math.min(edges.width - 2, Math.ceil(to) + lean),
    y0: Math.max(2, Math.floor(top)),
    y1: Math.min(edges.height - 2, Math.ceil(bottom)),
  };
  const marks = new Int8Array(edges.width * edges.height);
  for (let degrees = -MOST_TILT_DEGREES; degrees <= MOST_TILT_DEGREES; degrees += TILT_STEP_DEGREES) {
    const tilt = Math.tan((degrees * Math.PI) / 180);
    markEdges(edges, tilt, window, marks);
    for (let crossing = from; crossing < to; crossing++)
      best = Math.max(best, coverage(edges, marks, crossing, tilt, top, bottom));
  }
  return best;
}

type Window = { readonly x0: number; readonly x1: number; readonly y0: number; readonly y1: number };

/** Marks edges that run along `tilt`: bit 0 where luma rises to the right, bit 1 where it falls. */
function markEdges({ across, along, width }: Gradients, tilt: number, window: Window, marks: Int8Array): void {
  for (let y = window.y0; y < window.y1; y++)
    for (let x = window.x0; x < window.x1; x++) {
      const at = y * width + x;
      const step = across[at]!;
      const isAlong = Math.abs(along[at]! + tilt * step) < MOST_SLANT * Math.abs(step);
      marks[at] = !isAlong ? 0 : step > EDGE ? 1 : step < -EDGE ? 2 : 0;
    }
}

/** The share of the line's every second row that an edge of one sign, at most 1 px beside it, covers. */
function coverage(
  { width, height }: Gradients,
  marks: Int8Array,
  crossing: number,
  tilt: number,
  top: number,
  bottom: number,
): number {
  const middle = (top + bottom) / 2;
  let rising = 0;
  let falling = 0;
  let rows = 0;
  for (let row = top; row < bottom; row += 2) {
    rows++;
    const x = Math.round(crossing + (row - middle) * tilt);
    const y = Math.round(row);
    if (x < 2 || y < 2 || x >= width - 2 || y >= height - 2) continue;
    const at = y * width + x;
    const near = marks[at - 1]! | marks[at]! | marks[at + 1]!;
    rising += near & 1;
    falling += near >> 1;
  }
  return Math.max(rising, falling) / rows;
}
