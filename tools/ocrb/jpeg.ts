import type { Plane } from './plane.ts';

// Annex K of ITU-T T.81: the luminance table that encoders scale by quality.
const LUMINANCE = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
  87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103, 99,
];

/** Row u holds the cosine of frequency u at the eight places of a block, orthonormal. */
const COSINES = Float32Array.from({ length: 64 }, (_, i) => {
  const u = i >> 3;
  return (u === 0 ? Math.sqrt(1 / 8) : 0.5) * Math.cos(((2 * (i & 7) + 1) * u * Math.PI) / 16);
});

/**
 * Quantises the plane in blocks of 8 × 8 as a JPEG encoder of that quality does, in place; the grid of blocks starts
 * `offsetX`, `offsetY` px outside the plane.
 */
export function quantiseAsJpeg(plane: Plane, quality: number, offsetX: number, offsetY: number): void {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  const steps = LUMINANCE.map((step) => Math.max(1, Math.floor((step * scale + 50) / 100)));
  const { widthPx, heightPx, values } = plane;
  const block = new Float32Array(64);
  const turned = new Float32Array(64);
  for (let top = -offsetY; top < heightPx; top += 8)
    for (let left = -offsetX; left < widthPx; left += 8) {
      for (let y = 0; y < 8; y++)
        for (let x = 0; x < 8; x++) {
          const column = Math.max(0, Math.min(widthPx - 1, left + x));
          const row = Math.max(0, Math.min(heightPx - 1, top + y));
          block[y * 8 + x] = values[row * widthPx + column]! - 128;
        }
      transformRows(block, turned, false);
      transformRows(turned, block, false);
      // Two passes transpose twice, so the block is in its own order again.
      for (let i = 0; i < 64; i++) block[i] = Math.round(block[i]! / steps[i]!) * steps[i]!;
      transformRows(block, turned, true);
      transformRows(turned, block, true);
      for (let y = Math.max(0, -top); y < 8 && top + y < heightPx; y++)
        for (let x = Math.max(0, -left); x < 8 && left + x < widthPx; x++)
          values[(top + y) * widthPx + left + x] = block[y * 8 + x]! + 128;
    }
}

/** The cosine transform, or its inverse, of each row; written as columns. */
function transformRows(from: Float32Array, to: Float32Array, inverse: boolean): void {
  for (let y = 0; y < 8; y++)
    for (let u = 0; u < 8; u++) {
      let sum = 0;
      for (let x = 0; x < 8; x++) sum += COSINES[inverse ? x * 8 + u : u * 8 + x]! * from[y * 8 + x]!;
      to[u * 8 + y] = sum;
    }
}
