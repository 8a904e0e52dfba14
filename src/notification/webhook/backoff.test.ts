import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { MS_PER_DAY, MS_PER_HOUR } from '../../kernel/instant.ts';
import { MOST_ATTEMPTS, pauseMs } from './backoff.ts';

const scheduleWith = (chance: number): number[] => {
  const pauses: number[] = [];
  for (let failures = 1; ; failures++) {
    const pause = pauseMs(failures, chance, null);
    if (pause === null) return pauses;
    pauses.push(pause);
  }
};

test('ten attempts over at least 72 hours and less than 87, never before the time that the contract names', () => {
  const named = [5, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400, 86_400].map((seconds) => seconds * 1000);
  for (const chance of [0, 0.5, 0.999_999]) {
    const pauses = scheduleWith(chance);
    assert.equal(pauses.length + 1, MOST_ATTEMPTS);
    assert.ok(pauses.every((pause, at) => pause >= named[at]! && pause <= named[at]! * 1.25));
    const hours = pauses.reduce((sum, pause) => sum + pause, 0) / MS_PER_HOUR;
    assert.ok(hours >= 72 && hours < 87, `${hours} h`);
  }
});

test('what failed together does not come back together', () => {
  assert.equal(new Set([0, 0.25, 0.5, 0.75].map((chance) => pauseMs(3, chance, null))).size, 4);
});

test('Retry-After makes a pause longer, never shorter, and never longer than a day', () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      fc.nat(),
      (failures, chance, asked) => {
        const [without, withIt] = [pauseMs(failures, chance, null)!, pauseMs(failures, chance, asked)!];
        assert.equal(withIt, Math.max(without, Math.min(asked, MS_PER_DAY)));
      },
    ),
  ));
