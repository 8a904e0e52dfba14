import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findValues, fold, isDay, type ValueFormat } from './values.ts';

const values = (format: ValueFormat, text: string): string[] => findValues(format, text).map(({ value }) => value);

describe('dates', () => {
  test('are read with blanks, without, and with other marks between', () => {
    for (const text of ['02 06 2021', '02062021', '02.06.2021', '02-06-2021', '02/06/2021'])
      assert.deepEqual(values('date', text), ['2021-06-02'], text);
  });
  test('two that touch are two', () => {
    assert.deepEqual(values('date', '0206202102062031'), ['2021-06-02', '2031-06-02']);
  });
  test('are read with the month as a word, in the languages of passports', () => {
    assert.deepEqual(values('date', '02 JUN 2021'), ['2021-06-02']);
    assert.deepEqual(values('date', '14 ENE/JAN 1990'), ['1990-01-14']);
    assert.deepEqual(values('date', '1 AOÛT 1999'), ['1999-08-01']);
  });
  test('begin with the year where the issuer writes so', () => {
    assert.deepEqual(values('date', '1990-03-14'), ['1990-03-14']);
  });
  test('letters that look like digits are taken for them, and counted', () => {
    assert.deepEqual(findValues('date', '0I O6 2021'), [{ value: '2021-06-01', from: 0, to: 9, repairs: 2 }]);
  });
  test('that the calendar does not have are none', () => {
    assert.deepEqual(values('date', '31 02 2021'), []);
    assert.deepEqual(values('date', '020631'), []);
    assert.equal(isDay('2021-02-29'), false);
    assert.equal(isDay('2024-02-29'), true);
    assert.equal(isDay('9999-01-01'), true);
  });
});

describe('numbers', () => {
  test('a DNI stands alone, behind its label, and before a stray mark', () => {
    for (const text of ['65004204V', 'DNI65004204V', 'DNI 65004204V', '65004204V0'])
      assert.equal(values('dni', text)[0], '65004204V', text);
  });
  test('digits read as letters come right; the letter is not judged here', () => {
    assert.deepEqual(findValues('dni', '6S0O4204V'), [{ value: '65004204V', from: 0, to: 8, repairs: 2 }]);
    assert.deepEqual(values('dni', '12345678A'), ['12345678A']);
  });
  test('a letter that ends no number was the right one that it looks like, or stays wrong', () => {
    assert.deepEqual(findValues('dni', '98626638O')[0], { value: '98626638Q', from: 0, to: 8, repairs: 1 });
    assert.equal(values('dni', '65004204O')[0], '65004204O');
  });
  test('a longer run of digits holds no DNI', () => {
    assert.deepEqual(values('dni', '1234567890123A'), []);
  });
  test('a NIE begins with X, Y or Z, also when the Z was read as 2', () => {
    assert.equal(values('nie', 'Y9361072V')[0], 'Y9361072V');
    assert.equal(values('nie', '29872371V')[0], 'Z9872371V');
  });
  test('support numbers of cards, passports and residence permits', () => {
    assert.equal(values('spanish-support', 'CAA000000')[0], 'CAA000000');
    assert.equal(values('spanish-support', 'CAAO00O00')[0], 'CAA000000');
    assert.equal(values('spanish-support', 'E44569762')[0], 'E44569762');
    assert.deepEqual(values('spanish-support', '28391A6DK'), []);
  });
});

describe('sex, nationality and names', () => {
  test('a lone letter is a sex, a word that begins with it is none', () => {
    assert.deepEqual(values('sex', 'F'), ['F']);
    assert.deepEqual(values('sex', '- M'), ['M']);
    assert.deepEqual(values('sex', 'MADRID'), []);
  });
  test('a nationality is a code of the list', () => {
    assert.deepEqual(values('nationality', 'ESP'), ['ESP']);
    assert.deepEqual(values('nationality', 'QQX'), []);
  });
  test('a name loses what is not of it at the ends', () => {
    assert.deepEqual(values('name', '. Fernández-Cano,'), ['FERNÁNDEZ-CANO']);
    assert.deepEqual(values('name', "O'KEEFFE"), ["O'KEEFFE"]);
    assert.deepEqual(values('name', '--'), []);
  });
  test('folding drops marks, blanks and hyphens, and makes Ñ an N', () => {
    assert.equal(fold('Muñoz de la Güell-Álvarez'), 'MUNOZDELAGUELLALVAREZ');
  });
});
