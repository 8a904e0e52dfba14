import type { Grey } from '../../image/raster.ts';
import type { Homography } from '../../image/warp.ts';
import { CROP_HEIGHT_PX, type Crop } from './line-network.ts';

/** How far each column of a crop is looked up beside its straight place, px of the crop. */
export type Bend = { readonly along: Float32Array };

const MAX_TAPS = 6;

/**
 * Draws one row of text, `CROP_HEIGHT_PX` high, and takes away local brightness and contrast. Bicubic when enlarging,
 * averaged bilinear taps when shrinking; beyond the picture its edge goes on.
 * @param toImage px of the crop (edges at whole numbers: the crop's first pixel covers 0 … 1) to px of the picture.
 */
export function drawRow(grey: Grey, toImage: Homography, widthPx: number, bend?: Bend): Crop {
  const [a, b, c, d, e, f, g, h] = toImage;
  const { luma, widthPx: sourceWidth, heightPx: sourceHeight } = grey;
  const maxX = sourceWidth - 1;
  const maxY = sourceHeight - 1;
  const drawn = new Float32Array(widthPx * CROP_HEIGHT_PX);
  const { along, down } = scaleAt(toImage, widthPx / 2, CROP_HEIGHT_PX / 2);
  const tapsX = Math.max(1, Math.min(MAX_TAPS, Math.round(along)));
  const tapsY = Math.max(1, Math.min(MAX_TAPS, Math.round(down)));
  const share = 1 / (tapsX * tapsY);
  const cubic = along < 0.9;
  for (let v = 0, at = 0; v < CROP_HEIGHT_PX; v++)
    for (let u = 0; u < widthPx; u++, at++) {
      const shift = bend === undefined ? 0 : bend.along[u]!;
      let sum = 0;
      for (let tapX = 0; tapX < tapsX; tapX++)
        for (let tapY = 0; tapY < tapsY; tapY++) {
          const x = u + shift + (tapX + 0.5) / tapsX;
          const y = v + (tapY + 0.5) / tapsY;
          const w = 1 / (g * x + h * y + 1);
          const sx = (a * x + b * y + c) * w;
          const sy = (d * x + e * y + f) * w;
          const x0 = Math.floor(sx);
          const y0 = Math.floor(sy);
          const p = sx - x0;
          const q = sy - y0;
          if (!cubic) {
            const xa = x0 < 0 ? 0 : x0 > maxX ? maxX : x0;
            const xb = x0 < -1 ? 0 : x0 >= maxX ? maxX : x0 + 1;
            const ya = (y0 < 0 ? 0 : y0 > maxY ? maxY : y0) * sourceWidth;
            const yb = (y0 < -1 ? 0 : y0 >= maxY ? maxY : y0 + 1) * sourceWidth;
            sum += (luma[ya + xa]! * (1 - p) + luma[ya + xb]! * p) * (1 - q);
            sum += (luma[yb + xa]! * (1 - p) + luma[yb + xb]! * p) * q;
            continue;
          }
          // Catmull–Rom weights of the four neighbours on each axis.
          const wx0 = ((-0.5 * p + 1) * p - 0.5) * p;
          const wx1 = (1.5 * p - 2.5) * p * p + 1;
          const wx2 = ((-1.5 * p + 2) * p + 0.5) * p;
          const wx3 = (0.5 * p - 0.5) * p * p;
          for (let j = 0; j < 4; j++) {
            const wy =
              j === 0
                ? ((-0.5 * q + 1) * q - 0.5) * q
                : j === 1
                  ? (1.5 * q - 2.5) * q * q + 1
                  : j === 2
                    ? ((-1.5 * q + 2) * q + 0.5) * q
                    : (0.5 * q - 0.5) * q * q;
            const row = y0 - 1 + j;
            const from = (row < 0 ? 0 : row > maxY ? maxY : row) * sourceWidth;
            if (x0 >= 1 && x0 + 2 <= maxX) {
              const o = from + x0;
              sum += wy * (wx0 * luma[o - 1]! + wx1 * luma[o]! + wx2 * luma[o + 1]! + wx3 * luma[o + 2]!);
            } else {
              const clamp = (x: number): number => (x < 0 ? 0 : x > maxX ? maxX : x);
              sum +=
                wy *
                (wx0 * luma[from + clamp(x0 - 1)]! +
                  wx1 * luma[from + clamp(x0)]! +
                  wx2 * luma[from + clamp(x0 + 1)]! +
                  wx3 * luma[from + clamp(x0 + 2)]!);
            }
          }
        }
      drawn[at] = sum * share;
    }
  return { widthPx, contrast: localContrast(drawn, widthPx) };
}

/** Picture px for each px of the crop, along the row and down, at one place. */
function scaleAt([a, b, c, d, e, f, g, h]: Homography, x: number, y: number): { along: number; down: number } {
  const w = g * x + h * y + 1;
  const sx = (a * x + b * y + c) / w;
  const sy = (d * x + e * y + f) / w;
  return {
    along: Math.hypot(a - sx * g, d - sy * g) / Math.abs(w),
    down: Math.hypot(b - sx * h, e - sy * h) / Math.abs(w),
  };
}

const CONTRAST_RADIUS_PX = 28;
const LEAST_DEVIATION = 2.5; // luma; below, what is there is noise and must not be blown up
const CONTRAST_LIMIT = 4;

/**
 * Mean and deviation of the columns within 28 px are taken out, in place. The network is trained on exactly this: reading and
 * training share it.
 */
export function localContrast(drawn: Float32Array, widthPx: number): Float32Array {
  const sums = new Float64Array(widthPx + 1);
  const squares = new Float64Array(widthPx + 1);
  for (let x = 0; x < widthPx; x++) {
    let sum = 0;
    let square = 0;
    for (let y = 0; y < CROP_HEIGHT_PX; y++) {
      const value = drawn[y * widthPx + x]!;
      sum += value;
      square += value * value;
    }
    sums[x + 1] = sums[x]! + sum;
    squares[x + 1] = squares[x]! + square;
  }
  for (let x = 0; x < widthPx; x++) {
    const left = Math.max(0, x - CONTRAST_RADIUS_PX);
    const right = Math.min(widthPx, x + CONTRAST_RADIUS_PX + 1);
    const count = (right - left) * CROP_HEIGHT_PX;
    const mean = (sums[right]! - sums[left]!) / count;
    const deviation = Math.sqrt(Math.max(1e-6, (squares[right]! - squares[left]!) / count - mean * mean));
    const scale = 1 / Math.max(deviation, LEAST_DEVIATION);
    for (let y = 0; y < CROP_HEIGHT_PX; y++) {
      const at = y * widthPx + x;
      drawn[at] = Math.max(-CONTRAST_LIMIT, Math.min(CONTRAST_LIMIT, (drawn[at]! - mean) * scale));
    }
  }
  return drawn;
}
