import type { Finding } from '../../verification/assessment.ts';
import type { Models } from '../runtime/model.ts';
import type { Challenge } from './challenge.ts';
import { respondTo, type ChallengeResponse } from './challenge-response.ts';
import type { Evidence } from './checks/check.ts';
import { livenessChecks } from './checks/index.ts';
import type { FaceTrack } from './face-track.ts';

export type LivenessMeasured = {
  /** One for each check, in the order of `livenessChecks`, also where it could not tell. */
  readonly findings: readonly Finding[];
  /** What the face did over time and how each step of the challenge was judged; null when none was asked. */
  readonly response: ChallengeResponse | null;
};

/**
 * Runs every liveness check over a track.
 * @param challenge what the applicant was asked to do, or null: then its checks are inconclusive, `not-asked`.
 * @param now milliseconds from any origin, for `durationMs`.
 */
export async function measureLiveness(
  track: FaceTrack,
  challenge: Challenge | null,
  models: Models,
  now: () => number,
): Promise<LivenessMeasured> {
  const response = challenge === null ? null : respondTo(challenge, track.frames);
  const evidence: Evidence = { track, challenge, response, models };
  const findings: Finding[] = [];
  for (const { check, measure } of livenessChecks) {
    const began = now();
    const result = await measure(evidence);
    findings.push({ check, ...result, durationMs: now() - began });
  }
  return { findings, response };
}
