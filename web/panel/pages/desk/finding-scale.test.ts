import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { digitsFor, scaleOf } from './finding-scale.ts';

test('a share stands between nothing and all', () => {
  assert.deepEqual(scaleOf('liveness/pad-rgb', 0.93, { at: 0.5, passes: 'at-or-above' }), {
    score: 0.93,
    line: 0.5,
    passes: [0.5, 1],
    ends: [0, 1],
  });
});

test('what must stay below passes on the left', () => {
  assert.deepEqual(scaleOf('liveness/bezel', 0.7, { at: 0.62, passes: 'below' }).passes, [0, 0.62]);
});

test('scales of one check look alike until a score is far off', () => {
  const line = { at: 3.65, passes: 'at-or-above' } as const;
  assert.deepEqual(scaleOf('face/comparison', 4.1, line).ends, scaleOf('face/comparison', 6.9, line).ends);
  assert.deepEqual(scaleOf('face/comparison', 24, line).ends, [0, 50]);
  assert.deepEqual(scaleOf('face/comparison', -2, line).ends, [-10, 10]);
});

test('what is held against nothing has no good side', () => {
  assert.deepEqual(scaleOf('document/number-letter', 1, null), { score: 1, line: null, passes: null, ends: [0, 1] });
});

test('score and line stand on the right sides of each other, whatever they are', () => {
  const value = fc.double({ min: -1e4, max: 1e4, noNaN: true });
  fc.assert(
    fc.property(value, value, fc.constantFrom('at-or-above' as const, 'below' as const), (score, at, passes) => {
      const scale = scaleOf('face/comparison', score, { at, passes });
      for (const place of [scale.score, scale.line!]) assert.ok(place >= 0 && place <= 1);
      if (score < at) assert.ok(scale.score <= scale.line!);
      if (score > at) assert.ok(scale.score >= scale.line!);
    }),
  );
});

test('a number has the digits that tell it from its line', () => {
  assert.equal(digitsFor(3, { at: 2, passes: 'below' }), 0);
  assert.equal(digitsFor(0.93, { at: 0.5, passes: 'below' }), 2);
  assert.equal(digitsFor(0.4996, { at: 0.5, passes: 'below' }), 4);
  assert.equal(digitsFor(0.498, { at: 0.5, passes: 'below' }), 3);
});
