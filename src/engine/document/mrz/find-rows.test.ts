import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsAround } from './find-rows.ts';
import type { SeenRow } from './seen-row.ts';

/** A level row of even glyphs, 20 px apart. */
const rowAt = (yPx: number, glyphs: number): SeenRow => ({
  strip: { left: [0, yPx], right: [glyphs * 20, yPx], heightPx: 30 },
  glyphs: Array.from({ length: glyphs }, (_, at) => ({
    at: [at * 20 + 10, yPx],
    glyphClass: 0,
    confidence: 0.9,
    label: at,
    single: true,
  })),
  text: '0'.repeat(glyphs),
  confidence: 0.9,
  pitchPx: 20,
  evenness: 1,
});

test('rows stand around the anchor, from top to bottom, up to the first one that is too far', () => {
  const [far, upper, anchor, lower] = [rowAt(0, 40), rowAt(100, 40), rowAt(150, 42), rowAt(200, 40)];
  assert.deepEqual(rowsAround(anchor, [lower, anchor, upper, far]), [upper, anchor, lower]);
});

test('of two strips of one row the fuller one stays, but never in the place of the anchor', () => {
  const [anchor, twin] = [rowAt(150, 30), rowAt(160, 42)];
  assert.deepEqual(rowsAround(anchor, [twin, anchor]), [anchor]);
  const [upper, upperTwin] = [rowAt(100, 30), rowAt(104, 40)];
  assert.deepEqual(rowsAround(anchor, [anchor, upper, upperTwin]), [upperTwin, anchor]);
});
