import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../kernel/random.ts';
import { thumbnailHeightPx, thumbnailWidthPx } from './media.ts';
import { thumbnailOf, toRgb, uprightSize, yuvCoefficients, type Orientation, type YuvPicture } from './yuv.ts';

type Subsampling = { readonly chromaShiftX: 0 | 1; readonly chromaShiftY: 0 | 1 };
const quarter: Subsampling = { chromaShiftX: 1, chromaShiftY: 1 };

function noise(widthPx: number, heightPx: number, { chromaShiftX, chromaShiftY }: Subsampling): YuvPicture {
  const random = seededRandom(widthPx * 1000 + heightPx);
  const chromaWidth = (widthPx + chromaShiftX) >> chromaShiftX;
  const chromaBytes = chromaWidth * ((heightPx + chromaShiftY) >> chromaShiftY);
  const lumaBytes = widthPx * heightPx;
  return {
    widthPx,
    heightPx,
    bytes: Uint8Array.from({ length: lumaBytes + 2 * chromaBytes }, () => Math.floor(random() * 256)),
    y: { offset: 0, stride: widthPx },
    u: { offset: lumaBytes, stride: chromaWidth },
    v: { offset: lumaBytes + chromaBytes, stride: chromaWidth },
    chromaShiftX,
    chromaShiftY,
  };
}

function rgbOf(picture: YuvPicture, orientation: Orientation, coefficients = yuvCoefficients('bt601', false)) {
  const size = uprightSize(picture, orientation);
  const rgb = new Uint8Array(size.widthPx * size.heightPx * 3);
  toRgb(picture, orientation, coefficients, rgb);
  return { ...size, rgb };
}

const asStored: Orientation = { turnDegrees: 0, mirrored: false };

test('every combination of samples is within half a level and a hair of the formulas of BT.601, BT.709 and BT.2020', () => {
  const weights = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722], bt2020: [0.2627, 0.0593] } as const;
  let worst = 0;
  for (const matrix of ['bt601', 'bt709', 'bt2020'] as const)
    for (const isFullRange of [false, true]) {
      const [red, blue] = weights[matrix];
      const picture = noise(64, 64, { chromaShiftX: 0, chromaShiftY: 0 });
      const { rgb } = rgbOf(picture, asStored, yuvCoefficients(matrix, isFullRange));
      for (let at = 0; at < 64 * 64; at++) {
        const [y, u, v] = [at, at + 4096, at + 8192].map((from) => picture.bytes[from]!) as [number, number, number];
        const luma = isFullRange ? y / 255 : (y - 16) / 219;
        const [cb, cr] = [u, v].map((value) => (value - 128) / (isFullRange ? 255 : 224)) as [number, number];
        const r = luma + 2 * (1 - red) * cr;
        const b = luma + 2 * (1 - blue) * cb;
        const g = (luma - red * r - blue * b) / (1 - red - blue);
        for (const [channel, exact] of [r, g, b].entries()) {
          const level = Math.min(255, Math.max(0, exact * 255));
          worst = Math.max(worst, Math.abs(level - rgb[at * 3 + channel]!));
        }
      }
    }
  assert.ok(worst < 0.51, `worst error ${worst} levels`);
});

test('odd sizes and every chroma resolution give each pixel the chroma sample that covers it', () => {
  for (const subsampling of [
    quarter,
    { chromaShiftX: 1, chromaShiftY: 0 },
    { chromaShiftX: 0, chromaShiftY: 0 },
  ] as const) {
    const picture = noise(7, 5, subsampling);
    const { rgb } = rgbOf(picture, asStored);
    for (let row = 0; row < 5; row++)
      for (let column = 0; column < 7; column++) {
        const single: YuvPicture = {
          ...noise(1, 1, { chromaShiftX: 0, chromaShiftY: 0 }),
          bytes: Uint8Array.of(
            picture.bytes[row * 7 + column]!,
            ...[picture.u, picture.v].map(
              ({ offset, stride }) =>
                picture.bytes[
                  offset + (row >> subsampling.chromaShiftY) * stride + (column >> subsampling.chromaShiftX)
                ]!,
            ),
          ),
        };
        const at = (row * 7 + column) * 3;
        assert.deepEqual(rgb.subarray(at, at + 3), rgbOf(single, asStored).rgb);
      }
  }
});

test('turned and mirrored pictures are the stored picture with its pixels moved', () => {
  const picture = noise(6, 4, quarter);
  const stored = rgbOf(picture, asStored);
  const pixel = (from: { widthPx: number; rgb: Uint8Array }, x: number, y: number) =>
    Array.from(from.rgb.subarray((y * from.widthPx + x) * 3, (y * from.widthPx + x) * 3 + 3));
  for (const turnDegrees of [0, 90, 180, 270] as const)
    for (const mirrored of [false, true]) {
      const upright = rgbOf(picture, { turnDegrees, mirrored });
      for (let y = 0; y < 4; y++)
        for (let x = 0; x < 6; x++) {
          const turned = { 0: [x, y], 90: [3 - y, x], 180: [5 - x, 3 - y], 270: [y, 5 - x] }[turnDegrees];
          const [turnedX, turnedY] = turned as [number, number];
          const uprightX = mirrored ? upright.widthPx - 1 - turnedX : turnedX;
          assert.deepEqual(pixel(upright, uprightX, turnedY), pixel(stored, x, y));
        }
    }
});

test('a thumbnail cell is the mean luma of its pixels, upright', () => {
  const picture = noise(thumbnailWidthPx * 3, thumbnailHeightPx * 3, quarter);
  const small = thumbnailOf(picture, asStored);
  for (const [cellX, cellY] of [
    [0, 0],
    [63, 47],
    [17, 30],
  ] as const) {
    let sum = 0;
    for (let y = cellY * 3; y < cellY * 3 + 3; y++)
      for (let x = cellX * 3; x < cellX * 3 + 3; x++) sum += picture.bytes[y * picture.widthPx + x]!;
    assert.equal(small[cellY * thumbnailWidthPx + cellX], Math.round(sum / 9));
  }
  const upsideDown = thumbnailOf(picture, { turnDegrees: 180, mirrored: false });
  assert.deepEqual(upsideDown, small.toReversed());
});

test('a quarter turn keeps the thumbnail wide', () => {
  const picture = noise(thumbnailHeightPx * 2, thumbnailWidthPx * 2, quarter); // stored tall, shown wide
  picture.bytes.fill(0, 0, picture.widthPx * picture.heightPx);
  picture.bytes.fill(200, 0, picture.widthPx * 8); // a bright band along the stored top
  const small = thumbnailOf(picture, { turnDegrees: 90, mirrored: false });
  assert.equal(small[thumbnailWidthPx - 1], 200, 'turned clockwise, the top is on the right');
  assert.equal(small[0], 0);
});

test('tall cells, read every other row, still average to the picture', () => {
  const picture = noise(640, 480, quarter);
  const small = thumbnailOf(picture, asStored);
  const mean = (bytes: Uint8Array): number => bytes.reduce((sum, value) => sum + value, 0) / bytes.length;
  assert.ok(Math.abs(mean(small) - mean(picture.bytes.subarray(0, 640 * 480))) < 1);
});

test('a picture smaller than the grid repeats its pixels', () => {
  const picture = noise(2, 2, quarter);
  const small = thumbnailOf(picture, asStored);
  assert.equal(small[0], picture.bytes[0]);
  assert.equal(small[small.length - 1], picture.bytes[3]);
});
