import { IDENTITY, fusedAt } from '../engine/face/compare.ts';
import type { FaceTemplate } from '../engine/face/face.ts';
import type { MeasuredAttributes } from '../engine/face/attributes/measure-attributes.ts';
import type { Raster } from '../engine/image/raster.ts';
import type { DocumentMeasurement, VideoMeasurement } from '../engine/tasks.ts';
import { ageAt } from '../specimen/person.ts';
import type { Finding } from '../verification/assessment.ts';
import type { TestApplicant } from '../verification/rehearsal.ts';

/** What is said of a face that nobody filmed, where the engine would have measured one. */
export type SuppliedFace = {
  /** How alike it is to the portrait that the engine finds on the document, 0 … 100. */
  readonly similarityPercent: number;
  /** The two stretches of the recording that look least like one person, as a cosine. */
  readonly samePerson: number;
};

const alike: SuppliedFace = { similarityPercent: 93.957847595, samePerson: 0.82 };

/**
 * The face of each test applicant; null: what the engine measures in the recording stands. See `docs/contract/test-applicants.md`: no
 * footage of a person ships with the service, so what rests on a living face cannot be measured here.
 */
export const suppliedFaces: Readonly<Record<TestApplicant, SuppliedFace | null>> = {
  alike,
  'less-alike': { ...alike, similarityPercent: 61.5 },
  minor: alike,
  'other-back': alike,
  'two-persons': { ...alike, samePerson: 0.04 },
  expired: alike,
  faceless: null,
  backless: alike,
  unlike: { ...alike, similarityPercent: 12.5 },
  'not-valid': alike,
  'other-number': alike,
};

/** Every liveness check with a score on the good side of its line; see `engine/decision/liveness.ts`. */
const goodScores: Readonly<Record<string, number>> = {
  'liveness/face-found': 1,
  'liveness/face-size': 120,
  'liveness/one-face': 0,
  'liveness/bare-face': 0.02,
  'liveness/eyes-open': 0.31,
  'liveness/pad-rgb': 0.97,
  'liveness/bezel': 0.1,
  'liveness/moire-background': 0.1,
  'liveness/skin-background-luma': 0.7,
  'liveness/loop': 0.9,
  'liveness/boomerang': 0.9,
  'liveness/freeze': 0.1,
  'liveness/challenge': 1,
  'liveness/flash': 0.8,
};

/**
 * A measurement of the video that the scenario wrote. Every finding in it says so, and none names a network.
 * @param measured the document half, really measured: the face is as alike to its portrait as is said; null: it could not be measured.
 * @param card the picture that stands where a face would, 112 × 112.
 * @param at ISO date of the assessment.
 */
export function suppliedVideo(
  face: SuppliedFace,
  measured: DocumentMeasurement | null,
  { card, at }: { readonly card: Raster; readonly at: string },
): VideoMeasurement {
  const portrait = measured?.portrait?.template ?? null;
  const facts = {
    codec: 'vp8',
    container: 'webm',
    widthPx: 480,
    heightPx: 360,
    durationMs: 0,
    storedFrames: 0,
  } as const;
  return {
    facts,
    findings: Object.entries({ ...goodScores, 'liveness/same-person': face.samePerson }).map(([check, score]) =>
      written(check, score),
    ),
    template: portrait === null ? someTemplate : templateAlike(portrait, face.similarityPercent),
    framesCompared: 0,
    attributes: attributesOf(measured, at),
    exhibit: { facts, frames: [], alignedFace: card, challenge: null },
    inferenceMs: {},
    stages: [],
  };
}

const written = (check: string, score: number): Finding => ({
  check,
  score,
  higherMeans: 'written by the test, not measured',
  durationMs: 0,
  details: { test: true },
});

/** @returns a template that compares with another one to this similarity. */
export function templateAlike(other: FaceTemplate, similarityPercent: number): FaceTemplate {
  const cosine = fusedAt(similarityPercent) / IDENTITY;
  return { a: unitVectorAt(other.a, cosine), b: unitVectorAt(other.b, cosine) };
}

/** The unit vector at a cosine to another one, in the plane of that and the axis that it has least of. */
function unitVectorAt(other: Float32Array, cosine: number): Float32Array {
  const axis = other.reduce((least, value, at) => (Math.abs(value) < Math.abs(other[least]!) ? at : least), 0);
  const along = other[axis]!;
  const across = Math.sqrt(1 - along ** 2);
  const sine = Math.sqrt(1 - cosine ** 2);
  return other.map((value, at) => cosine * value + (sine * ((at === axis ? 1 : 0) - along * value)) / across);
}

/** Where the document shows no portrait, any face will do: there is nothing to hold it against. */
const someTemplate: FaceTemplate = { a: Float32Array.of(1), b: Float32Array.of(1) };

/** A face as the document says its holder is, without anything in it. */
function attributesOf(measured: DocumentMeasurement | null, at: string): MeasuredAttributes {
  const none = { measured: true, value: -8, frames: 5 } as const;
  const { sex, birthDate } = measured?.reading.fields ?? {};
  return {
    scores: { beard: none, moustache: none, glasses: none, sunglasses: none },
    hueLosses: null,
    sexAge: {
      measured: true,
      value: {
        male: sex?.text === 'F' ? 0.04 : 0.96,
        ageYears: birthDate === undefined ? 40 : ageAt(birthDate.text, at),
      },
      frames: 3,
    },
  };
}
