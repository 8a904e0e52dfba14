import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Quad, Raster } from '../image/raster.ts';
import { throughHomography } from '../image/warp.ts';
import { rectifiedSide } from './rectify.ts';

const quad: Quad = [
  [100, 80],
  [880, 130],
  [850, 640],
  [70, 560],
];

/** A picture in which brightness tells the place. */
const picture: Raster = (() => {
  const [widthPx, heightPx] = [960, 720];
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      rgb[at++] = x / 4;
      rgb[at++] = y / 4;
      rgb[at++] = 0;
    }
  return { widthPx, heightPx, rgb };
})();

test('a side is drawn flat in the proportions of its document, with a rim of two millimetres', () => {
  const { image, toRectified } = rectifiedSide(picture, { quad, widthMm: 85.6, heightMm: 54 });
  const pxPerMm = image.widthPx / 89.6;
  assert.ok(Math.abs(image.heightPx / pxPerMm - 58) < 0.1);
  const rim = 2 * pxPerMm;
  const expected = [
    [rim, rim],
    [image.widthPx - rim, rim],
    [image.widthPx - rim, image.heightPx - rim],
    [rim, image.heightPx - rim],
  ];
  quad.forEach((corner, at) => {
    const [x, y] = throughHomography(toRectified, corner);
    assert.ok(Math.hypot(x - expected[at]![0]!, y - expected[at]![1]!) < 1.5, `corner ${at} at ${x}, ${y}`);
  });
});

test('what is told of a place of the picture is what is drawn there', () => {
  const { image, toRectified } = rectifiedSide(picture, { quad, widthMm: 85.6, heightMm: 54 });
  for (const [x, y] of [
    [300, 200],
    [500, 400],
    [700, 500],
  ] as const) {
    const [u, v] = throughHomography(toRectified, [x, y]).map(Math.round) as [number, number];
    const at = (v * image.widthPx + u) * 3;
    assert.ok(Math.abs(image.rgb[at]! - x / 4) <= 2);
    assert.ok(Math.abs(image.rgb[at + 1]! - y / 4) <= 2);
  }
});

test('it is not drawn smaller than can be read, nor larger than is of use', () => {
  const small: Quad = [
    [100, 100],
    [200, 100],
    [200, 163],
    [100, 163],
  ];
  assert.ok(rectifiedSide(picture, { quad: small, widthMm: 85.6, heightMm: 54 }).image.widthPx >= 640);
  assert.ok(
    rectifiedSide(picture, {
      quad: small.map(([x, y]) => [x * 40, y * 40]) as unknown as Quad,
      widthMm: 125,
      heightMm: 88,
    }).image.widthPx <= 1281,
  );
});
