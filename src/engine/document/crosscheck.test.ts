import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ageAt, crossChecks, type CheckedReading } from './crosscheck.ts';
import type { Field, FieldName, Mrz } from './document.ts';
import { zoneFields } from './zone-fields.ts';

const at = '2026-01-01';
const mrz: Mrz = {
  format: 'TD1',
  lines: ['IDESPAAA023112165004204V<<<<<<', '5001105M2804173ESP<<<<<<<<<<<6', 'ESPANOL<ESPANOL<<JUAN<<<<<<<<<'],
  rawLines: [],
  checks: [
    { name: 'number', passed: true, passedRaw: true },
    { name: 'birth', passed: true, passedRaw: true },
  ],
  repairedGlyphs: 0,
  repairPriceNats: 0,
  glyphConfidence: [[0.99], [0.99], [0.99]],
  agreement: 'both',
  accepted: true,
  rows: [],
};
const printedOf = (fields: Partial<Record<FieldName, string>>): Partial<Record<FieldName, Field>> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, text]) => [name, { text, from: 'viz', side: 'front', confidence: 0.97 }]),
  );
const sound = {
  documentNumber: '65004204V',
  supportNumber: 'AAA023112',
  surnames: 'ESPAÑOL ESPAÑOL',
  givenNames: 'JUAN',
  birthDate: '1950-01-10',
  expiryDate: '2028-04-17',
  sex: 'M',
  nationality: 'ESP',
} as const;

function checked(changes: Partial<CheckedReading> & { print?: Partial<Record<FieldName, string>> } = {}) {
  const printed = printedOf({ ...sound, ...changes.print });
  const reading: CheckedReading = {
    fields: printed,
    printed,
    zone: zoneFields(mrz, 'back', at),
    mrz,
    numberOnFront: printed.documentNumber?.text ?? null,
    numberOnBack: '65004204V',
    oneSided: false,
    specimenWords: [],
    issuingState: 'ESP',
    at,
    ...changes,
  };
  return Object.fromEntries(crossChecks(reading).map((check) => [check.name, check]));
}
const failing = (checks: ReturnType<typeof checked>): string[] =>
  Object.values(checks).flatMap(({ name, holds }) => (holds === false ? [name] : []));

describe('cross-checks', () => {
  test('all hold on a sound document, but for what it does not print', () => {
    const checks = checked();
    assert.deepEqual(failing(checks), []);
    const open = Object.values(checks).filter(({ holds }) => holds === null);
    assert.deepEqual(open, [{ name: 'issue-plausible', holds: null, reason: 'issue-not-read' }]);
  });
  test('every one is there on an empty reading, with the reason why it is open', () => {
    const empty = checked({ fields: {}, printed: {}, zone: null, mrz: null, numberOnFront: null, numberOnBack: null });
    assert.deepEqual(Object.keys(empty), Object.keys(checked()));
    for (const { name, holds, reason } of Object.values(empty))
      if (name !== 'no-specimen') assert.ok(holds === null && reason !== undefined, name);
  });
  test('a birth that print and zone tell differently fails', () => {
    assert.deepEqual(failing(checked({ print: { birthDate: '1950-01-15' } })), ['birth-viz-mrz']);
  });
  test('print that is read badly is no witness against the zone', () => {
    const unsure = {
      ...printedOf(sound),
      birthDate: { ...printedOf({ birthDate: '1950-01-15' }).birthDate!, confidence: 0.5 },
    };
    assert.deepEqual(checked({ printed: unsure })['birth-viz-mrz'], {
      name: 'birth-viz-mrz',
      holds: null,
      reason: 'print-uncertain',
    });
  });
  test("a back of another person's document fails by number and names", () => {
    const other = checked({ numberOnBack: '80000000G' });
    assert.deepEqual(failing(other), ['number-front-back']);
  });
  test('a wrong letter fails', () => {
    assert.ok(failing(checked({ print: { documentNumber: '65004204A' } })).includes('number-letter'));
  });
  test('check digits that hold only after a repair prove nothing', () => {
    const repaired = { ...mrz, checks: [{ name: 'number', passed: true, passedRaw: false }], repairedGlyphs: 1 };
    assert.equal(checked({ mrz: repaired })['mrz-check-digits']!.reason, 'only-after-repair');
  });
  test('a check digit that is surely wrong fails, one in a blurred zone is open', () => {
    const wrong = { ...mrz, checks: [{ name: 'birth', passed: false, passedRaw: false }], accepted: false };
    assert.equal(checked({ mrz: wrong })['mrz-check-digits']!.holds, false);
    const blurred = { ...wrong, glyphConfidence: [[0.5], [0.5], [0.5]] };
    assert.equal(checked({ mrz: blurred })['mrz-check-digits']!.holds, null);
  });
  test('a document is valid on its last day and not on the next', () => {
    assert.equal(checked({ at: '2028-04-17' })['not-expired']!.holds, true);
    assert.equal(checked({ at: '2028-04-18' })['not-expired']!.holds, false);
  });
  test('a holder is of age on the birthday', () => {
    assert.equal(checked({ print: { birthDate: '2008-01-01' } })['of-age']!.holds, true);
    assert.equal(checked({ print: { birthDate: '2008-01-02' } })['of-age']!.holds, false);
    assert.equal(ageAt('2000-02-29', '2026-02-28'), 25);
  });
  test('an issue in the future or before the birth fails; a document for ever does not', () => {
    assert.equal(checked({ print: { issueDate: '2027-01-01' } })['issue-plausible']!.reason, 'issued-in-the-future');
    assert.equal(checked({ print: { issueDate: '1949-01-01' } })['issue-plausible']!.reason, 'issued-before-birth');
    const endless = checked({ print: { issueDate: '2021-05-01', expiryDate: '9999-01-01' } });
    assert.equal(endless['issue-plausible']!.holds, true);
  });
  test('words of specimens fail', () => {
    assert.deepEqual(failing(checked({ specimenWords: ['ESPECIMEN'] })), ['no-specimen']);
  });
});
