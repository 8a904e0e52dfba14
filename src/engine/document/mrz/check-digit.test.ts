import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ALPHABET, classOf, valueOfClass } from './alphabet.ts';
import { checkDigit } from './check-digit.ts';

test('the examples of ICAO Doc 9303-3 have their printed check digits', () => {
  assert.equal(checkDigit('520727'), '3');
  assert.equal(checkDigit('AB2134<<<'), '5');
  assert.equal(checkDigit('HA672242<6YTO5802254M9601086<<<<<<<'.slice(0, 9)), '6');
});

const glyphs = (least: number) =>
  fc.array(fc.constantFrom(...ALPHABET), { minLength: least, maxLength: 39 }).map((all) => all.join(''));

test('one misread digit never passes', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\d{1,14}$/), fc.nat(13), fc.integer({ min: 1, max: 9 }), (digits, place, by) => {
      const at = place % digits.length;
      const misread = digits.slice(0, at) + String((Number(digits[at]) + by) % 10) + digits.slice(at + 1);
      assert.notEqual(checkDigit(misread), checkDigit(digits));
    }),
  );
});

test('one misread glyph passes exactly when both are worth the same modulo 10', () => {
  fc.assert(
    fc.property(glyphs(1), fc.nat(38), fc.constantFrom(...ALPHABET), (text, place, other) => {
      const at = place % text.length;
      const misread = text.slice(0, at) + other + text.slice(at + 1);
      const worthTheSame = (valueOfClass(classOf(other)) - valueOfClass(classOf(text[at]!))) % 10 === 0;
      assert.equal(checkDigit(misread) === checkDigit(text), worthTheSame);
    }),
  );
});

test('filler, 0, A, K and U pass for each other at every place, and B for 1 or V for L', () => {
  for (const group of ['<0AKU', '1BLV', '2CMW', '5FPZ'])
    for (const place of [0, 1, 2]) {
      const digits = [...group].map((glyph) => checkDigit('7'.repeat(place) + glyph + '42'));
      assert.equal(new Set(digits).size, 1, group);
    }
});

test('what an MRZ cannot hold has no check digit', () => {
  assert.throws(() => checkDigit('ESPAÑA'), RangeError);
});
