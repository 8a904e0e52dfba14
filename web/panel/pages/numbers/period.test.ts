import assert from 'node:assert/strict';
import test from 'node:test';
import { daysBack, isPeriod } from './period.ts';

test('the last days end with today in Spain, also around midnight and the change of clocks', () => {
  assert.deepEqual(daysBack(7, new Date('2026-03-30T10:00:00Z')), { from: '2026-03-24', to: '2026-03-30' });
  assert.deepEqual(daysBack(1, new Date('2026-07-01T22:30:00Z')), { from: '2026-07-02', to: '2026-07-02' });
  assert.deepEqual(daysBack(30, new Date('2026-10-26T00:30:00Z')), { from: '2026-09-27', to: '2026-10-26' });
});

test('a period is two days in their order, and no more than a leap year', () => {
  assert.equal(isPeriod({ from: '2026-01-01', to: '2026-01-01' }), true);
  assert.equal(isPeriod({ from: '2024-01-01', to: '2024-12-31' }), true);
  assert.equal(isPeriod({ from: '2024-01-01', to: '2025-01-01' }), false);
  assert.equal(isPeriod({ from: '2026-01-02', to: '2026-01-01' }), false);
  assert.equal(isPeriod({ from: '', to: '2026-01-01' }), false);
});
