import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../kernel/random.ts';
import type { Grey } from '../image/raster.ts';
import { addPower, PATCH_PX, shapeOf } from './spectrum.ts';

const SIDE = 2 * PATCH_PX;

/** Noise, and over it a grid of `u` by `v` cycles per patch. */
function picture(u: number, v: number, amplitude: number): Grey {
  const random = seededRandom(7);
  const luma = Uint8Array.from({ length: SIDE * SIDE }, (_, at) => {
    const x = at % SIDE;
    const y = Math.floor(at / SIDE);
    return 128 + (random() - 0.5) * 16 + amplitude * Math.cos((2 * Math.PI * (u * x + v * y)) / PATCH_PX);
  });
  return { widthPx: SIDE, heightPx: SIDE, luma };
}

const spectrumOf = (image: Grey): Float64Array => {
  const power = new Float64Array(PATCH_PX * PATCH_PX);
  addPower(image, [0, 0], [PATCH_PX, PATCH_PX], power);
  addPower(image, [PATCH_PX, 0], [0, PATCH_PX], power);
  return power;
};

test('a grid is found at its own frequency and makes the spectrum uneven', () => {
  const plain = shapeOf(spectrumOf(picture(0, 0, 0)));
  const gridded = shapeOf(spectrumOf(picture(21, 13, 4)));
  assert.deepEqual(gridded.peakAt.map(Math.abs), [21, 13]);
  assert.ok(gridded.peak > plain.peak + 0.5, `${gridded.peak} against ${plain.peak}`);
  assert.ok(gridded.unevenness > plain.unevenness);
});

test('two patches in one transform give what two transforms give', () => {
  const image = picture(9, -17, 6);
  const together = new Float64Array(PATCH_PX * PATCH_PX);
  addPower(image, [0, 0], [PATCH_PX, 40], together);
  const apart = new Float64Array(PATCH_PX * PATCH_PX);
  addPower(image, [0, 0], null, apart);
  addPower(image, [PATCH_PX, 40], null, apart);
  for (let at = 0; at < together.length; at++)
    assert.ok(Math.abs(together[at]! - apart[at]!) <= 1e-6 * (1 + apart[at]!));
});

test('power is that of the windowed patch (Parseval)', () => {
  const image = picture(5, 5, 20);
  const power = new Float64Array(PATCH_PX * PATCH_PX);
  addPower(image, [3, 5], null, power);
  let inFrequency = 0;
  for (const value of power) inFrequency += value;
  let mean = 0;
  for (let y = 0; y < PATCH_PX; y++) for (let x = 0; x < PATCH_PX; x++) mean += image.luma[(y + 5) * SIDE + x + 3]!;
  mean /= PATCH_PX * PATCH_PX;
  const hann = (k: number): number => 0.5 - 0.5 * Math.cos((2 * Math.PI * k) / PATCH_PX);
  let inSpace = 0;
  for (let y = 0; y < PATCH_PX; y++)
    for (let x = 0; x < PATCH_PX; x++)
      inSpace += ((image.luma[(y + 5) * SIDE + x + 3]! - mean) * hann(x) * hann(y)) ** 2;
  assert.ok(Math.abs(inFrequency / (PATCH_PX * PATCH_PX * inSpace) - 1) < 1e-9);
});
