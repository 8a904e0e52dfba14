import assert from 'node:assert/strict';
import test from 'node:test';
import { hasWrongLetter, parseDni } from './dni.ts';

test('a number is its capital letters and digits', () => {
  for (const [text, number] of [
    ['00000000T', '00000000T'],
    [' 00.000.000-t ', '00000000T'],
    ['x-0000000-t', 'X0000000T'],
    ['paa 000000', 'PAA000000'],
    ['ñ1', '1'],
  ] as const)
    assert.deepEqual(parseDni(text), { ok: true, value: number });
  assert.deepEqual(parseDni(null), { ok: true, value: null });
  assert.deepEqual(parseDni('---'), { ok: false, refusal: { kind: 'number-unreadable' } });
  assert.deepEqual(parseDni('1'.repeat(21)), { ok: false, refusal: { kind: 'number-too-long', most: 20 } });
});

test('a wrong letter is told where there is a rule for it', () => {
  for (const number of [
    '00000000T',
    '12345678Z',
    'X0000000T',
    'Y0000000Z',
    'Z0000000M',
    'PAA000000',
    '1234',
    'X00000000T',
    '0000000T',
  ])
    assert.equal(hasWrongLetter(number), false, number);
  for (const number of ['00000000R', '12345678A', 'X0000000R', 'Y0000000T', '12345678I'])
    assert.equal(hasWrongLetter(number), true, number);
});
