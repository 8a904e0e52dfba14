import type { Grey } from '../../image/raster.ts';
import type { Homography } from '../../image/warp.ts';
import { CROP_HEIGHT_PX, type Crop } from './line-network.ts';
import { levelFor, type Pyramid } from './pyramid.ts';

const MAX_TAPS = 3;

/**
 * Draws one row of text, `CROP_HEIGHT_PX` high, and takes away local brightness and contrast. Bicubic when enlarging; when
 * shrinking, averaged bilinear taps on the level of the pyramid next to the crop's scale. Beyond the picture its edge goes on.
 * @param toImage px of the crop (edges at whole numbers: the crop's first pixel covers 0 … 1) to px of the picture.
 */
export function drawRow(pyramid: Pyramid, toImage: Homography, widthPx: number): Crop {
  const full = scaleAt(toImage, widthPx / 2, CROP_HEIGHT_PX / 2);
  const { grey, map } = levelFor(pyramid, toImage, Math.min(full.along, full.down));
  const { along, down } = scaleAt(map, widthPx / 2, CROP_HEIGHT_PX / 2);
  const drawn =
    along < ENLARGING && down < ENLARGING
      ? drawCubic(grey, map, widthPx)
      : drawLinear(grey, map, widthPx, tapsFor(along), tapsFor(down));
  return { widthPx, contrast: localContrast(drawn, widthPx) };
}

/** Below this many px of the picture for each of the crop, the crop shows more than the picture holds. */
const ENLARGING = 0.9;

const tapsFor = (scale: number): number => Math.max(1, Math.min(MAX_TAPS, Math.round(scale)));

function drawLinear(
  { luma, widthPx: sourceWidth, heightPx: sourceHeight }: Grey,
  [a, b, c, d, e, f, g, h]: Homography,
  widthPx: number,
  tapsX: number,
  tapsY: number,
): Float32Array {
  const lastX = sourceWidth - 1.001;
  const lastY = sourceHeight - 1.001;
  const share = 1 / (tapsX * tapsY);
  const drawn = new Float32Array(widthPx * CROP_HEIGHT_PX);
  for (let v = 0; v < CROP_HEIGHT_PX; v++)
    for (let tapY = 0; tapY < tapsY; tapY++) {
      const y = v + (tapY + 0.5) / tapsY;
      const rowX = b * y + c;
      const rowY = e * y + f;
      const rowW = h * y + 1;
      for (let u = 0, at = v * widthPx; u < widthPx; u++, at++)
        for (let tapX = 0; tapX < tapsX; tapX++) {
          const x = u + (tapX + 0.5) / tapsX;
          const w = 1 / (g * x + rowW);
          let sx = (a * x + rowX) * w;
          let sy = (d * x + rowY) * w;
          sx = sx < 0 ? 0 : sx > lastX ? lastX : sx;
          sy = sy < 0 ? 0 : sy > lastY ? lastY : sy;
          const x0 = sx | 0;
          const y0 = sy | 0;
          const p = sx - x0;
          const q = sy - y0;
          const o = y0 * sourceWidth + x0;
          const top = luma[o]! + (luma[o + 1]! - luma[o]!) * p;
          const below = luma[o + sourceWidth]! + (luma[o + sourceWidth + 1]! - luma[o + sourceWidth]!) * p;
          drawn[at]! += (top + (below - top) * q) * share;
        }
    }
  return drawn;
}

/** Catmull–Rom's cubic through the four neighbours on each axis. */
function drawCubic(
  { luma, widthPx: sourceWidth, heightPx: sourceHeight }: Grey,
  [a, b, c, d, e, f, g, h]: Homography,
  widthPx: number,
): Float32Array {
  const drawn = new Float32Array(widthPx * CROP_HEIGHT_PX);
  const weights = new Float64Array(4);
  const maxX = sourceWidth - 1;
  const maxY = sourceHeight - 1;
  for (let v = 0, at = 0; v < CROP_HEIGHT_PX; v++)
    for (let u = 0; u < widthPx; u++, at++) {
      const w = 1 / (g * (u + 0.5) + h * (v + 0.5) + 1);
      const sx = (a * (u + 0.5) + b * (v + 0.5) + c) * w;
      const sy = (d * (u + 0.5) + e * (v + 0.5) + f) * w;
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      const p = sx - x0;
      const q = sy - y0;
      weights[0] = ((-0.5 * q + 1) * q - 0.5) * q;
      weights[1] = (1.5 * q - 2.5) * q * q + 1;
      weights[2] = ((-1.5 * q + 2) * q + 0.5) * q;
      weights[3] = (0.5 * q - 0.5) * q * q;
      const across0 = ((-0.5 * p + 1) * p - 0.5) * p;
      const across1 = (1.5 * p - 2.5) * p * p + 1;
      const across2 = ((-1.5 * p + 2) * p + 0.5) * p;
      const across3 = (0.5 * p - 0.5) * p * p;
      const xa = clamped(x0 - 1, maxX);
      const xb = clamped(x0, maxX);
      const xc = clamped(x0 + 1, maxX);
      const xd = clamped(x0 + 2, maxX);
      let sum = 0;
      for (let j = 0; j < 4; j++) {
        const from = clamped(y0 - 1 + j, maxY) * sourceWidth;
        sum +=
          weights[j]! *
          (across0 * luma[from + xa]! +
            across1 * luma[from + xb]! +
            across2 * luma[from + xc]! +
            across3 * luma[from + xd]!);
      }
      drawn[at] = sum;
    }
  return drawn;
}

const clamped = (at: number, last: number): number => (at < 0 ? 0 : at > last ? last : at);

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
