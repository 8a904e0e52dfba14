import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../../kernel/random.ts';
import { cropHeightPx, cropWidthPx } from './crop.ts';
import { bestEdge, slopeFloor, steepestInColumn } from './edges.ts';

const columns = { from: 60, to: 120 };
const rows = { from: 100, to: 140 };

function slopes(valueAt: (x: number, y: number) => number): Float32Array {
  const plane = new Float32Array(cropWidthPx * cropHeightPx);
  for (let y = 0; y < cropHeightPx; y++)
    for (let x = 0; x < cropWidthPx; x++) plane[y * cropWidthPx + x] = valueAt(x, y);
  return plane;
}

test('a line through all columns scores its own slope, wherever it runs and bends', () => {
  const bent = (x: number): number => Math.round(120 + 8 * Math.sin(x / 12));
  const plane = slopes((x, y) => (y === bent(x) ? 0.1 : 0));
  assert.ok(Math.abs(bestEdge(plane, columns, rows, 2)! - Math.log(0.1 + slopeFloor)) < 1e-6);
});

test('strong places without continuity score less than a weaker line', () => {
  const random = seededRandom(7);
  const specks = slopes(() => (random() < 0.04 ? 0.2 : 0));
  const line = slopes((_, y) => (y === 111 ? 0.08 : 0));
  assert.ok(bestEdge(specks, columns, rows, 1)! < bestEdge(line, columns, rows, 1)! - 0.5);
});

test('a strip outside the crop has no edge', () => {
  const plane = slopes(() => 0.1);
  assert.equal(bestEdge(plane, { from: 254, to: 300 }, rows, 2), null);
  assert.equal(bestEdge(plane, columns, { from: 310, to: 340 }, 2), null);
});

test('a column without pixels of the picture has no steepest slope', () => {
  const plane = slopes(() => 0.1);
  const inFrame = new Uint8Array(cropWidthPx * cropHeightPx).fill(1);
  for (let y = 0; y < cropHeightPx; y++) inFrame[y * cropWidthPx + 80] = 0;
  assert.equal(steepestInColumn(plane, inFrame, 80, rows), null);
  assert.ok(Math.abs(steepestInColumn(plane, inFrame, 81, rows)! - 0.1) < 1e-6);
});
