import { isMeasured, type Finding, type Reason, type ReasonSlug } from '../../verification/assessment.ts';
import type { OperatingLine } from './operating-line.ts';

/** Lines of the reading of the document. Where they come from: `docs/decisions/0006-document-reading.md`. */
export type DocumentPoints = {
  /** Share of the required fields; below, the document counts as not read. */
  readonly leastFields: number;
  /** A field that was read less surely than this is looked at by a person. */
  readonly leastConfidence: number;
  /** So many changed glyphs in the zone, or more, are a reading to look at. */
  readonly tooManyZoneRepairs: number;
};

export const documentPoints: DocumentPoints = { leastFields: 0.5, leastConfidence: 0.6, tooManyZoneRepairs: 2 };

const measuredOn = 'documents of the measuring corpus and generated Spanish documents under camera conditions';

export const documentLines: readonly OperatingLine[] = [
  { check: 'document/fields', at: documentPoints.leastFields, passes: 'at-or-above', measuredOn },
  { check: 'document/confidence', at: documentPoints.leastConfidence, passes: 'at-or-above', measuredOn },
  { check: 'document/zone-repairs', at: documentPoints.tooManyZoneRepairs, passes: 'below', measuredOn },
];

/** What a check that does not hold means, and how much it weighs. */
const whenItFails: Readonly<Record<string, readonly [slug: ReasonSlug, weighs: Reason['weighs']]>> = {
  'document/requested-number': ['number-not-the-requested', 'refuse'],
  'document/mrz-check-digits': ['document-not-valid', 'refuse'],
  'document/number-letter': ['document-not-valid', 'refuse'],
  'document/number-in-zone': ['document-not-valid', 'review'],
  'document/no-specimen': ['document-specimen', 'refuse'],
  'document/not-expired': ['document-expired', 'refuse'],
  'document/of-age': ['applicant-minor', 'refuse'],
  'document/number-front-back': ['front-and-back-differ', 'refuse'],
  'document/number-viz-mrz': ['document-inconsistent', 'refuse'],
  'document/support-viz-mrz': ['document-inconsistent', 'review'],
  'document/birth-viz-mrz': ['document-inconsistent', 'refuse'],
  'document/expiry-viz-mrz': ['document-inconsistent', 'refuse'],
  'document/surnames-viz-mrz': ['document-inconsistent', 'review'],
  'document/given-names-viz-mrz': ['document-inconsistent', 'review'],
  'document/sex-viz-mrz': ['document-inconsistent', 'review'],
  'document/nationality-viz-mrz': ['document-inconsistent', 'review'],
  'document/birth-plausible': ['document-inconsistent', 'review'],
  'document/issue-plausible': ['document-inconsistent', 'review'],
  'document/zone': ['reading-uncertain', 'review'],
};

/** Checks that must have an answer before anybody is let through without a person; the others may stay open. */
const mustBeKnown: readonly string[] = [
  'document/not-expired',
  'document/of-age',
  'document/zone',
  'document/mrz-check-digits',
];

/** Reasons why two sides could not be held against each other that call for a person; one-sided documents are none. */
const sidesNotCompared: readonly string[] = ['front-not-read', 'back-not-read', 'reading-uncertain'];

/** What the findings of the document mean. None of a document at all: nothing is said here, evidence has its own reasons. */
export function documentReasons(findings: readonly Finding[], points: DocumentPoints = documentPoints): Reason[] {
  const fields = findings.find(({ check }) => check === 'document/fields');
  if (fields === undefined) return [];
  if (isMeasured(fields) && fields.score < points.leastFields)
    return [{ slug: 'document-unreadable', weighs: 'review', check: fields.check }];
  // Print on one side and zone on the other contradict each other as a matter of course when the sides are not of one document:
  // that is one reason, not eight.
  const sidesDiffer = findings.some(
    (finding) => finding.check === 'document/number-front-back' && isMeasured(finding) && finding.score < 1,
  );
  return findings
    .filter(({ check }) => !(sidesDiffer && check.endsWith('-viz-mrz')))
    .flatMap((finding) => reasonOf(finding, findings, points) ?? []);
}

function reasonOf(finding: Finding, all: readonly Finding[], points: DocumentPoints): Reason | null {
  const { check } = finding;
  const uncertain: Reason = { slug: 'reading-uncertain', weighs: 'review', check };
  if (!isMeasured(finding)) {
    if (mustBeKnown.includes(check)) return uncertain;
    const isOpen = check === 'document/number-front-back' && sidesNotCompared.includes(finding.inconclusive);
    const isUnanswered = check === 'document/requested-number' && finding.inconclusive === 'number-not-read';
    return isOpen || isUnanswered ? uncertain : null;
  }
  if (check === 'document/fields') return finding.score < 1 ? uncertain : null;
  if (check === 'document/confidence') return finding.score < points.leastConfidence ? uncertain : null;
  if (check === 'document/zone-repairs') return finding.score >= points.tooManyZoneRepairs ? uncertain : null;
  if (check === 'document/mrz-readers-agree') return finding.score < 1 && !namesConfirmed(all) ? uncertain : null;
  const meaning = whenItFails[check];
  if (meaning === undefined || finding.score >= 1) return null;
  const [slug, weighs] = meaning;
  return { slug, weighs, check };
}

/** Names have no check digit: where the two readers of the zone differ, the print may still say which is right. */
const namesConfirmed = (findings: readonly Finding[]): boolean =>
  ['document/surnames-viz-mrz', 'document/given-names-viz-mrz'].every((check) => {
    const finding = findings.find((other) => other.check === check);
    return finding !== undefined && isMeasured(finding) && finding.score >= 1;
  });
