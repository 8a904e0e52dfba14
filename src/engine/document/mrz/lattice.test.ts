import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../kernel/random.ts';
import type { Point } from '../../image/raster.ts';
import { homographyBetween, throughHomography, type Homography } from '../../image/warp.ts';
import { firstLattice } from './first-lattice.ts';
import { fitRobustly } from './lattice-fit.ts';
import type { LatticePoint } from './lattice.ts';
import { labelPlaces } from './row-labelling.ts';
import type { SeenRow } from './seen-row.ts';

/** A card photographed from the side: its far end is a third smaller. */
const slanted: Homography = homographyBetween(
  [
    [0, 0],
    [29, 0],
    [29, 2],
    [0, 2],
  ],
  [
    [200, 300],
    [1000, 180],
    [1010, 250],
    [215, 408],
  ],
);

const direction = (row: number): Point => {
  const [x0, y0] = throughHomography(slanted, [0, row]);
  const [x1, y1] = throughHomography(slanted, [29, row]);
  const length = Math.hypot(x1 - x0, y1 - y0);
  return [(x1 - x0) / length, (y1 - y0) / length];
};

test('a lattice is found again from its points, noisy ones and some that are no glyphs', () => {
  const random = seededRandom(5);
  const points: LatticePoint[] = [];
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 30; column++) {
      const [x, y] = throughHomography(slanted, [column, row]);
      const off = random() < 0.08 ? 20 : 1;
      points.push({
        column,
        row,
        at: [x + off * (random() - 0.5), y + (random() - 0.5)],
        direction: direction(row),
        alongWeight: 1,
        acrossWeight: 1,
      });
    }
  const { toImage } = fitRobustly(points, 0.35)!;
  for (const corner of [
    [0, 0],
    [29, 0],
    [29, 2],
    [0, 2],
  ] as const) {
    const [x, y] = throughHomography(slanted, corner);
    const [u, v] = throughHomography(toImage, corner);
    assert.ok(Math.hypot(u - x, v - y) < 1.5, `${corner}: ${Math.hypot(u - x, v - y)} px off`);
  }
});

test('places are numbered through changing pitch, gaps and noise', () => {
  const real = Array.from({ length: 44 }, (_, i) => 20 * i - 0.09 * i * i);
  const missing = new Set([7, 8, 9, 21, 30]);
  const places = [...real.filter((_, i) => !missing.has(i)), 207].sort((a, b) => a - b);
  const labels = labelPlaces(places);
  const first = labels[0]!;
  places.forEach((place, at) => {
    const expected = real.indexOf(place);
    assert.equal(labels[at], expected === -1 ? null : expected + first);
  });
});

/** A row as the network would see it, from one of its columns to another. */
function seenRow(row: number, from: number, until: number): SeenRow {
  const glyphs = Array.from({ length: until - from }, (_, i) => ({
    at: throughHomography(slanted, [from + i, row]),
    glyphClass: 0,
    confidence: 0.95,
    label: i,
    single: true,
  }));
  const left = glyphs[0]!.at;
  const right = glyphs.at(-1)!.at;
  const lengthPx = Math.hypot(right[0] - left[0], right[1] - left[1]);
  return {
    strip: { left, right, heightPx: 30 },
    glyphs,
    text: '',
    confidence: 0.95,
    pitchPx: lengthPx / (glyphs.length - 1),
    evenness: 1,
  };
}

test('a row whose first glyph was lost is not laid one column to the left', () => {
  const { lattice, firstColumn } = firstLattice([seenRow(0, 0, 30), seenRow(1, 0, 30), seenRow(2, 1, 30)])!;
  for (const row of [0, 1, 2]) {
    const [x, y] = throughHomography(slanted, [0, row]);
    const [u, v] = throughHomography(lattice.toImage, [firstColumn, row]);
    assert.ok(Math.hypot(u - x, v - y) < 3, `row ${row}: ${Math.hypot(u - x, v - y)} px off`);
  }
});
