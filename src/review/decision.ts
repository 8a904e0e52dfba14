import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Outcome } from '../verification/assessment.ts';
import type { WantedRetake } from '../verification/retake.ts';
import type { RejectionReason, Ruler } from '../verification/ruling.ts';

/** What a person says of a case. */
export type Decision =
  | { readonly decision: 'validate' }
  | { readonly decision: 'reject'; readonly reason: RejectionReason }
  /** Nothing is decided: the applicant is asked once more. */
  | ({ readonly decision: 'retake' } & WantedRetake);

/** Who would validate what a finding speaks against. */
export type Proposal = { readonly userId: string; readonly at: Date };

/** What a decision comes to: it is carried out in somebody's name, or a second person is asked. */
export type Consequence =
  { readonly becomes: 'ruled'; readonly by: Extract<Ruler, { kind: 'person' }> } | { readonly becomes: 'proposed' };

export type DecisionRefusal = { readonly kind: 'same-person' };

/**
 * [Note: Four eyes]
 * One person rejects or asks for a retake, and one person validates what the engine passed or was unsure of. Where a finding speaks against the applicant
 * (`refuse`), validating takes two: the first one's word is a proposal, and whoever else validates after it confirms. Nobody confirms
 * themselves, in whatever role.
 */
export function consequenceOf({
  decision,
  outcome,
  userId,
  proposal,
}: {
  readonly decision: Decision['decision'];
  readonly outcome: Outcome;
  readonly userId: string;
  readonly proposal: Proposal | null;
}): Result<Consequence, DecisionRefusal> {
  const alone: Consequence = { becomes: 'ruled', by: { kind: 'person', userId, confirmedByUserId: null } };
  if (decision !== 'validate' || outcome !== 'refuse') return ok(alone);
  if (proposal === null) return ok({ becomes: 'proposed' });
  return proposal.userId === userId
    ? refuse({ kind: 'same-person' })
    : ok({ becomes: 'ruled', by: { kind: 'person', userId: proposal.userId, confirmedByUserId: userId } });
}
