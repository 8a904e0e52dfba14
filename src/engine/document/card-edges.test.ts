import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { seededRandom } from '../../kernel/random.ts';
import type { Grey, Point, Quad } from '../image/raster.ts';
import { snappedToEdges } from './card-edges.ts';

const truth: Quad = [
  [70, 60],
  [400, 82],
  [388, 300],
  [52, 270],
];

/** A card on a table, both with grain; a dark stripe on the card, as print is. */
function picture({ card, table }: { readonly card: number; readonly table: number }): Grey {
  const random = seededRandom(5);
  const [widthPx, heightPx] = [480, 360];
  const luma = new Uint8Array(widthPx * heightPx);
  const isInside = (x: number, y: number): boolean =>
    truth.every(([ax, ay], at) => {
      const [bx, by] = truth[(at + 1) % 4]!;
      return (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0;
    });
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const isPrint = y > 110 && y < 118 && x > 150 && x < 330;
      const level = isInside(x, y) ? (isPrint ? 40 : card) : table;
      luma[y * widthPx + x] = level + Math.round((random() - 0.5) * 24);
    }
  return { widthPx, heightPx, luma };
}
const within = (px: number) => {
  const reach = { inPx: px, outPx: px };
  return [reach, reach, reach, reach] as const;
};
const off = (quad: Quad): number =>
  Math.max(...quad.map(([x, y], at) => Math.hypot(x - truth[at]![0], y - truth[at]![1])));
const moved = (by: readonly Point[]): Quad =>
  truth.map(([x, y], at): Point => [x + by[at]![0], y + by[at]![1]]) as unknown as Quad;
const rough = moved([
  [9, -12],
  [-6, 14],
  [12, 8],
  [-10, 11],
]);

describe('the sides of a quad', () => {
  for (const [what, levels] of [
    ['lighter', { card: 190, table: 120 }],
    ['darker', { card: 90, table: 160 }],
    ['hardly lighter', { card: 140, table: 126 }],
  ] as const)
    test(`are laid on the rims of a card that is ${what} than its table`, () => {
      assert.ok(off(rough) > 13);
      const { quad, isSeen } = snappedToEdges(picture(levels), rough, within(24));
      assert.deepEqual(isSeen, [true, true, true, true]);
      assert.ok(off(quad) < 2, `${off(quad)} px`);
    });

  test('stay where they were thought to be when there is no rim to see', () => {
    const { quad, isSeen } = snappedToEdges(picture({ card: 120, table: 120 }), rough, within(12));
    assert.deepEqual(isSeen, [false, false, false, false]);
    assert.ok(quad.every(([x, y], at) => Math.hypot(x - rough[at]![0], y - rough[at]![1]) < 1e-6));
  });

  test('do not follow a line that is out of reach', () => {
    const far = moved([
      [0, -40],
      [0, -40],
      [0, 0],
      [0, 0],
    ]);
    const { isSeen } = snappedToEdges(picture({ card: 190, table: 120 }), far, within(15));
    assert.equal(isSeen[0], false);
    assert.equal(isSeen[2], true);
  });

  test('do not go further in than they may', () => {
    const outer = moved([
      [-10, -10],
      [10, -10],
      [10, 10],
      [-10, 10],
    ]);
    const reach = { inPx: 4, outPx: 20 };
    const { isSeen } = snappedToEdges(picture({ card: 190, table: 120 }), outer, [reach, reach, reach, reach]);
    assert.deepEqual(isSeen, [false, false, false, false]);
  });

  test('may reach beyond the picture', () => {
    const beyond = moved([
      [-90, -80],
      [100, -90],
      [100, 80],
      [-70, 100],
    ]);
    const { quad } = snappedToEdges(picture({ card: 190, table: 120 }), beyond, within(30));
    assert.ok(quad.flat().every(Number.isFinite));
  });
});
