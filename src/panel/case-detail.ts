import type { EvidenceItem } from '../evidence/evidence.ts';
import { type Assessment, type Finding, type Reason, isMeasured } from '../verification/assessment.ts';
import { judgedRound } from '../verification/retake.ts';
import type { AssessedRound, Opening, Sent } from '../verification/verification.ts';
import type { CaseDetail, CaseFinding, CaseVideo } from './case.schema.ts';
import type { KeptExhibits } from './exhibits.schema.ts';

/** What findings are held against, and what the desk draws beside the curves: `engine/decision/` and `engine/liveness/`, handed in as data. */
export type MeasuringPoints = {
  readonly lines: readonly {
    readonly check: string;
    readonly at: number;
    readonly passes: 'at-or-above' | 'below';
    readonly measuredOn: string;
  }[];
  readonly gestures: NonNullable<CaseVideo['challenge']>['thresholds'];
};

export type CaseMaterial = {
  readonly verification: Extract<Sent, { assessment: Assessment }>;
  /** Which of its rounds is shown, and what was found in it. */
  readonly shown: AssessedRound & { readonly round: number };
  readonly retakes: CaseDetail['retakes'];
  /** null: there are none, or they were erased. */
  readonly exhibits: KeptExhibits | null;
  readonly evidence: { readonly isErased: boolean; readonly items: readonly EvidenceItem[] };
  readonly deviceFacts: CaseDetail['deviceFacts'];
  readonly earlier: CaseDetail['earlier'];
  readonly notes: CaseDetail['notes'];
  readonly ruling: CaseDetail['ruling'];
};

/** All that is known of an assessed request, in the words of the desk. */
export function caseDetail(
  { verification, shown, exhibits, evidence, ...rest }: CaseMaterial,
  points: MeasuringPoints,
): CaseDetail {
  const { assessment, round, submittedAt, assessedAt } = shown;
  return {
    id: String(verification.id),
    requestedAt: verification.requestedAt.toISOString(),
    submittedAt: submittedAt.toISOString(),
    assessedAt: assessedAt.toISOString(),
    round,
    rounds: roundsOf(verification),
    phone: verification.phone,
    reference: verification.reference,
    outcome: assessment.outcome,
    reasons: [...assessment.reasons],
    similarityPercent: assessment.similarityPercent,
    livenessPassed: assessment.livenessPassed,
    samePersonThroughout: assessment.samePersonThroughout,
    findings: assessment.findings.map((finding) => findingOf(finding, assessment.reasons, points)),
    video: videoOf(exhibits, points),
    sides: exhibits?.document?.sides ?? [],
    readings: exhibits?.document?.readings ?? [],
    portrait: exhibits?.document?.portrait ?? null,
    document: documentOf(assessment),
    attributes: attributesOf(assessment),
    opening: openingOf(verification.opening),
    evidence: {
      isErased: evidence.isErased,
      items: evidence.items.map(({ kind, mediaType, byteLength, sha256 }) => ({ kind, mediaType, byteLength, sha256 })),
    },
    ...rest,
  };
}

/** Those that were assessed: each that a retake followed, and the one that stands. */
function roundsOf(verification: CaseMaterial['verification']): CaseDetail['rounds'] {
  const { retakes, submittedAt, assessedAt } = verification;
  const replaced = retakes.flatMap(({ ended, before }, index) =>
    ended.as === 'assessed' ? [{ round: judgedRound(retakes.slice(0, index)), ...before }] : [],
  );
  const all = [...replaced, { round: judgedRound(retakes), submittedAt, assessedAt }];
  return all.map(({ round, ...at }) => ({
    round,
    submittedAt: at.submittedAt.toISOString(),
    assessedAt: at.assessedAt.toISOString(),
  }));
}

function findingOf(finding: Finding, reasons: readonly Reason[], { lines }: MeasuringPoints): CaseFinding {
  const { check, model, frame, details } = finding;
  const line = lines.find((candidate) => candidate.check === check) ?? null;
  return {
    check,
    score: isMeasured(finding) ? finding.score : null,
    inconclusive: isMeasured(finding) ? null : finding.inconclusive,
    higherMeans: isMeasured(finding) ? finding.higherMeans : null,
    model: model ?? null,
    frame: frame ?? null,
    details: details === undefined ? {} : mutable(details),
    line: line === null ? null : { at: line.at, passes: line.passes, measuredOn: line.measuredOn },
    verdict: verdictOf(finding, reasons, line),
  };
}

const mutable = (details: NonNullable<Finding['details']>): CaseFinding['details'] =>
  Object.fromEntries(
    Object.entries(details).map(([name, value]) => [name, isList(value) ? [...value] : value]),
  ) as CaseFinding['details'];

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

/** A reason that rests on the finding says what it weighs. On the wrong side of its line without one, others outweighed it. */
function verdictOf(
  finding: Finding,
  reasons: readonly Reason[],
  line: MeasuringPoints['lines'][number] | null,
): CaseFinding['verdict'] {
  const resting = reasons.filter(({ check }) => check === finding.check);
  if (resting.some(({ weighs }) => weighs === 'refuse')) return 'fail';
  if (resting.length > 0) return 'doubt';
  if (!isMeasured(finding)) return 'inconclusive';
  if (line === null) return 'informs';
  const passes = line.passes === 'below' ? finding.score < line.at : finding.score >= line.at;
  return passes ? 'pass' : 'informs';
}

function videoOf(exhibits: KeptExhibits | null, { gestures }: MeasuringPoints): CaseVideo | null {
  const video = exhibits?.video ?? null;
  if (video === null) return null;
  const { facts, frames, alignedFace, challenge } = video;
  return {
    durationMs: facts.durationMs,
    frames,
    alignedFace,
    challenge: challenge && {
      steps: challenge.steps.map(({ event, ...step }) => ({ ...step, event: event ?? null })),
      curves: challenge.curves,
      thresholds: gestures,
    },
  };
}

function documentOf({ document }: Assessment): CaseDetail['document'] {
  if (document === null) return null;
  const { fields, mrz, crossChecks, ...facts } = document;
  return {
    ...facts,
    fields: Object.entries(fields).map(([name, field]) => ({ name, ...field })),
    mrz: mrz && {
      format: mrz.format,
      lines: [...mrz.lines],
      rawLines: [...mrz.rawLines],
      accepted: mrz.accepted,
      repairedGlyphs: mrz.repairedGlyphs,
      checks: [...mrz.checks],
    },
    crossChecks: crossChecks.map(({ name, holds, reason }) => ({ name, holds, reason: reason ?? null })),
  };
}

function attributesOf({ attributes }: Assessment): CaseDetail['attributes'] {
  const { beard, moustache, readingGlasses, sunglasses, sex, ageRange } = attributes;
  const answer = ({ answer: said, reason }: typeof beard) => ({ answer: said, reason: reason ?? null });
  return {
    beard: answer(beard),
    moustache: answer(moustache),
    readingGlasses: answer(readingGlasses),
    sunglasses: answer(sunglasses),
    sex,
    ageRange,
  };
}

export const openingOf = ({ openedAt, consent, device, accesses, place }: Opening): CaseDetail['opening'] => ({
  openedAt: openedAt.toISOString(),
  consent,
  device,
  accesses: accesses.map((access) => ({ ...access, at: access.at.toISOString() })),
  place,
});
