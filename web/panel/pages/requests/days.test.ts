import assert from 'node:assert/strict';
import test from 'node:test';
import { startOfDay } from './days.ts';

test('a day begins in Spain when it does there, in winter, in summer and when clocks change', () => {
  assert.equal(startOfDay('2026-01-15'), '2026-01-14T23:00:00.000Z');
  assert.equal(startOfDay('2026-07-15'), '2026-07-14T22:00:00.000Z');
  assert.equal(startOfDay('2026-03-29'), '2026-03-28T23:00:00.000Z');
  assert.equal(startOfDay('2026-03-30'), '2026-03-29T22:00:00.000Z');
  assert.equal(startOfDay('2026-10-25'), '2026-10-24T22:00:00.000Z');
});
