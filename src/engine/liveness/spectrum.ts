import type { Grey } from '../image/raster.ts';

/** Side of a spectrum's patch; a power of two. Frequencies are in cycles per patch. */
export const PATCH_PX = 128;
const HALF = PATCH_PX / 2;

const bitReversed = Uint8Array.from({ length: PATCH_PX }, (_, index) => {
  let reversed = 0;
  for (let bit = 1, mirror = HALF; bit < PATCH_PX; bit <<= 1, mirror >>= 1) if (index & bit) reversed |= mirror;
  return reversed;
});
const cosines = Float64Array.from({ length: HALF }, (_, k) => Math.cos((2 * Math.PI * k) / PATCH_PX));
const sines = Float64Array.from({ length: HALF }, (_, k) => Math.sin((2 * Math.PI * k) / PATCH_PX));
const hann = Float64Array.from({ length: PATCH_PX }, (_, k) => 0.5 - 0.5 * Math.cos((2 * Math.PI * k) / PATCH_PX));

/**
 * Adds the power spectrum of two patches of `image` (their top left corners; the second may be the first again when there is
 * only one left) to `power`, PATCH_PX × PATCH_PX, zero frequency first. Two real patches ride in one complex transform: for
 * z = a + ib, |A|² + |B|² at k is (|Z(k)|² + |Z(−k)|²) / 2.
 */
export function addPower(
  image: Grey,
  first: readonly [number, number],
  second: readonly [number, number] | null,
  power: Float64Array,
): void {
  const re = new Float64Array(PATCH_PX * PATCH_PX);
  const im = new Float64Array(PATCH_PX * PATCH_PX);
  loadPatch(image, first, re);
  if (second !== null) loadPatch(image, second, im);
  for (let y = 0; y < PATCH_PX; y++) transform(re, im, y * PATCH_PX, 1);
  for (let x = 0; x < PATCH_PX; x++) transform(re, im, x, PATCH_PX);
  for (let v = 0; v < PATCH_PX; v++)
    for (let u = 0; u < PATCH_PX; u++) {
      const at = v * PATCH_PX + u;
      const mirror = ((PATCH_PX - v) % PATCH_PX) * PATCH_PX + ((PATCH_PX - u) % PATCH_PX);
      power[at]! += (re[at]! ** 2 + im[at]! ** 2 + re[mirror]! ** 2 + im[mirror]! ** 2) / 2;
    }
}

function loadPatch({ luma, widthPx }: Grey, [left, top]: readonly [number, number], into: Float64Array): void {
  let mean = 0;
  for (let y = 0; y < PATCH_PX; y++) for (let x = 0; x < PATCH_PX; x++) mean += luma[(top + y) * widthPx + left + x]!;
  mean /= PATCH_PX * PATCH_PX;
  for (let y = 0; y < PATCH_PX; y++)
    for (let x = 0; x < PATCH_PX; x++)
      into[y * PATCH_PX + x] = (luma[(top + y) * widthPx + left + x]! - mean) * hann[x]! * hann[y]!;
}

/** Radix-2 transform in place of PATCH_PX values that start at `offset`, `stride` apart. */
function transform(re: Float64Array, im: Float64Array, offset: number, stride: number): void {
  for (let i = 0; i < PATCH_PX; i++) {
    const j = bitReversed[i]!;
    if (j <= i) continue;
    const a = offset + i * stride;
    const b = offset + j * stride;
    const keptRe = re[a]!;
    const keptIm = im[a]!;
    re[a] = re[b]!;
    im[a] = im[b]!;
    re[b] = keptRe;
    im[b] = keptIm;
  }
  for (let size = 1; size < PATCH_PX; size <<= 1) {
    const turn = HALF / size;
    for (let start = 0; start < PATCH_PX; start += 2 * size)
      for (let k = 0; k < size; k++) {
        const a = offset + (start + k) * stride;
        const b = a + size * stride;
        const c = cosines[k * turn]!;
        const s = sines[k * turn]!;
        const xRe = re[b]! * c + im[b]! * s;
        const xIm = im[b]! * c - re[b]! * s;
        re[b] = re[a]! - xRe;
        im[b] = im[a]! - xIm;
        re[a]! += xRe;
        im[a]! += xIm;
      }
  }
}

/** Spread of a spectrum around its own radial fall-off, and its strongest lone frequency. Both in log10 of power. */
export type SpectrumShape = {
  /** Root mean square of log10 power around the median of its ring, radius 10 … 40. */
  readonly unevenness: number;
  /** The highest value above the median of its ring, radius 6 … 60, off the axes (where straight edges and coding blocks lie). */
  readonly peak: number;
  readonly peakAt: readonly [u: number, v: number];
};

export function shapeOf(power: Float64Array): SpectrumShape {
  const rings = ringsOf(power);
  let squares = 0;
  let count = 0;
  let peak = -Infinity;
  let peakAt: readonly [number, number] = [0, 0];
  for (const [radius, bins] of rings.entries()) {
    if (bins.length === 0) continue;
    const floor = medianOf(bins.map(({ level }) => level));
    for (const { level, u, v } of bins) {
      const above = level - floor;
      if (radius >= 10 && radius < 40) {
        squares += above * above;
        count++;
      }
      if (radius >= 6 && radius <= 60 && u >= 3 && Math.abs(v) >= 3 && above > peak) {
        peak = above;
        peakAt = [u, v];
      }
    }
  }
  return { unevenness: Math.sqrt(squares / count), peak, peakAt };
}

type Bin = { readonly level: number; readonly u: number; readonly v: number };

/** Half of the plane (the other is its mirror), by rounded radius 2 … 63. */
function ringsOf(power: Float64Array): Bin[][] {
  const rings = Array.from({ length: HALF }, (): Bin[] => []);
  for (let row = 0; row < PATCH_PX; row++)
    for (let u = 0; u < HALF; u++) {
      const v = row < HALF ? row : row - PATCH_PX;
      const radius = Math.round(Math.hypot(u, v));
      if (radius < 2 || radius >= HALF) continue;
      rings[radius]!.push({ level: Math.log10(power[row * PATCH_PX + u]! + 1e-6), u, v });
    }
  return rings;
}

function medianOf(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1]!;
}
