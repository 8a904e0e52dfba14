import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { mrvaLines, mrzCheckDigit, nameField, td1Lines, td2Lines, td3Lines, transliterate } from './mrz-lines.ts';

const anna = {
  surnames: 'ERIKSSON',
  givenNames: 'ANNA MARIA',
  birthDate: '1974-08-12',
  expiryDate: '2012-04-15',
  sex: 'F',
  nationality: 'UTO',
  issuer: 'UTO',
  documentCode: 'I',
  number: 'D23145890',
} as const;

test('the specimens of ICAO Doc 9303 come out to the last glyph', () => {
  assert.deepEqual(td1Lines(anna), [
    'I<UTOD231458907<<<<<<<<<<<<<<<',
    '7408122F1204159UTO<<<<<<<<<<<6',
    'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
  ]);
  assert.deepEqual(td2Lines(anna), ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6']);
  assert.deepEqual(td3Lines({ ...anna, documentCode: 'P', number: 'L898902C3', optional: 'ZE184226B' }), [
    'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<',
    'L898902C36UTO7408122F1204159ZE184226B<<<<<10',
  ]);
  const visitor = { birthDate: '1940-09-07', expiryDate: '1996-12-10', nationality: 'XXX', number: 'L8988901C' };
  assert.deepEqual(mrvaLines({ ...anna, ...visitor, documentCode: 'V', optional: '6ZE184226B' }), [
    'V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<',
    'L8988901C4XXX4009078F96121096ZE184226B<<<<<<',
  ]);
});

test('a document number of more than nine glyphs runs on in the optional data, as Doc 9303-5 shows', () => {
  const stevenson = { birthDate: '1934-07-12', expiryDate: '1995-07-12', sex: 'M', number: 'D23145890734' } as const;
  assert.deepEqual(td1Lines({ ...anna, ...stevenson, surnames: 'STEVENSON', givenNames: 'PETER JOHN' }), [
    'I<UTOD23145890<7349<<<<<<<<<<<',
    '3407127M9507122UTO<<<<<<<<<<<2',
    'STEVENSON<<PETER<JOHN<<<<<<<<<',
  ]);
});

test('the Spanish card carries the number of its support and the DNI', () => {
  const carmen = {
    surnames: 'ESPAÑOLA ESPAÑOLA',
    givenNames: 'CARMEN',
    birthDate: '1980-01-01',
    expiryDate: '2025-01-01',
    sex: 'F',
    nationality: 'ESP',
    issuer: 'ESP',
    documentCode: 'ID',
    number: 'BAA000589',
    optional: '99999999R',
  } as const;
  assert.deepEqual(td1Lines(carmen), [
    'IDESPBAA000589599999999R<<<<<<',
    '8001014F2501017ESP<<<<<<<<<<<7',
    'ESPANOLA<ESPANOLA<<CARMEN<<<<<',
  ]);
});

test('names are transliterated as Doc 9303-3 recommends', () => {
  assert.equal(transliterate('Núñez-Peña', 'ESP'), 'NUNEZ<PENA');
  assert.equal(transliterate('GÜELL', 'ESP'), 'GUELL');
  assert.equal(transliterate('MÜLLER GROẞMANN', 'D'), 'MUELLER<GROSSMANN');
  assert.equal(transliterate("O'KEEFFE", 'IRL'), 'OKEEFFE');
  assert.equal(transliterate('ÅKESSON ÞÓRÐUR', 'SWE'), 'AAKESSON<THORDUR');
  assert.equal(transliterate('ŁĄCKI', 'POL'), 'LACKI');
});

test('a name that does not fit is cut at its end, and keeps a letter of the secondary identifier', () => {
  assert.equal(nameField('LI', 'WEI', 'CHN', 12), 'LI<<WEI<<<<<');
  assert.equal(nameField('CASTAÑEDA DEL RÍO', 'MARÍA JOSÉ', 'ESP', 30), 'CASTANEDA<DEL<RIO<<MARIA<JOSE<');
  assert.equal(nameField('SÁENZ DE BURUAGA GOIKOETXEA', 'ANA', 'ESP', 30), 'SAENZ<DE<BURUAGA<GOIKOETXEA<<A');
  assert.equal(nameField('WICKRAMASINGHE ABEYWARDENA', 'DILKI', 'LKA', 20), 'WICKRAMASINGHE<AB<<D');
  assert.equal(nameField('SUKARTININGSIH', '', 'IDN', 20), 'SUKARTININGSIH<<<<<<');
});

test('one digit read as another never passes the check digit', () => {
  const digits = fc.stringMatching(/^[0-9]{1,9}$/);
  fc.assert(
    fc.property(digits, fc.nat(8), fc.integer({ min: 1, max: 9 }), (field, at, by) => {
      const place = at % field.length;
      const misread = field.slice(0, place) + String((Number(field[place]) + by) % 10) + field.slice(place + 1);
      assert.notEqual(mrzCheckDigit(misread), mrzCheckDigit(field));
    }),
  );
});
