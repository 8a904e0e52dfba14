import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMeasured } from '../../verification/assessment.ts';
import type { DocumentReading } from './document.ts';
import { documentFindings } from './findings.ts';

const field = (text: string, confidence = 0.95) => ({ text, from: 'viz', side: 'front', confidence }) as const;
const reading: DocumentReading = {
  type: 'esp-dni-4',
  oneSided: false,
  issuingState: 'ESP',
  fields: {
    documentNumber: field('65004204V'),
    surnames: { ...field('ESPANOL'), folded: true },
    givenNames: field('JUAN', 0.7),
    birthDate: field('1950-01-10'),
  },
  printed: {},
  inZone: {},
  numberOnFront: '65004204V',
  numberOnBack: null,
  mrz: null,
  mrzSide: null,
  barcodes: [],
  specimenWords: [],
  crossChecks: [
    { name: 'number-letter', holds: true },
    { name: 'of-age', holds: false, reason: 'minor' },
    { name: 'not-expired', holds: null, reason: 'expiry-not-read' },
  ],
  sides: {},
};
const find = (check: string, requestedNumber: string | null = null) =>
  documentFindings(reading, { at: '2026-01-01', requestedNumber }).find((finding) => finding.check === check)!;

test('the share of required fields says which are missing', () => {
  const finding = find('document/fields');
  assert.ok(isMeasured(finding) && Math.abs(finding.score - 0.8) < 1e-9);
  assert.deepEqual(finding.details?.['missing'], ['expiryDate']);
});
test('the least sure field is named, and those whose accents are not proven', () => {
  const finding = find('document/confidence');
  assert.ok(isMeasured(finding) && finding.score === 0.7);
  assert.deepEqual(finding.details, { leastSure: 'givenNames', folded: ['surnames'] });
});
test('cross-checks become scores of 1 and 0, open ones keep their reason', () => {
  assert.ok(isMeasured(find('document/number-letter')));
  const minor = find('document/of-age');
  assert.ok(isMeasured(minor) && minor.score === 0);
  const expiry = find('document/not-expired');
  assert.ok(!isMeasured(expiry) && expiry.inconclusive === 'expiry-not-read');
});
test('the requested number is compared in any writing, and an absent request is no failure', () => {
  const score = (requested: string) => {
    const finding = find('document/requested-number', requested);
    return isMeasured(finding) ? finding.score : null;
  };
  assert.equal(score('65.004.204-V'), 1);
  assert.equal(score('65004205H'), 0);
  const none = find('document/requested-number');
  assert.ok(!isMeasured(none) && none.inconclusive === 'none-requested');
});
test('no finding carries a value of the document', () => {
  const text = JSON.stringify(documentFindings(reading, { at: '2026-01-01', requestedNumber: '65004204V' }));
  for (const secret of ['65004204', 'ESPANOL', 'JUAN', '1950']) assert.ok(!text.includes(secret), secret);
});
