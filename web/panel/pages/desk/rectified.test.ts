import assert from 'node:assert/strict';
import test from 'node:test';
import { homographyBetween } from '../../../../src/engine/image/warp.ts';
import type { CaseSide } from '../../../../src/panel/case.schema.ts';
import { carried, shownSide } from './rectified.ts';

const corners = [
  [120, 90],
  [900, 130],
  [860, 640],
  [100, 600],
] as const;
const flat = [
  [0, 0],
  [999, 0],
  [999, 629],
  [0, 629],
] as const;
const map = homographyBetween(corners, flat);
const side: CaseSide = {
  side: 'front',
  image: { picture: 'front', widthPx: 1000, heightPx: 700 },
  rectified: {
    image: { picture: 'front-rectified', widthPx: 1000, heightPx: 630 },
    toRectified: [...map],
  },
  fields: [{ name: 'surnames', quad: corners.map(([x, y]) => [x, y]) }],
  lines: [],
  mrzRows: [corners.map(([x, y]) => [x, y])],
};
const rounded = (points: readonly (readonly number[])[]): number[][] =>
  points.map((point) => point.map((value) => Math.round(value * 1000) / 1000 + 0));

test('places are carried as the engine draws', () => {
  assert.deepEqual(rounded(corners.map((corner) => carried([...map], corner))), flat);
});

test('a side is shown flat with its places on it, and as it was photographed when that is asked for', () => {
  const shown = shownSide(side, false);
  assert.equal(shown.image.picture, 'front-rectified');
  assert.deepEqual(rounded(shown.fields[0]!.quad), flat);
  assert.deepEqual(rounded(shown.mrzRows[0]!), flat);
  const { isFlat, ...original } = shownSide(side, true);
  assert.equal(isFlat, false);
  assert.deepEqual(original, { image: side.image, fields: side.fields, mrzRows: side.mrzRows });
});

test('a document that was not located is shown as it was photographed', () => {
  const shown = shownSide({ ...side, rectified: null }, false);
  assert.deepEqual([shown.image.picture, shown.isFlat], ['front', false]);
});
