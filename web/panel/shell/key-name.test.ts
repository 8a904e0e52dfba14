import assert from 'node:assert/strict';
import test from 'node:test';
import { keyName } from './key-name.ts';

test('a letter is what it is without Caps Lock, with Shift and without', () => {
  for (const [key, shiftKey, meant] of [
    ['a', false, 'a'],
    ['A', false, 'a'], // Caps Lock
    ['A', true, 'A'],
    ['a', true, 'A'], // Caps Lock and Shift
    ['Ñ', false, 'ñ'],
  ] as const)
    assert.equal(keyName({ key, shiftKey }), meant, `${key} ${shiftKey}`);
});

test('what is no letter stays as it is', () => {
  for (const key of ['?', '/', '[', '0', '+', ' ', 'Enter', 'ArrowLeft', 'Escape'])
    for (const shiftKey of [false, true]) assert.equal(keyName({ key, shiftKey }), key);
});
