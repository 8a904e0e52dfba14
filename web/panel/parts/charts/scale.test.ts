import assert from 'node:assert/strict';
import test from 'node:test';
import { ticksTo } from './scale.ts';

test('an axis ends at a round number not below the highest value', () => {
  assert.deepEqual(ticksTo(0), [0, 1]);
  assert.deepEqual(ticksTo(3), [0, 1, 2, 3]);
  assert.deepEqual(ticksTo(38), [0, 10, 20, 30, 40]);
  assert.deepEqual(ticksTo(1_001), [0, 500, 1_000, 1_500]);
  for (let highest = 1; highest < 5_000; highest += 7) {
    const ticks = ticksTo(highest);
    assert.ok(ticks.at(-1)! >= highest && ticks.at(-2)! < highest, String(highest));
    assert.ok(ticks.length <= 5, String(highest));
  }
});
