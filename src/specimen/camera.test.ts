import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import type { Quad, Raster } from '../engine/image/raster.ts';
import { homographyBetween, throughHomography, turnQuarters, warpQuad } from '../engine/image/warp.ts';
import { expose, type CameraLevel } from './camera.ts';
import { photograph } from './photograph.client.ts';

/** A card of 12 × 8 squares in three colours that no table has. */
const chequered: Raster = (() => {
  const [widthPx, heightPx] = [960, 640];
  const colours = [
    [250, 40, 40],
    [40, 230, 40],
    [60, 60, 250],
  ];
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, at += 3) rgb.set(colours[squareAt(x, y)]!, at);
  return { widthPx, heightPx, rgb };
})();
function squareAt(x: number, y: number): number {
  return (Math.floor(x / 80) + 2 * Math.floor(y / 80)) % 3;
}

test('the corners that are told are where the document lies, at every level and turn', () => {
  let seen = 0;
  let right = 0;
  for (const level of [0, 1, 2, 3] as const) {
    const quarterTurns = level;
    const { image, quad } = expose(chequered, { seed: 11 + level, level, quarterTurns, widthPx: 720, heightPx: 960 });
    const toFrame = homographyBetween(
      [
        [0, 0],
        [960, 0],
        [960, 640],
        [0, 640],
      ],
      quad,
    );
    for (let row = 0; row < 8; row++)
      for (let column = 0; column < 12; column++) {
        const [cx, cy] = [column * 80 + 40, row * 80 + 40];
        const [x, y] = throughHomography(toFrame, [cx, cy]).map(Math.round) as [number, number];
        const at = (y * image.widthPx + x) * 3;
        const rgb = [...image.rgb.slice(at, at + 3)];
        seen++;
        if (rgb.indexOf(Math.max(...rgb)) === squareAt(cx, cy)) right++;
      }
  }
  // Glare and noise may hide a few squares; a wrong corner would shift a whole region.
  assert.ok(right >= 0.97 * seen, `${right} of ${seen} squares`);
});

test('the whole document is in the frame, however hard the conditions', () => {
  const blank: Raster = { widthPx: 125, heightPx: 88, rgb: new Uint8Array(125 * 88 * 3).fill(255) };
  for (let seed = 0; seed < 40; seed++) {
    const { quad } = expose(blank, { seed, level: 3, widthPx: 144, heightPx: 192 });
    for (const [x, y] of quad) assert.ok(x >= 11.9 && y >= 11.9 && x <= 132.1 && y <= 180.1, `seed ${seed}: ${x} ${y}`);
    assert.ok(isConvex(quad));
  }
});

test('a frame held another way is the same frame, turned', () => {
  const upright = expose(chequered, { seed: 5, level: 2, widthPx: 360, heightPx: 480 });
  for (const quarterTurns of [1, 2, 3] as const) {
    const turned = expose(chequered, { seed: 5, level: 2, widthPx: 360, heightPx: 480, quarterTurns });
    assert.deepEqual(turned.image, turnQuarters(upright.image, quarterTurns));
  }
});

test('the same seed gives the same frame, bit by bit; another seed another', () => {
  const digest = (seed: number, level: CameraLevel): string =>
    createHash('sha256')
      .update(expose(chequered, { seed, level, widthPx: 240, heightPx: 320 }).image.rgb)
      .digest('hex')
      .slice(0, 16);
  assert.deepEqual(
    ([0, 1, 2, 3] as const).map((level) => digest(9, level)),
    ['914a0a7e582c45b8', 'ac6885ea7a9ad0e3', 'd385d37566702d41', 'c159b204d1b0aa79'],
  );
  assert.notEqual(digest(10, 3), digest(9, 3));
});

test('a harder level is further from the document', async () => {
  const distances: number[] = [];
  for (const level of [0, 1, 2, 3] as const) {
    let sum = 0;
    for (const seed of [1, 2, 3]) {
      const { image, quad } = await photograph(chequered, { seed, level, widthPx: 360, heightPx: 480 });
      sum += meanDifference(warpQuad(image, quad, chequered.widthPx, chequered.heightPx), chequered);
    }
    distances.push(Math.round(sum / 3));
  }
  assert.deepEqual(
    distances,
    [...new Set(distances)].sort((a, b) => a - b),
  );
});

test('a photograph is a JPEG file of the size that was asked for', async () => {
  const { jpeg, image } = await photograph(chequered, { seed: 2, level: 2, widthPx: 360, heightPx: 480 });
  assert.deepEqual([...jpeg.subarray(0, 3)], [0xff, 0xd8, 0xff]);
  assert.equal(image.rgb.length, 360 * 480 * 3);
});

function isConvex(quad: Quad): boolean {
  return quad.every((_, i) => {
    const [a, b, c] = [quad[i]!, quad[(i + 1) % 4]!, quad[(i + 2) % 4]!];
    return (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) > 0;
  });
}

function meanDifference(a: Raster, b: Raster): number {
  let sum = 0;
  for (let at = 0; at < a.rgb.length; at++) sum += Math.abs(a.rgb[at]! - b.rgb[at]!);
  return sum / a.rgb.length;
}
