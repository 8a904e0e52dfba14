import assert from 'node:assert/strict';
import test from 'node:test';
import { SEEN_MS, deskKeys, isByAccident, keyOfRow, numberedRow } from './shortcuts.ts';

const pressed = (key: string, repeat = false) => ({ key, repeat });

test('every action has a key of its own', () => {
  const keys = Object.values(deskKeys);
  assert.equal(new Set(keys).size, keys.length);
});

test('a key that is held down decides nothing, however long the case has been there', () => {
  for (const key of ['a', 'A', 'r', 't', 'e', 'u']) assert.ok(isByAccident(pressed(key, true), 60_000), key);
  assert.ok(!isByAccident(pressed('+', true), 60_000));
});

test('a case that nobody can have seen yet is not decided; what was decided can be taken back at once', () => {
  assert.ok(isByAccident(pressed('a'), SEEN_MS - 1));
  assert.ok(!isByAccident(pressed('a'), SEEN_MS));
  assert.ok(!isByAccident(pressed('u'), 0));
  assert.ok(!isByAccident(pressed('a'), null));
  assert.ok(!isByAccident(pressed('k'), 0));
});

test('eleven reasons are picked by one key each', () => {
  for (let row = 0; row < 11; row++) assert.equal(numberedRow(keyOfRow(row), 11), row);
  assert.equal(numberedRow('9', 3), null);
  assert.equal(numberedRow('x', 11), null);
});
