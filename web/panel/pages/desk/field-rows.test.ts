import assert from 'node:assert/strict';
import test from 'node:test';
import { fieldRows } from './field-rows.ts';
import { sayTheSame } from './letters.ts';

const document = (fields: { name: string; text: string; from: 'mrz' | 'viz' | 'barcode'; folded: boolean }[]) =>
  ({ fields }) as unknown as Parameters<typeof fieldRows>[0]['document'];

test('names come first, what nobody expected last', () => {
  const readings = ['somethingNew', 'birthDate', 'surnames'].map((name) => ({ name, inPrint: 'A', inZone: null }));
  assert.deepEqual(
    fieldRows({ readings, document: null }).map(({ name }) => name),
    ['surnames', 'birthDate', 'somethingNew'],
  );
});

test('print and zone are held against each other where both have the field', () => {
  const [row, other] = fieldRows({
    readings: [
      { name: 'birthDate', inPrint: '1980-01-02', inZone: '1980-01-12' },
      { name: 'birthPlace', inPrint: 'LUGO', inZone: null },
    ],
    document: document([{ name: 'birthDate', text: '1980-01-12', from: 'mrz', folded: false }]),
  });
  assert.equal(sayTheSame(row!.pairs!), false);
  assert.equal(other!.pairs, null);
});

test('a case that kept one reading only shows it where it came from', () => {
  const rows = fieldRows({
    readings: [],
    document: document([
      { name: 'surnames', text: 'ESPANOL', from: 'viz', folded: true },
      { name: 'expiryDate', text: '2030-01-01', from: 'mrz', folded: false },
    ]),
  });
  assert.deepEqual(
    rows.map(({ name, inPrint, inZone, isFolded }) => [name, inPrint, inZone, isFolded]),
    [
      ['surnames', 'ESPANOL', null, true],
      ['expiryDate', null, '2030-01-01', false],
    ],
  );
});
