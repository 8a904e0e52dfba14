import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { degreesText, type MapFrame, pathOf, placed, scaleBar } from './globe.ts';

const madrid = { latitude: 40.4168, longitude: -3.7038 };
const frame: MapFrame = { middle: madrid, widthDegrees: 20, ratio: 0.6 };

test('the middle stands in the middle, north is up and east is right', () => {
  assert.deepEqual(placed(frame, madrid), [0.5, 0.3]);
  const [x, y] = placed(frame, { latitude: 41.3874, longitude: 2.1686 }); // Barcelona
  assert.ok(x > 0.5 && y < 0.3);
});

test('a distance on the map is the distance on the ground near the middle', () => {
  const [x, y] = placed(frame, { latitude: 41.3874, longitude: 2.1686 });
  const km = Math.hypot(x - 0.5, y - 0.3) * 20 * 111.2;
  assert.ok(Math.abs(km - 505) < 8, `${km} km from Madrid to Barcelona, which are 505 apart`);
});

test('a place across the date line is near, not a world away', () => {
  const fiji: MapFrame = { middle: { latitude: -17, longitude: 179.5 }, widthDegrees: 20, ratio: 0.6 };
  const [x] = placed(fiji, { latitude: -17, longitude: -179.5 });
  assert.ok(x > 0.5 && x < 0.6);
});

test('the scale bar is a round length that fits', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 180, noNaN: true }), (widthDegrees) => {
      const { km, share } = scaleBar({ ...frame, widthDegrees });
      assert.ok(share > 0.1 && share <= 0.3 + 1e-9, `${km} km take ${share}`);
      assert.match(km.toExponential(), /^[125](\.0+)?e/);
    }),
  );
});

test('a ring beside the frame is left out, one that crosses the seam is broken', () => {
  const square = (longitude: number, latitude: number): number[][] => [
    [longitude, latitude],
    [longitude + 1, latitude],
    [longitude + 1, latitude + 1],
    [longitude, latitude],
  ];
  assert.equal(pathOf(frame, [square(100, 0)]), '');
  assert.match(pathOf(frame, [square(-4, 40)]), /^M[\d. -]+(L[\d. -]+){3}$/);
  const wide = { ...frame, widthDegrees: 180 };
  const seam = ((((-3.7038 + 180) % 360) + 540) % 360) - 180;
  const across = pathOf(wide, [
    [
      [seam - 1, 40],
      [seam + 1, 40],
      [-3, 40],
    ],
  ]);
  assert.equal(across.match(/M/g)?.length, 3);
});

test('coordinates are told with their letters', () => {
  assert.equal(degreesText(madrid, ['N', 'S', 'E', 'O']), '40.41680° N, 3.70380° O');
  assert.equal(degreesText({ latitude: -33.9, longitude: 18.4 }, ['N', 'S', 'E', 'W']), '33.90000° S, 18.40000° E');
});
