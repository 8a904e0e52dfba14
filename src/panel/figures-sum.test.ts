import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  DURATION_STEP,
  type Tally,
  added,
  daysOf,
  figuresFrom,
  kindsOf,
  partsOf,
  quantileOf,
  spansOf,
} from './figures-sum.ts';

test('a span is cut into parts that follow each other, over the ends of months and years', () => {
  assert.deepEqual(partsOf({ from: '2027-12-30', to: '2028-03-01' }, 31), [
    { from: '2027-12-30', to: '2028-01-29' },
    { from: '2028-01-30', to: '2028-02-29' },
    { from: '2028-03-01', to: '2028-03-01' },
  ]);
  assert.deepEqual(partsOf({ from: '2027-01-01', to: '2027-01-01' }, 31), [{ from: '2027-01-01', to: '2027-01-01' }]);
});

test('days become the spans that they fill, and spans the days that are in them', () => {
  assert.deepEqual(spansOf(['2027-01-01', '2026-12-31', '2027-01-03', '2026-12-31']), [
    { from: '2026-12-31', to: '2027-01-01' },
    { from: '2027-01-03', to: '2027-01-03' },
  ]);
  assert.deepEqual(spansOf([]), []);
  assert.deepEqual(daysOf({ from: '2028-02-28', to: '2028-03-01' }), ['2028-02-28', '2028-02-29', '2028-03-01']);
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { maxLength: 60 }), (numbers) => {
      const days = numbers.map((number) => daysOf({ from: '2027-01-01', to: '2028-06-01' })[number]!).sort();
      assert.deepEqual(spansOf(days).flatMap(daysOf), days);
    }),
  );
});

test('what was counted day by day adds up, the most frequent first', () => {
  const day = (count: number): Tally => ({
    requested: count,
    validated: 1,
    opened: 1,
    'ruled-by policy': count,
    'ruled-by person': 1,
    'rejection not-live': count,
    'lapse cancelled': 1,
    'lapse expired': count * 2,
  });
  const figures = figuresFrom(
    { from: '2027-01-01', to: '2027-01-03' },
    {
      requests: new Map([
        ['2027-01-01', day(1)],
        ['2027-01-03', day(2)],
      ]),
      rulings: new Map([['2027-01-01', { 'on-case 0': 3 }]]),
      callbacks: new Map([['2027-01-02', { told: 5, delivered: 4, waiting: 1, attempts: 9, 'took 0': 4 }]]),
    },
    { hasEndpoint: true, now: new Date('2027-01-03T10:00:00Z') },
  );
  assert.deepEqual(
    figures.days.map(({ requested, validated }) => [requested, validated]),
    [
      [1, 1],
      [0, 0],
      [2, 1],
    ],
  );
  assert.deepEqual(
    figures.funnel.map(({ count }) => count),
    [3, 0, 2, 0, 0, 0, 0],
  );
  const { medianSecondsOnCase, ...decisions } = figures.decisions;
  assert.deepEqual(decisions, { byPolicy: 3, byPersons: 2, medianSeconds: null, p90Seconds: null });
  assert.ok(Math.abs(medianSecondsOnCase!) < DURATION_STEP);
  assert.deepEqual(figures.lapses, [
    { reason: 'expired', count: 6 },
    { reason: 'cancelled', count: 2 },
  ]);
  assert.deepEqual(
    [figures.callbacks?.delivered, figures.callbacks?.waiting, figures.callbacks?.failedAttempts],
    [4, 1, 5],
  );
});

test('where no callbacks are set up and none were told there are none to speak of', () => {
  const none = { requests: new Map(), rulings: new Map(), callbacks: new Map() };
  const span = { from: '2027-01-01', to: '2027-01-01' };
  assert.equal(figuresFrom(span, none, { hasEndpoint: false, now: new Date(0) }).callbacks, null);
  assert.equal(figuresFrom(span, none, { hasEndpoint: true, now: new Date(0) }).callbacks?.delivered, 0);
});

test('counters of a kind are told by which one they are', () => {
  assert.deepEqual(kindsOf(added([{ 'reason b': 1, reasonable: 9 }, { 'reason a': 1 }, { 'reason b': 1 }]), 'reason'), [
    { which: 'b', count: 2 },
    { which: 'a', count: 1 },
  ]);
});

test('a median of what was counted by powers is right within a step', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 99 }),
      fc.constantFrom(0.5, 0.9),
      (durations, share) => {
        const tally = added(
          durations.map((duration) => ({
            [`decided ${Math.floor(Math.log(duration + 1) / Math.log(1 + DURATION_STEP))}`]: 1,
          })),
        );
        const exact = durations.toSorted((a, b) => a - b)[Math.ceil(share * durations.length) - 1]!;
        assert.ok(Math.abs(quantileOf(tally, 'decided', share)! - exact) <= DURATION_STEP * (exact + 1));
      },
    ),
  );
});
