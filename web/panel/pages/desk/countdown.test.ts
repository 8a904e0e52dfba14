import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { clockText, countdownFrom, countdownUntil, isOver, nextChangeMs, secondsLeft, shareLeft } from './countdown.ts';

const ten = countdownFrom(5_000);

test('ten seconds begin with the sending', () => {
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

test('after a reload what is left is shown, whatever the clock of the page says', () => {
  const now = Date.parse('2026-03-01T10:00:00Z');
  assert.equal(secondsLeft(countdownUntil('2026-03-01T10:00:04Z', now), now), 4);
  assert.equal(secondsLeft(countdownUntil('2026-03-01T11:00:04Z', now), now), 10);
  const over = countdownUntil('2026-03-01T09:00:00Z', now);
  assert.equal(secondsLeft(over, now), 0);
  assert.equal(nextChangeMs(over, now), null);
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
