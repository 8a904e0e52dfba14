import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { DURATION_STEP, type PartialFigures, partsOf, quantileOf, sumOf } from './figures-sum.ts';

test('a span is cut into parts that follow each other, over the ends of months and years', () => {
  assert.deepEqual(partsOf({ from: '2027-12-30', to: '2028-03-01' }, 31), [
    { from: '2027-12-30', to: '2028-01-29' },
    { from: '2028-01-30', to: '2028-02-29' },
    { from: '2028-03-01', to: '2028-03-01' },
  ]);
  assert.deepEqual(partsOf({ from: '2027-01-01', to: '2027-01-01' }, 31), [{ from: '2027-01-01', to: '2027-01-01' }]);
});

test('what was counted in parts adds up, the most frequent first', () => {
  const part = (count: number): PartialFigures => ({
    days: [{ day: `2027-01-0${count}`, requested: count, validated: 0, rejected: 0, lapsed: 0 }],
    funnel: { requested: count, invited: count, opened: 1, 'face-asked': 1, submitted: 1, assessed: 1, ruled: 0 },
    byPolicy: count,
    byPersons: 1,
    seconds: [],
    rejections: [{ reason: 'not-live', count }],
    lapses: [
      { reason: 'cancelled', count: 1 },
      { reason: 'expired', count: count * 2 },
    ],
    reasons: [],
  });
  const sum = sumOf([part(1), part(2)]);
  assert.deepEqual(
    sum.funnel.map(({ count }) => count),
    [3, 3, 2, 2, 2, 2, 0],
  );
  assert.deepEqual(sum.decisions, { byPolicy: 3, byPersons: 2, medianSeconds: null, p90Seconds: null });
  assert.deepEqual(sum.lapses, [
    { reason: 'expired', count: 6 },
    { reason: 'cancelled', count: 2 },
  ]);
  assert.equal(sum.days.length, 2);
});

test('a median of what was counted by powers is right within a step', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 99 }),
      fc.constantFrom(0.5, 0.9),
      (durations, share) => {
        const seconds = durations.map((duration) => ({
          power: Math.floor(Math.log(duration + 1) / Math.log(1 + DURATION_STEP)),
          count: 1,
        }));
        const exact = durations.toSorted((a, b) => a - b)[Math.ceil(share * durations.length) - 1]!;
        assert.ok(Math.abs(quantileOf(seconds, share)! - exact) <= DURATION_STEP * (exact + 1));
      },
    ),
  );
});
