import { ok, type Result } from '../kernel/result.ts';
import { isMeasured, type Assessment, type Finding, type Reason } from '../verification/assessment.ts';
import { judgeAttributes } from './decision/attributes.ts';
import { judge } from './decision/judge.ts';
import type { DocumentReading, FieldName } from './document/document.ts';
import { documentFacts } from './document-facts.ts';
import { documentFindings } from './document/findings.ts';
import type { DocumentExhibit, Exhibits, Timings } from './exhibits.ts';
import type { AttributeModel } from './face/attributes/attribute-model.ts';
import { similarityPercent } from './face/compare.ts';
import { faceFindings } from './face/findings.ts';
import type { Challenge } from './liveness/challenge.ts';
import type { DocumentMeasurement, Engine, EngineFailure, EvidenceRefusal, VideoMeasurement } from './tasks.ts';

export type Applicant = {
  readonly faceVideo: string;
  readonly front: string | Uint8Array;
  readonly back: string | Uint8Array | null;
};

export type AssessRequest = {
  /** The document number that the relying party expects, as it was asked for. */
  readonly requestedNumber: string | null;
  readonly challenge: Challenge | null;
  /** ISO date on which document and age are judged. */
  readonly at: string;
  readonly attributeModel: AttributeModel;
};

export type AssessedApplicant = {
  readonly assessment: Assessment;
  readonly exhibits: Exhibits;
  readonly timings: Timings;
};

/**
 * Bytes in, assessment out. The two halves are measured side by side; then person and portrait are compared, and everything is
 * judged at once.
 */
export async function assess(
  { faceVideo, front, back }: Applicant,
  request: AssessRequest,
  engine: Engine,
): Promise<Result<AssessedApplicant, EvidenceRefusal | EngineFailure>> {
  const [video, document] = await Promise.all([
    engine.measureVideo({ faceVideo, challenge: request.challenge, attributeModel: request.attributeModel }),
    engine.measureDocument({ front, back, at: request.at }),
  ]);
  if (!video.ok) return video;
  if (!document.ok) return document;
  return ok({
    assessment: assessmentOf(video.value, document.value, request),
    exhibits: { video: video.value.exhibit, document: documentExhibit(document.value) },
    timings: {
      stages: [
        ...video.value.stages.map(({ stage, ms }) => ({ stage: `video/${stage}`, ms })),
        ...document.value.stages.map(({ stage, ms }) => ({ stage: `document/${stage}`, ms })),
      ],
      inferenceMs: sumOf(video.value.inferenceMs, document.value.inferenceMs),
    },
  });
}

function assessmentOf(video: VideoMeasurement, document: DocumentMeasurement, request: AssessRequest): Assessment {
  const { reading, portrait } = document;
  const compared = faceFindings(video.template, portrait, video.framesCompared);
  const findings: Finding[] = [
    ...evidenceFindings(reading),
    ...video.findings,
    ...compared,
    ...documentFindings(reading, { at: request.at, requestedNumber: request.requestedNumber }),
  ];
  const { outcome, reasons, livenessPassed } = judge(findings, request.challenge !== null);
  return {
    outcome,
    reasons,
    findings,
    similarityPercent: similarityOf(findings),
    livenessPassed,
    samePersonThroughout: samePersonOf(findings, reasons),
    document: documentFacts(reading, request),
    attributes: judgeAttributes(video.attributes, request.attributeModel),
  };
}

/** Pieces that the document itself asks for. A two-sided document without its back is a process not finished. */
function evidenceFindings({ oneSided, sides }: DocumentReading): Finding[] {
  const missing = (['front', 'back'] as const).filter(
    (side) => sides[side] === undefined && !(side === 'back' && oneSided),
  );
  return missing.map((side) => ({ check: `evidence/${side}`, inconclusive: 'missing', durationMs: 0 }));
}

function similarityOf(findings: readonly Finding[]): number | null {
  const comparison = findings.find(({ check }) => check === 'face/comparison');
  return comparison !== undefined && isMeasured(comparison) ? similarityPercent(comparison.score) : null;
}

function samePersonOf(findings: readonly Finding[], reasons: readonly Reason[]): boolean | null {
  if (reasons.some(({ slug }) => slug === 'different-persons-in-video')) return false;
  const samePerson = findings.find(({ check }) => check === 'liveness/same-person');
  return samePerson !== undefined && isMeasured(samePerson) ? true : null;
}

function documentExhibit({ reading, portrait, rectified }: DocumentMeasurement): DocumentExhibit {
  const sides = (['front', 'back'] as const).flatMap((side) => {
    const read = reading.sides[side];
    if (read === undefined) return [];
    const fields = Object.entries({ ...reading.fields, ...reading.printed }).flatMap(([name, field]) =>
      field.side === side && field.quad !== undefined ? [{ name, quad: field.quad }] : [],
    );
    const mrzRows = reading.mrzSide === side && reading.mrz !== null ? reading.mrz.rows : [];
    return [{ side, image: read.image, rectified: rectified[side] ?? null, lines: read.lines, fields, mrzRows }];
  });
  const names = new Set([...Object.keys(reading.printed), ...Object.keys(reading.inZone)]) as Set<FieldName>;
  const readings = [...names].map((name) => ({
    name,
    inPrint: reading.printed[name]?.text ?? null,
    inZone: reading.inZone[name]?.text ?? null,
  }));
  return {
    sides,
    readings,
    portrait: portrait === null ? null : { side: portrait.side, box: portrait.box, alignedFace: portrait.alignedFace },
  };
}

function sumOf(
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}
