import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { HostLimits } from './host-limits.ts';

test('five at once; a place is free when one ends', () => {
  const limits = new HostLimits();
  for (let count = 0; count < 5; count++) {
    assert.equal(limits.waitMs('a', 0), 0);
    limits.begin('a', 0);
  }
  assert.equal(limits.waitMs('a', 60_000), 'until-one-ends');
  assert.equal(limits.waitMs('b', 0), 0);
  limits.end('a');
  assert.equal(limits.waitMs('a', 60_000), 0);
});

test('in no second do more than ten begin, whoever asks when', () =>
  fc.assert(
    fc.property(fc.array(fc.nat(400), { minLength: 20, maxLength: 200 }), (steps) => {
      const limits = new HostLimits();
      const begun: number[] = [];
      let nowMs = 0;
      for (const step of steps) {
        nowMs += step;
        const waitMs = limits.waitMs('a', nowMs);
        if (waitMs !== 0) continue;
        limits.begin('a', nowMs);
        limits.end('a');
        begun.push(nowMs);
      }
      for (const from of begun) assert.ok(begun.filter((at) => at >= from && at < from + 1000).length <= 10);
    }),
  ));

test('whoever waits as long as it is told may begin', () => {
  const limits = new HostLimits();
  for (let count = 0; count < 10; count++) {
    limits.begin('a', count * 20);
    limits.end('a');
  }
  const waitMs = limits.waitMs('a', 200);
  assert.equal(typeof waitMs, 'number');
  assert.ok(Number(waitMs) > 800 && Number(waitMs) < 1000);
  assert.equal(limits.waitMs('a', 200 + Number(waitMs)), 0);
});
