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
