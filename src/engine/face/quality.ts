import type { Raster } from '../image/raster.ts';
import type { FaceMesh } from './face.ts';
import { asymmetry, eyeDistancePx, noseDrop } from './landmarks.ts';

/**
 * What makes a picture of a face good for comparing, as measured; `overall` is their product on a scale of 0 … 1.
 * Measured on 273 frames of 18 recordings, each against the mean of the other frontal ones: of the worst fifth 7 of 54 would not
 * match (5 % compare below 2.7), of the best three fifths all 164 match (of the best, 5 % compare below 7.6).
 */
export type FaceQuality = {
  readonly overall: number;
  /** See `asymmetry` and `noseDrop`. */
  readonly asymmetry: number;
  readonly noseDrop: number;
  readonly eyeDistancePx: number;
  readonly flag: number;
  /** Share of the face's detail that is finer than 3 px of the aligned face: about 0.25 … 0.4 when sharp, below 0.2 blurred. */
  readonly sharpness: number;
  /** Of the face, 0 … 255. */
  readonly meanLuma: number;
  /** Share of the face that is black or white. */
  readonly clippedShare: number;
};

/** Turned further than this, or nodded by this much from level, a face is worth nothing for comparing with a portrait. */
const MOST_ASYMMETRY = 0.6;
const LEVEL_NOSE_DROP = 0.24;
const MOST_NOD = 0.3;
const SHARP_ENOUGH = 0.22;
/** Embedders see faces whose eyes are 35 px apart; below 1.5 times that, detail is missing. */
const ENOUGH_EYE_DISTANCE_PX = 52;
const MOST_CLIPPED_SHARE = 0.5;

/** What the mesh alone says, 0 … 1: frontal, level, large, surely a face. Costs nothing; rules frames out before pixels are read. */
export const poseQuality = (mesh: FaceMesh): number =>
  mesh.flag *
  falling(Math.abs(asymmetry(mesh)), MOST_ASYMMETRY) *
  falling(Math.abs(noseDrop(mesh) - LEVEL_NOSE_DROP), MOST_NOD) *
  Math.min(1, eyeDistancePx(mesh) / ENOUGH_EYE_DISTANCE_PX);

/** @param aligned the face as `alignFace` gives it: on it, sharpness means the same for near and far faces. */
export function faceQuality(mesh: FaceMesh, aligned: Raster): FaceQuality {
  const { sharpness, meanLuma, clippedShare } = pixelMeasures(aligned);
  return {
    overall: poseQuality(mesh) * Math.min(1, sharpness / SHARP_ENOUGH) * falling(clippedShare, MOST_CLIPPED_SHARE),
    asymmetry: asymmetry(mesh),
    noseDrop: noseDrop(mesh),
    eyeDistancePx: eyeDistancePx(mesh),
    flag: mesh.flag,
    sharpness,
    meanLuma,
    clippedShare,
  };
}

/** 1 at 0, falling in a line to 0 at `end`. */
const falling = (value: number, end: number): number => Math.max(0, 1 - value / end);

/** Brows to chin, cheek to cheek of an aligned face: no hair, no background. */
const inner = { left: 24, right: 88, top: 26, bottom: 104 } as const;
const FINE_REACH = 1;
const COARSE_REACH = 4;

function pixelMeasures(aligned: Raster): Pick<FaceQuality, 'sharpness' | 'meanLuma' | 'clippedShare'> {
  const { luma, sums, stride } = integralOf(aligned);
  let fine = 0;
  let coarse = 0;
  let total = 0;
  let clipped = 0;
  for (let y = inner.top; y < inner.bottom; y++)
    for (let x = inner.left; x < inner.right; x++) {
      const value = luma[y * aligned.widthPx + x]!;
      fine += Math.abs(value - meanAround(sums, stride, x, y, FINE_REACH));
      coarse += Math.abs(value - meanAround(sums, stride, x, y, COARSE_REACH));
      total += value;
      if (value < 12 || value > 243) clipped++;
    }
  const count = (inner.right - inner.left) * (inner.bottom - inner.top);
  // A plain patch has detail at neither scale; it is not sharp.
  return {
    sharpness: coarse < count * 0.01 ? 0 : fine / coarse,
    meanLuma: total / count,
    clippedShare: clipped / count,
  };
}

/** Luma with its summed-area table, which has one row and one column of zeros before it. */
function integralOf({ widthPx, heightPx, rgb }: Raster): { luma: Float32Array; sums: Float64Array; stride: number } {
  const stride = widthPx + 1;
  const luma = new Float32Array(widthPx * heightPx);
  const sums = new Float64Array(stride * (heightPx + 1));
  for (let y = 0, at = 0; y < heightPx; y++) {
    let row = 0;
    for (let x = 0; x < widthPx; x++, at++) {
      const value = 0.299 * rgb[at * 3]! + 0.587 * rgb[at * 3 + 1]! + 0.114 * rgb[at * 3 + 2]!;
      luma[at] = value;
      row += value;
      sums[(y + 1) * stride + x + 1] = sums[y * stride + x + 1]! + row;
    }
  }
  return { luma, sums, stride };
}

function meanAround(sums: Float64Array, stride: number, x: number, y: number, reach: number): number {
  const left = x - reach;
  const right = x + reach + 1;
  const top = (y - reach) * stride;
  const bottom = (y + reach + 1) * stride;
  const side = 2 * reach + 1;
  return (sums[bottom + right]! - sums[bottom + left]! - sums[top + right]! + sums[top + left]!) / (side * side);
}
