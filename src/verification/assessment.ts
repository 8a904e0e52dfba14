/**
 * The words that engine, review and certificate share: what was measured, what it was held against, what follows.
 * Measuring and judging are kept apart: a finding never says yes or no, `engine/decision/` does.
 */

export type Scalar = string | number | boolean | null;

/** What a check measured. `frame` is the index in the face video's stored frames, where one frame is meant. */
export type Measured = {
  readonly check: string;
  readonly score: number;
  /** What a higher score speaks for, in a few words: 'same person', 'bona fide'. */
  readonly higherMeans: string;
  /** `name@sha256:…` of the network behind the score, where there is one. */
  readonly model?: string;
  readonly frame?: number;
  readonly durationMs: number;
  /** Whatever helps a person to understand the number; never needed to judge it. */
  readonly details?: Readonly<Record<string, Scalar | readonly Scalar[]>>;
};

/** A check that could not tell, with the reason as a stable slug. Never encoded as a score of 0. */
export type Inconclusive = {
  readonly check: string;
  readonly inconclusive: string;
  readonly model?: string;
  readonly frame?: number;
  readonly durationMs: number;
  readonly details?: Readonly<Record<string, Scalar | readonly Scalar[]>>;
};

export type Finding = Measured | Inconclusive;

export const isMeasured = (finding: Finding): finding is Measured => 'score' in finding;

/** What follows from the findings. `pass`: all green; `review`: a person must look; `refuse`: a finding speaks against it. */
export type Outcome = 'pass' | 'review' | 'refuse';

/** Why the outcome is not `pass`. Slugs are stable, never reused; texts for people live elsewhere. */
export type Reason = {
  readonly slug: ReasonSlug;
  readonly weighs: 'refuse' | 'review';
  /** The check whose finding it rests on. */
  readonly check: string;
};

export type ReasonSlug =
  | 'evidence-missing' // a piece that the plan asks for is not there
  | 'evidence-unusable' // it is there and could not be decoded
  | 'face-not-found' // no usable face in the video
  | 'several-faces'
  | 'face-covered' // mask, hand, sunglasses
  | 'face-too-small'
  | 'eyes-closed' // throughout: asleep, or worse
  | 'presentation-attack' // a screen or a print, corroborated
  | 'presentation-attack-suspected'
  | 'challenge-failed'
  | 'challenge-inconclusive'
  | 'recording-looped' // loop, boomerang or freeze
  | 'flash-failed'
  | 'different-persons-in-video'
  | 'portrait-not-found'
  | 'portrait-very-different'
  | 'similarity-low'
  | 'document-unreadable'
  | 'document-not-valid' // check digits, letter or specimen words speak against it
  | 'document-specimen'
  | 'document-inconsistent' // zones of one side contradict each other
  | 'document-expired'
  | 'front-and-back-differ'
  | 'number-not-the-requested'
  | 'applicant-minor'
  | 'reading-uncertain'; // read, but not surely enough to rely on without a person

/** Whether the applicant's face shows something: an answer, or why there is none as a stable slug. Never invented. */
export type AttributeAnswer = {
  readonly answer: 'yes' | 'no' | 'not-measurable';
  readonly reason?: string;
  /** Log-odds under the fitted weights; above 0 speaks for yes. */
  readonly score?: number;
};

/** What the face looks like. Information for a person who reads the case; never a reason for or against anybody. */
export type Attributes = {
  readonly beard: AttributeAnswer;
  readonly moustache: AttributeAnswer;
  readonly readingGlasses: AttributeAnswer;
  readonly sunglasses: AttributeAnswer;
  /** Apparent sex with a calibrated probability of at most 99 %; null with the reason when not conclusive. */
  readonly sex: { readonly value: 'male' | 'female'; readonly probabilityPercent: number } | null;
  readonly sexReason?: string;
  /** Apparent age in whole years. */
  readonly ageRange: { readonly fromYears: number; readonly toYears: number } | null;
  readonly ageReason?: string;
};

/** A field as read, where it stands, and whether accents or Ñ may be missing from it. */
export type FieldFact = { readonly text: string; readonly from: 'mrz' | 'viz' | 'barcode'; readonly folded: boolean };

/** What the assessment says of the document; dates are ISO `YYYY-MM-DD`. */
export type DocumentFacts = {
  readonly type: string;
  /** ISO/IEC 7810 size, as the MRZ or the type tells: ID-1 card, ID-2 card, ID-3 passport page. */
  readonly size: 'ID-1' | 'ID-2' | 'ID-3' | null;
  readonly oneSided: boolean;
  readonly issuingState: string | null;
  readonly fields: Readonly<Record<string, FieldFact>>;
  readonly ageYears: number | null;
  readonly isExpired: boolean | null;
  readonly numberOnFront: string | null;
  readonly numberOnBack: string | null;
  /** null: nothing to compare, or a one-sided document. */
  readonly sidesAgree: boolean | null;
  /** null: no number was asked for. */
  readonly isRequestedNumber: boolean | null;
  readonly requestedNumber: string | null;
  readonly mrz: {
    readonly format: string;
    readonly lines: readonly string[];
    readonly rawLines: readonly string[];
    readonly accepted: boolean;
    readonly repairedGlyphs: number;
    readonly agreement: string;
    readonly checks: readonly { readonly name: string; readonly passed: boolean; readonly passedRaw: boolean }[];
  } | null;
  readonly crossChecks: readonly { readonly name: string; readonly holds: boolean | null; readonly reason?: string }[];
};

/** The whole answer of the engine about one applicant. */
export type Assessment = {
  readonly outcome: Outcome;
  readonly reasons: readonly Reason[];
  readonly findings: readonly Finding[];
  /** 0 … 100; 80 is the operating point of `engine/decision/face.ts`. null: no comparison could be made. */
  readonly similarityPercent: number | null;
  readonly livenessPassed: boolean;
  /** null: could not be told. */
  readonly samePersonThroughout: boolean | null;
  readonly document: DocumentFacts | null;
  readonly attributes: Attributes;
};
