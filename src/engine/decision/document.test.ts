import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../verification/assessment.ts';
import { documentLines, documentReasons } from './document.ts';

const measured = (check: string, score: number): Finding => ({ check, score, higherMeans: 'holds', durationMs: 0 });
const open = (check: string, inconclusive: string): Finding => ({ check, inconclusive, durationMs: 0 });

const sound: readonly Finding[] = [
  measured('document/fields', 1),
  measured('document/confidence', 0.97),
  measured('document/zone', 1),
  measured('document/zone-repairs', 0),
  open('document/requested-number', 'none-requested'),
  measured('document/mrz-check-digits', 1),
  measured('document/mrz-readers-agree', 1),
  measured('document/number-letter', 1),
  measured('document/number-front-back', 1),
  measured('document/surnames-viz-mrz', 1),
  measured('document/given-names-viz-mrz', 1),
  measured('document/birth-viz-mrz', 1),
  measured('document/not-expired', 1),
  measured('document/of-age', 1),
  measured('document/no-specimen', 1),
  open('document/issue-plausible', 'issue-not-read'),
];
const withThese = (...changes: Finding[]): Finding[] =>
  sound.map((finding) => changes.find(({ check }) => check === finding.check) ?? finding);
const slugs = (findings: readonly Finding[]): string[] =>
  documentReasons(findings).map(({ slug, weighs }) => `${weighs} ${slug}`);

describe('what the findings of a document mean', () => {
  test('a sound one gives no reason', () => {
    assert.deepEqual(documentReasons(sound), []);
  });
  test('no document gives none either: evidence speaks for itself', () => {
    assert.deepEqual(documentReasons([]), []);
  });
  const refusals: readonly [check: string, slug: string][] = [
    ['document/number-letter', 'document-not-valid'],
    ['document/mrz-check-digits', 'document-not-valid'],
    ['document/no-specimen', 'document-specimen'],
    ['document/not-expired', 'document-expired'],
    ['document/of-age', 'applicant-minor'],
    ['document/number-front-back', 'front-and-back-differ'],
    ['document/birth-viz-mrz', 'document-inconsistent'],
    ['document/requested-number', 'number-not-the-requested'],
  ];
  for (const [check, slug] of refusals)
    test(`${check} that does not hold refuses: ${slug}`, () => {
      assert.deepEqual(slugs(withThese(measured(check, 0))), [`refuse ${slug}`]);
    });
  test('what could not be read surely is seen by a person', () => {
    assert.deepEqual(slugs(withThese(measured('document/confidence', 0.4))), ['review reading-uncertain']);
    assert.deepEqual(slugs(withThese(measured('document/zone', 0))), ['review reading-uncertain']);
    assert.deepEqual(slugs(withThese(open('document/number-front-back', 'back-not-read'))), [
      'review reading-uncertain',
    ]);
    assert.deepEqual(slugs(withThese(open('document/of-age', 'birth-not-read'))), ['review reading-uncertain']);
    assert.deepEqual(slugs(withThese(measured('document/zone-repairs', 2))), ['review reading-uncertain']);
  });
  test('one repaired glyph is within the line', () => {
    assert.deepEqual(slugs(withThese(measured('document/zone-repairs', 1))), []);
  });
  test('a one-sided document owes no second side', () => {
    assert.deepEqual(slugs(withThese(open('document/number-front-back', 'one-sided'))), []);
  });
  test('two readers of the zone may differ on names that the print confirms, and not otherwise', () => {
    const differ = measured('document/mrz-readers-agree', 0);
    assert.deepEqual(slugs(withThese(differ)), []);
    assert.deepEqual(slugs(withThese(differ, open('document/surnames-viz-mrz', 'print-not-read'))), [
      'review reading-uncertain',
    ]);
  });
  test('a document of which hardly anything was read is unreadable, and nothing else', () => {
    assert.deepEqual(slugs(withThese(measured('document/fields', 0.2), measured('document/not-expired', 0))), [
      'review document-unreadable',
    ]);
  });
  test('every line names a check that there is', () => {
    for (const { check } of documentLines)
      assert.ok(
        sound.some((finding) => finding.check === check),
        check,
      );
  });
});
