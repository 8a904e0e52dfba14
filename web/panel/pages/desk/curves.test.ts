import assert from 'node:assert/strict';
import test from 'node:test';
import { type Challenge, asked, curvesOf, pathOf } from './curves.ts';

const challenge: Challenge = {
  steps: [{ gesture: 'look-up', fromMs: 0, toMs: 1000, verdict: 'followed', event: null }],
  curves: {
    atMs: [0, 100, 200],
    turn: [0.3, -0.3, null],
    nod: [-0.07, 0.06, 0],
    smile: [1.14, 1, 9],
    closer: [1.18, 1, null],
  },
  thresholds: {
    'turn-left': 0.3,
    'turn-right': -0.3,
    'look-up': -0.07,
    'look-down': 0.06,
    smile: 1.14,
    'come-closer': 1.18,
  },
};

test('what just counts as a gesture is one, in its direction', () => {
  const rounded = curvesOf(challenge).map(({ name, points }) => [
    name,
    ...points.map((value) => (value === null ? null : Math.round(value * 1e6) / 1e6)),
  ]);
  assert.deepEqual(rounded, [
    ['turn', 1, -1, null],
    ['nod', -1, 1, 0],
    ['smile', 1, 0, 2.5],
    ['closer', 1, 0, null],
  ]);
});

test('only movements that were asked for are drawn', () => {
  assert.deepEqual([...asked(challenge)], ['nod']);
});

test('a moment without a face is a gap', () => {
  const plot = { durationMs: 400, width: 400, height: 50 };
  assert.equal(pathOf([0, 2.5, null, -2.5], [0, 100, 200, 400], plot), 'M0.0 25.0L100.0 0.0M400.0 50.0');
});
