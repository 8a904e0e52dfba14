import type { Finding, Outcome, Reason } from '../../verification/assessment.ts';
import { documentLines, documentReasons } from './document.ts';
import { evidenceReasons } from './evidence.ts';
import { faceLines, faceReasons } from './face.ts';
import { livenessLines, livenessReasons } from './liveness.ts';
import type { OperatingLine } from './operating-line.ts';

/** Every line that a finding is held against, for those who read it. */
export const operatingLines: readonly OperatingLine[] = [...faceLines, ...livenessLines, ...documentLines];

export type Judgement = {
  readonly outcome: Outcome;
  readonly reasons: readonly Reason[];
  /** No reason speaks against a living person before the camera who did as asked. */
  readonly livenessPassed: boolean;
};

/** All findings together, at the operating points: what follows, and why. Pure, so a changed point can be tried on stored findings. */
export function judge(findings: readonly Finding[], challengeGiven: boolean): Judgement {
  const liveness = livenessReasons(findings, challengeGiven);
  const reasons = [...evidenceReasons(findings), ...liveness, ...faceReasons(findings), ...documentReasons(findings)];
  return { outcome: worstOf(reasons), reasons, livenessPassed: liveness.length === 0 };
}

const worstOf = (reasons: readonly Reason[]): Outcome =>
  reasons.some(({ weighs }) => weighs === 'refuse') ? 'refuse' : reasons.length > 0 ? 'review' : 'pass';
