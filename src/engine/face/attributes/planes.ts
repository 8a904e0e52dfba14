import { cropHeightPx as height, cropWidthPx as width, type AttributeCrop } from './crop.ts';

/**
 * What all measurements are made of, one value per pixel of the crop. Everything is logarithmic, so that a difference of
 * two places is a ratio, and exposure and skin tone cancel to first order.
 */
export type FacePlanes = {
  /** ln(luma + 8). */
  readonly logLuma: Float32Array;
  /** ln((R + 8) / (G + 8)) and ln((B + 8) / (G + 8)): hue and saturation without brightness. */
  readonly redness: Float32Array;
  readonly blueness: Float32Array;
  /** `logLuma` blurred with sigma 1 px: what profiles are taken from. */
  readonly smooth: Float32Array;
  /** |sigma 1 − sigma 3|: fine texture such as hair and stubble. */
  readonly texture: Float32Array;
  /** Slope of `smooth` per px over 4 px, across and down; 0 where the picture does not reach. */
  readonly slopeX: Float32Array;
  readonly slopeY: Float32Array;
  /** 1 where the source picture has pixels. */
  readonly inFrame: Uint8Array;
};

/** Added to 8-bit values before the logarithm, so that sensor noise in the dark does not count as contrast. */
const darkOffset = 8;
const logOf = Float64Array.from({ length: 256 }, (_, value) => Math.log(value + darkOffset));

export function planesOf(crop: AttributeCrop): FacePlanes {
  const { rgb } = crop.image;
  const { inFrame } = crop;
  const count = width * height;
  const logLuma = new Float32Array(count);
  const redness = new Float32Array(count);
  const blueness = new Float32Array(count);
  for (let at = 0, from = 0; at < count; at++, from += 3) {
    const red = rgb[from]!;
    const green = rgb[from + 1]!;
    const blue = rgb[from + 2]!;
    logLuma[at] = Math.log(0.299 * red + 0.587 * green + 0.114 * blue + darkOffset);
    redness[at] = logOf[red]! - logOf[green]!;
    blueness[at] = logOf[blue]! - logOf[green]!;
  }
  const smooth = blurred(logLuma, 1);
  const coarse = blurred(logLuma, 3);
  const texture = new Float32Array(count);
  for (let at = 0; at < count; at++) texture[at] = Math.abs(smooth[at]! - coarse[at]!);
  const slopeX = new Float32Array(count);
  const slopeY = new Float32Array(count);
  for (let y = 2; y < height - 2; y++)
    for (let x = 2; x < width - 2; x++) {
      const at = y * width + x;
      // The rim of the picture would read as the strongest edge of all.
      if (inFrame[at - 2]! & inFrame[at + 2]!) slopeX[at] = (smooth[at + 2]! - smooth[at - 2]!) / 4;
      if (inFrame[at - 2 * width]! & inFrame[at + 2 * width]!)
        slopeY[at] = (smooth[at + 2 * width]! - smooth[at - 2 * width]!) / 4;
    }
  return { logLuma, redness, blueness, smooth, texture, slopeX, slopeY, inFrame };
}

/** Gaussian blur in two passes; the rim is repeated outwards. */
function blurred(source: Float32Array, sigmaPx: number): Float32Array {
  const reach = Math.ceil(sigmaPx * 2.5);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigmaPx * sigmaPx)),
  );
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const weights = kernel.map((weight) => weight / total);
  const centre = weights[reach]!;
  const across = new Float32Array(source.length);
  const row = new Float64Array(width + 2 * reach);
  for (let y = 0; y < height; y++) {
    for (let x = -reach; x < width + reach; x++)
      row[x + reach] = source[y * width + Math.max(0, Math.min(width - 1, x))]!;
    for (let x = 0; x < width; x++) {
      // What lies equally far to both sides weighs the same.
      let sum = centre * row[x + reach]!;
      for (let near = x, far = x + 2 * reach, k = 0; near < far; near++, far--, k++)
        sum += weights[k]! * (row[near]! + row[far]!);
      across[y * width + x] = sum;
    }
  }
  const down = new Float32Array(source.length);
  const line = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = y * width; x < width; x++, at++) line[x] = centre * across[at]!;
    for (let k = 0; k < reach; k++) {
      const above = Math.max(0, y - reach + k) * width;
      const below = Math.min(height - 1, y + reach - k) * width;
      const weight = weights[k]!;
      for (let x = 0; x < width; x++) line[x]! += weight * (across[above + x]! + across[below + x]!);
    }
    down.set(line, y * width);
  }
  return down;
}
