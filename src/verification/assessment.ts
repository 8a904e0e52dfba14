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
