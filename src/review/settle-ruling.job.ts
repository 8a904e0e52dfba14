import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Job } from '../verification/jobs.ts';
import { type RetakeRefusal, type Step, approved, rejected, retakeAsked } from '../verification/steps.ts';
import type { Approved, Rejected, RetakeAsked, Verification } from '../verification/verification.ts';
import type { Advance } from '../verification/verification.store.ts';
import { type Decision, type Proposal, consequenceOf } from './decision.ts';
import { type SettledAs, rulingToSettle, settle } from './ruling.store.ts';

export type SettleRuling = Extract<Job, { kind: 'settle-ruling' }>;

export type SettleRulingParts = {
  readonly database: Kysely<unknown>;
  readonly clock: Clock;
  readonly advance: Advance;
  readonly enqueue: (transaction: Transaction<unknown>, jobs: readonly Job[]) => Promise<void>;
  /** Writes down what was settled, with it. */
  readonly audit: (
    transaction: Transaction<unknown>,
    settled: SettleRuling & { readonly as: SettledAs; readonly userId: string },
  ) => Promise<void>;
};

/** Somebody took it back between our reading and our writing: nothing is changed. */
class TakenBack extends Error {
  override readonly name = 'TakenBack';
}

type StepRefusal = { readonly kind: 'ruled-already' } | { readonly kind: 'same-person' } | RetakeRefusal;

/**
 * Carries out what a person ruled, in one transaction with marking it as settled: whatever stops the process, it is pending still or done once.
 * Who may do it alone is asked again, of what is true now.
 */
export const settleRuling =
  ({ database, clock, advance, enqueue, audit }: SettleRulingParts) =>
  async (job: SettleRuling): Promise<void> => {
    const { accountId, id } = job;
    const pending = await rulingToSettle(database, job);
    if (pending === null) return;
    const { userId, settlesAt, decision } = pending;
    // The queue goes by the database's clock. Who ruled was promised their time by ours.
    if (clock() < settlesAt)
      return database.transaction().execute((transaction) => enqueue(transaction, [{ ...job, at: settlesAt }]));
    const settleAs = async (transaction: Transaction<unknown>, as: SettledAs) => {
      if (!(await settle(transaction, job, { as, by: userId, now: clock() }))) throw new TakenBack();
      await audit(transaction, { ...job, as, userId });
    };
    try {
      const carried = await advance<Approved | Rejected | RetakeAsked, StepRefusal | NeedsAnother>(
        accountId,
        id,
        (before) => stepOf(before, pending, clock()),
        (transaction) => settleAs(transaction, decision.decision === 'retake' ? 'retake-asked' : 'carried-out'),
      );
      if (carried.ok) return;
      if (carried.refusal.kind === 'same-person')
        throw new Error(`a proposal for ${id} was to be confirmed by its author`);
      const as = carried.refusal.kind === 'needs-another' ? 'proposed' : 'superseded';
      await database.transaction().execute((transaction) => settleAs(transaction, as));
    } catch (error) {
      if (!(error instanceof TakenBack)) throw error;
    }
  };

type NeedsAnother = { readonly kind: 'needs-another' };

function stepOf(
  before: Verification,
  {
    userId,
    decision,
    proposal,
  }: { readonly userId: string; readonly decision: Decision; readonly proposal: Proposal | null },
  now: Date,
): Result<Step<Approved | Rejected | RetakeAsked>, StepRefusal | NeedsAnother> {
  if (decision.decision === 'retake') return retakeAsked(before, { ...decision, askedBy: userId }, now);
  if (before.state !== 'assessed') return refuse({ kind: 'ruled-already' });
  const { outcome } = before.assessment;
  const consequence = consequenceOf({ decision: decision.decision, outcome, userId, proposal });
  if (!consequence.ok) return consequence;
  if (consequence.value.becomes === 'proposed') return refuse({ kind: 'needs-another' });
  const { by } = consequence.value;
  return ok(decision.decision === 'validate' ? approved(before, by, now) : rejected(before, by, decision.reason, now));
}
