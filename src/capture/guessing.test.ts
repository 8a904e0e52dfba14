import assert from 'node:assert/strict';
import test from 'node:test';
import { guessingInMemory, guessingRule } from './guessing.ts';

test('an address that misses too often is heard only for links that it has found, for a while', () => {
  let nowMs = 0;
  const guessing = guessingInMemory(() => new Date(nowMs));
  guessing.found('192.0.2.1', 'a');
  for (let miss = 1; miss < guessingRule.misses; miss += 1) {
    guessing.missed('192.0.2.1');
    assert.equal(guessing.blockedForSeconds('192.0.2.1', 'b'), null, `after ${miss}`);
  }
  guessing.missed('192.0.2.1');
  assert.equal(guessing.blockedForSeconds('192.0.2.1', 'b'), guessingRule.blockedForSeconds);
  assert.equal(guessing.blockedForSeconds('192.0.2.1', 'a'), null);
  assert.equal(guessing.blockedForSeconds('192.0.2.2', 'b'), null, 'another address is heard');
  nowMs += guessingRule.blockedForSeconds * 1000;
  assert.equal(guessing.blockedForSeconds('192.0.2.1', 'b'), null);
});
