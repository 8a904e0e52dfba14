import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controlLetter, dniOfPassport, hasRightLetter, sameNumber } from './spanish-number.ts';

test('the letter of a DNI is its number modulo 23', () => {
  assert.equal(hasRightLetter('65004204V'), true);
  assert.equal(hasRightLetter('99999999R'), true);
  assert.equal(hasRightLetter('00000000T'), true);
  assert.equal(hasRightLetter('12345678F'), false);
});
test('the letter of a NIE counts X, Y, Z as 0, 1, 2', () => {
  assert.equal(hasRightLetter('X0000000T'), true);
  assert.equal(controlLetter('Y9361072'), controlLetter('19361072'));
  assert.equal(controlLetter('Z9872371'), controlLetter('29872371'));
});
test('one wrong digit always shows: 23 is a prime above the digits', () => {
  for (let place = 0; place < 8; place++)
    for (let digit = 0; digit < 10; digit++) {
      const number = [...'65004204'];
      if (number[place] === String(digit)) continue;
      number[place] = String(digit);
      assert.equal(hasRightLetter(`${number.join('')}V`), false);
    }
});
test('other shapes have no letter to be right', () => {
  for (const text of ['', 'AAA023112', '1234567Z', '123456789']) assert.equal(hasRightLetter(text), null, text);
});
test('a passport carries the DNI without its letter', () => {
  assert.equal(dniOfPassport('A9999999900'), '99999999R');
  assert.equal(dniOfPassport('KV88GH'), null);
});
test('numbers are the same however they are written', () => {
  assert.equal(sameNumber('65.004.204-v', '65004204V'), true);
  assert.equal(sameNumber('65004204V', '65004205V'), false);
});
