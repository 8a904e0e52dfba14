import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { clockText, countdownOf, isOver, nextChangeMs, secondsLeft, shareLeft } from './countdown.ts';

const ten = countdownOf('2026-03-01T10:00:00.000Z', '2026-03-01T10:00:10.000Z', 5_000);

test('ten seconds are ten seconds, whatever the clock of the page says', () => {
  assert.deepEqual(ten, { endsAtMs: 15_000, forMs: 10_000 });
  assert.equal(secondsLeft(ten, 5_000), 10);
  assert.equal(secondsLeft(ten, 5_001), 10);
  assert.equal(secondsLeft(ten, 6_000), 9);
  assert.equal(secondsLeft(ten, 14_999), 1);
  assert.equal(secondsLeft(ten, 15_000), 0);
  assert.equal(isOver(ten, 14_999), false);
  assert.equal(isOver(ten, 15_000), true);
});

test('a page whose clock was turned back does not show more than there was', () => {
  assert.equal(secondsLeft(ten, -60_000), 10);
  assert.equal(shareLeft(ten, -60_000), 1);
});

test('an end that has passed leaves nothing', () => {
  const over = countdownOf('2026-03-01T10:00:10Z', '2026-03-01T10:00:00Z', 5_000);
  assert.equal(secondsLeft(over, 5_000), 0);
  assert.equal(shareLeft(over, 5_000), 0);
  assert.equal(nextChangeMs(over, 5_000), null);
});

test('waiting for the next change shows every second once, downwards', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999 }), (late) => {
      const seen: number[] = [];
      let now: number | null = 5_000 + late;
      while (now !== null) {
        seen.push(secondsLeft(ten, now));
        const wait = nextChangeMs(ten, now);
        now = wait === null ? null : now + wait;
      }
      assert.deepEqual(seen, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    }),
  );
});

test('a running time reads as people write it', () => {
  assert.deepEqual([0, 7_999, 760_000, 3_729_000, -5].map(clockText), ['0:00', '0:07', '12:40', '1:02:09', '0:00']);
});
