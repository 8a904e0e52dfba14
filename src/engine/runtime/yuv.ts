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

/** What each value of a sample adds to red, green and blue, in 1/65536; rounding is in `luma`. */
export type YuvTables = {
  readonly luma: Int32Array;
  readonly redOfV: Int32Array;
  readonly greenOfU: Int32Array;
  readonly greenOfV: Int32Array;
  readonly blueOfU: Int32Array;
};

/**
 * Tables for one matrix and range. Source: ITU-R BT.601-7 and BT.709-6, section 3 (8 bits: luma 16 … 235, chroma 16 … 240, or
 * 0 … 255 for both when the range is full).
 */
export function yuvTables(matrix: YuvMatrix, isFullRange: boolean): YuvTables {
  const { red, blue } = lumaWeights[matrix];
  const green = 1 - red - blue;
  const lumaScale = isFullRange ? 1 : 255 / 219;
  const chromaScale = isFullRange ? 1 : 255 / 224;
  const chroma = (weight: number): Int32Array =>
    Int32Array.from({ length: 256 }, (_, value) => Math.round(65536 * weight * chromaScale * (value - 128)));
  return {
    luma: Int32Array.from({ length: 256 }, (_, value) =>
      Math.round(65536 * (lumaScale * (value - (isFullRange ? 0 : 16)) + 0.5)),
    ),
    redOfV: chroma(2 * (1 - red)),
    greenOfU: chroma((-2 * blue * (1 - blue)) / green),
    greenOfV: chroma((-2 * red * (1 - red)) / green),
    blueOfU: chroma(2 * (1 - blue)),
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
 * not interpolated, as ffmpeg's default conversion does: bit-reproducible, and the networks read luma detail.
 */
export function toRgb(picture: YuvPicture, orientation: Orientation, tables: YuvTables, rgb: Uint8ClampedArray): void {
  const { widthPx, heightPx, bytes, y, u, v, chromaShiftX, chromaShiftY } = picture;
  const { luma, redOfV, greenOfU, greenOfV, blueOfU } = tables;
  const { origin, stepX, stepY } = placement(picture, orientation);
  const pixelStep = stepX * 3;
  for (let row = 0; row < heightPx; row++) {
    const chromaRow = row >> chromaShiftY;
    const uAt = u.offset + chromaRow * u.stride;
    const vAt = v.offset + chromaRow * v.stride;
    const yAt = y.offset + row * y.stride;
    let out = (origin + row * stepY) * 3;
    for (let column = 0; column < widthPx;) {
      const uValue = bytes[uAt + (column >> chromaShiftX)]!;
      const vValue = bytes[vAt + (column >> chromaShiftX)]!;
      const red = redOfV[vValue]!;
      const green = greenOfU[uValue]! + greenOfV[vValue]!;
      const blue = blueOfU[uValue]!;
      const end = Math.min(widthPx, column + 1 + chromaShiftX);
      for (; column < end; column++, out += pixelStep) {
        const level = luma[bytes[yAt + column]!]!;
        rgb[out] = (level + red) >> 16;
        rgb[out + 1] = (level + green) >> 16;
        rgb[out + 2] = (level + blue) >> 16;
      }
    }
  }
}

/** Upright luma averaged over the cells of a `thumbnailWidthPx` × `thumbnailHeightPx` grid, rounded; range as stored. */
export function thumbnailOf(picture: YuvPicture, orientation: Orientation): Uint8Array {
  const { widthPx, heightPx, bytes, y } = picture;
  const grid = uprightSize({ widthPx: thumbnailWidthPx, heightPx: thumbnailHeightPx }, orientation);
  const { origin, stepX, stepY } = placement(grid, orientation);
  const edges = Int32Array.from({ length: grid.widthPx + 1 }, (_, cell) => Math.floor((cell * widthPx) / grid.widthPx));
  const sums = new Int32Array(grid.widthPx);
  const small = new Uint8Array(thumbnailWidthPx * thumbnailHeightPx);
  for (let cellRow = 0; cellRow < grid.heightPx; cellRow++) {
    const firstRow = Math.floor((cellRow * heightPx) / grid.heightPx);
    const endRow = Math.max(firstRow + 1, Math.floor(((cellRow + 1) * heightPx) / grid.heightPx));
    sums.fill(0);
    for (let row = firstRow; row < endRow; row++) {
      const rowAt = y.offset + row * y.stride;
      for (let cell = 0; cell < grid.widthPx; cell++) {
        const first = edges[cell]!;
        const end = Math.max(first + 1, edges[cell + 1]!);
        let sum = 0;
        for (let column = first; column < end; column++) sum += bytes[rowAt + column]!;
        sums[cell]! += sum;
      }
    }
    for (let cell = 0; cell < grid.widthPx; cell++) {
      const pixels = Math.max(1, edges[cell + 1]! - edges[cell]!) * (endRow - firstRow);
      small[origin + cell * stepX + cellRow * stepY] = Math.round(sums[cell]! / pixels);
    }
  }
  return small;
}

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
