import { thumbnailHeightPx, thumbnailWidthPx } from './media.ts';

/** How a stored picture is laid to be upright: turned clockwise, then mirrored left to right. */
export type Orientation = { readonly turnDegrees: 0 | 90 | 180 | 270; readonly mirrored: boolean };

/** A decoded picture as stored: three planes of 8 bits in one buffer; chroma is coarser by the shifts (4:2:0 is 1, 1). */
export type YuvPicture = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bytes: Uint8Array;
  readonly y: Plane;
  readonly u: Plane;
  readonly v: Plane;
  readonly chromaShiftX: 0 | 1;
  readonly chromaShiftY: 0 | 1;
};
type Plane = { readonly offset: number; readonly stride: number };

/** Weights of red and blue in luma. Source: ITU-T H.273 table 4. */
const lumaWeights = {
  bt601: { red: 0.299, blue: 0.114 },
  bt709: { red: 0.2126, blue: 0.0722 },
  bt2020: { red: 0.2627, blue: 0.0593 },
} as const;
export type YuvMatrix = keyof typeof lumaWeights;

/** How a sample turns into red, green and blue, in 1/65536 of a level. */
export type YuvCoefficients = {
  readonly luma: number;
  readonly black: number;
  readonly redOfV: number;
  readonly greenOfU: number;
  readonly greenOfV: number;
  readonly blueOfU: number;
};

/**
 * Coefficients of one matrix and range. Source: ITU-R BT.601-7 and BT.709-6, section 3 (8 bits: luma 16 … 235, chroma
 * 16 … 240, or 0 … 255 for both when the range is full).
 */
export function yuvCoefficients(matrix: YuvMatrix, isFullRange: boolean): YuvCoefficients {
  const { red, blue } = lumaWeights[matrix];
  const green = 1 - red - blue;
  const chroma = isFullRange ? 65536 : (65536 * 255) / 224;
  return {
    luma: Math.round(isFullRange ? 65536 : (65536 * 255) / 219),
    black: isFullRange ? 0 : 16,
    redOfV: Math.round(2 * (1 - red) * chroma),
    greenOfU: Math.round(((-2 * blue * (1 - blue)) / green) * chroma),
    greenOfV: Math.round(((-2 * red * (1 - red)) / green) * chroma),
    blueOfU: Math.round(2 * (1 - blue) * chroma),
  };
}

/** Size of the upright picture. */
export function uprightSize(stored: { widthPx: number; heightPx: number }, { turnDegrees }: Orientation) {
  return turnDegrees === 90 || turnDegrees === 270
    ? { widthPx: stored.heightPx, heightPx: stored.widthPx }
    : { widthPx: stored.widthPx, heightPx: stored.heightPx };
}

/**
 * Upright sRGB of a picture, written over `rgb` (width × height × 3). Chroma is taken from the sample that covers the pixel,
 * not interpolated, as ffmpeg does by default. Integers only, so the same on every machine.
 */
export function toRgb(
  picture: YuvPicture,
  orientation: Orientation,
  coefficients: YuvCoefficients,
  rgb: Uint8Array,
): void {
  const { widthPx, heightPx, bytes, y, u, v, chromaShiftX, chromaShiftY } = picture;
  const { luma, black, redOfV, greenOfU, greenOfV, blueOfU } = coefficients;
  const { origin, stepX, stepY } = placement(picture, orientation);
  const pixelStep = stepX * 3;
  const isPaired = chromaShiftX === 1;
  const clamped = new Uint8ClampedArray(rgb.buffer, rgb.byteOffset, rgb.length);
  const offset = 32768 - black * luma;
  for (let row = 0; row < heightPx; row++) {
    let uAt = u.offset + (row >> chromaShiftY) * u.stride;
    let vAt = v.offset + (row >> chromaShiftY) * v.stride;
    let yAt = y.offset + row * y.stride;
    let out = (origin + row * stepY) * 3;
    const yEnd = yAt + widthPx;
    while (yAt < yEnd) {
      const uValue = bytes[uAt++]! - 128;
      const vValue = bytes[vAt++]! - 128;
      const red = (Math.imul(vValue, redOfV) + offset) | 0;
      const green = (Math.imul(uValue, greenOfU) + Math.imul(vValue, greenOfV) + offset) | 0;
      const blue = (Math.imul(uValue, blueOfU) + offset) | 0;
      let level = Math.imul(bytes[yAt++]!, luma);
      clamped[out] = (level + red) >> 16;
      clamped[out + 1] = (level + green) >> 16;
      clamped[out + 2] = (level + blue) >> 16;
      out += pixelStep;
      if (!isPaired || yAt === yEnd) continue;
      level = Math.imul(bytes[yAt++]!, luma);
      clamped[out] = (level + red) >> 16;
      clamped[out + 1] = (level + green) >> 16;
      clamped[out + 2] = (level + blue) >> 16;
      out += pixelStep;
    }
  }
}

/**
 * Upright luma averaged over the cells of a `thumbnailWidthPx` × `thumbnailHeightPx` grid, rounded; range as stored. Of tall
 * cells every other row is read: half the work, and the mean of a hundred pixels says the same.
 */
export function thumbnailOf(picture: YuvPicture, orientation: Orientation): Uint8Array {
  const { widthPx, heightPx, bytes, y } = picture;
  const grid = uprightSize({ widthPx: thumbnailWidthPx, heightPx: thumbnailHeightPx }, orientation);
  const { origin, stepX, stepY } = placement(grid, orientation);
  const edges = Int32Array.from({ length: grid.widthPx + 1 }, (_, cell) => Math.floor((cell * widthPx) / grid.widthPx));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sums = new Int32Array(widthPx);
  const small = new Uint8Array(thumbnailWidthPx * thumbnailHeightPx);
  for (let cellRow = 0; cellRow < grid.heightPx; cellRow++) {
    const firstRow = Math.floor((cellRow * heightPx) / grid.heightPx);
    const endRow = Math.max(firstRow + 1, Math.floor(((cellRow + 1) * heightPx) / grid.heightPx));
    const rowStep = endRow - firstRow < tallCellRows ? 1 : 2;
    const rows = Math.ceil((endRow - firstRow) / rowStep);
    sumColumns(view, y.offset + firstRow * y.stride, y.stride * rowStep, rows, sums);
    for (let cell = 0; cell < grid.widthPx; cell++) {
      const first = edges[cell]!;
      const end = Math.max(first + 1, edges[cell + 1]!);
      let sum = 0;
      for (let column = first; column < end; column++) sum += sums[column]!;
      small[origin + cell * stepX + cellRow * stepY] = Math.round(sum / ((end - first) * rows));
    }
  }
  return small;
}

/** Sums of at most 257 rows of bytes, column by column into `sums`: four columns in one read, two of them in one addition. */
function sumColumns(bytes: DataView, firstAt: number, stride: number, rows: number, sums: Int32Array): void {
  let column = 0;
  for (; column + 4 <= sums.length; column += 4) {
    let even = 0;
    let odd = 0;
    for (let row = 0, at = firstAt + column; row < rows; row++, at += stride) {
      const four = bytes.getInt32(at, true);
      even += four & 0xff00ff;
      odd += (four >>> 8) & 0xff00ff;
    }
    sums[column] = even & 0xffff;
    sums[column + 1] = odd & 0xffff;
    sums[column + 2] = even >>> 16;
    sums[column + 3] = odd >>> 16;
  }
  for (; column < sums.length; column++) {
    sums[column] = 0;
    for (let row = 0; row < rows; row++) sums[column]! += bytes.getUint8(firstAt + column + row * stride);
  }
}

const tallCellRows = 8;

/** Where a stored pixel lands in the upright picture: at `origin + column × stepX + row × stepY`, in pixels. */
function placement(stored: { widthPx: number; heightPx: number }, { turnDegrees, mirrored }: Orientation) {
  const { widthPx, heightPx } = stored;
  const wide = uprightSize(stored, { turnDegrees, mirrored }).widthPx;
  // Columns and rows of the upright picture as `constant + perColumn × column + perRow × row`.
  const [x, y] = {
    0: [
      { at: 0, perColumn: 1, perRow: 0 },
      { at: 0, perColumn: 0, perRow: 1 },
    ],
    90: [
      { at: heightPx - 1, perColumn: 0, perRow: -1 },
      { at: 0, perColumn: 1, perRow: 0 },
    ],
    180: [
      { at: widthPx - 1, perColumn: -1, perRow: 0 },
      { at: heightPx - 1, perColumn: 0, perRow: -1 },
    ],
    270: [
      { at: 0, perColumn: 0, perRow: 1 },
      { at: widthPx - 1, perColumn: -1, perRow: 0 },
    ],
  }[turnDegrees] as [Axis, Axis];
  const across = mirrored ? { at: wide - 1 - x.at, perColumn: -x.perColumn, perRow: -x.perRow } : x;
  return {
    origin: across.at + y.at * wide,
    stepX: across.perColumn + y.perColumn * wide,
    stepY: across.perRow + y.perRow * wide,
  };
}
type Axis = { readonly at: number; readonly perColumn: number; readonly perRow: number };
