import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../kernel/random.ts';
import type { Raster } from './raster.ts';
import { warpAffine, type Affine } from './warp.ts';

const noise = (widthPx: number, heightPx: number, seed: number): Raster => {
  const random = seededRandom(seed);
  return { widthPx, heightPx, rgb: Uint8Array.from({ length: widthPx * heightPx * 3 }, () => random() * 256) };
};

/** One channel at a place between pixels, as the definition of bilinear says; black outside. */
function bilinear({ rgb, widthPx, heightPx }: Raster, x: number, y: number, channel: number): number {
  let sum = 0;
  for (let row = 0; row < heightPx; row++)
    for (let column = 0; column < widthPx; column++) {
      const weight = Math.max(0, 1 - Math.abs(x - column)) * Math.max(0, 1 - Math.abs(y - row));
      sum += weight * rgb[(row * widthPx + column) * 3 + channel]!;
    }
  return sum;
}

test('a picture that is not shrunk is drawn as bilinear interpolation says, its rim and what lies beyond it too', () => {
  const size = fc.integer({ min: 1, max: 9 });
  const angle = fc.double({ min: 0, max: 6.3, noNaN: true });
  const scale = fc.double({ min: 0.2, max: 2, noNaN: true });
  const shift = fc.double({ min: -4, max: 9, noNaN: true });
  fc.assert(
    fc.property(size, size, fc.nat(), angle, scale, shift, shift, (width, height, seed, turn, factor, c, f) => {
      const source = noise(width, height, seed);
      const [along, across] = [Math.cos(turn) * factor, Math.sin(turn) * factor];
      const map: Affine = [along, -across, c, across, along, f];
      const drawn = warpAffine(source, map, 6, 5);
      for (let at = 0; at < drawn.rgb.length; at++) {
        const [x, y] = [Math.floor(at / 3) % 6, Math.floor(at / 18)];
        const expected = bilinear(source, along * x - across * y + c, across * x + along * y + f, at % 3);
        assert.ok(Math.abs(drawn.rgb[at]! - expected) <= 0.5 + 1e-6, `${drawn.rgb[at]} for ${expected}`);
      }
    }),
  );
});

test('a picture that is shrunk is the mean of its taps, and a plain one stays plain', () => {
  const plain = { widthPx: 40, heightPx: 40, rgb: new Uint8Array(40 * 40 * 3).fill(77) };
  assert.ok(warpAffine(plain, [6, 0, 2.5, 0, 6, 2.5], 6, 6).rgb.every((level) => level === 77));
  // Two taps a side at 3 px: the four places a quarter of a pixel of the drawn picture around its centre.
  const source = noise(12, 12, 5);
  const { rgb } = warpAffine(source, [3, 0, 4, 0, 3, 5], 1, 1);
  for (let channel = 0; channel < 3; channel++) {
    const taps = [-0.75, 0.75].flatMap((dy) => [-0.75, 0.75].map((dx) => bilinear(source, 4 + dx, 5 + dy, channel)));
    assert.ok(Math.abs(rgb[channel]! - taps.reduce((sum, tap) => sum + tap / 4, 0)) <= 0.5 + 1e-6);
  }
});
