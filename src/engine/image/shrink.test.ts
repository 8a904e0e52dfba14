import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../../kernel/random.ts';
import type { Raster } from './raster.ts';
import { shrinkTo } from './shrink.ts';

const noise = (widthPx: number, heightPx: number, seed: number): Raster => {
  const random = seededRandom(seed);
  return { widthPx, heightPx, rgb: Uint8Array.from({ length: widthPx * heightPx * 3 }, () => random() * 256) };
};

test('halving a picture averages its blocks of four', () => {
  const rgb = Uint8Array.from([0, 10, 20, 40, 30, 20, 80, 10, 60, 120, 30, 20]);
  assert.deepEqual([...shrinkTo({ widthPx: 2, heightPx: 2, rgb }, 1, 1).rgb], [60, 20, 30]);
});

test('shrinking keeps a plain picture plain and the mean of any picture', () => {
  const size = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(size, size, size, size, fc.integer(), (width, height, toWidth, toHeight, seed) => {
      const [w, h] = [Math.min(width, toWidth), Math.min(height, toHeight)];
      const plain = { widthPx: width, heightPx: height, rgb: new Uint8Array(width * height * 3).fill(201) };
      assert.ok(shrinkTo(plain, w, h).rgb.every((value) => value === 201));
      const picture = noise(width, height, seed);
      const mean = (values: Uint8Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      assert.ok(Math.abs(mean(shrinkTo(picture, w, h).rgb) - mean(picture.rgb)) < 0.6);
    }),
    { numRuns: 200 },
  );
});

test('a picture asked for at its own size comes back as it is', () => {
  const picture = noise(7, 5, 1);
  assert.equal(shrinkTo(picture, 7, 5), picture);
});
