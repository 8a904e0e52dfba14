import type { Inconclusive, Measured } from '../../../verification/assessment.ts';
import type { Models } from '../../runtime/model.ts';
import type { Challenge } from '../challenge.ts';
import type { ChallengeResponse } from '../challenge-response.ts';
import type { FaceTrack } from '../face-track.ts';

/** What every check may look at. `response` is null when no challenge was given. */
export type Evidence = {
  readonly track: FaceTrack;
  readonly challenge: Challenge | null;
  readonly response: ChallengeResponse | null;
  readonly models: Models;
};

/** A finding before `measureLiveness` adds the check's name and what it cost. */
export type CheckResult = Omit<Measured, 'check' | 'durationMs'> | Omit<Inconclusive, 'check' | 'durationMs'>;

/** One liveness check: measures, and never says yes or no. When it cannot tell it says why with a slug. */
export type LivenessCheck = {
  readonly check: `liveness/${string}`;
  measure(evidence: Evidence): CheckResult | Promise<CheckResult>;
};
