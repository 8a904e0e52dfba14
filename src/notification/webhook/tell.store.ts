import { type Transaction, sql } from 'kysely';
import type { Milestone, Verification } from '../../verification/verification.ts';
import { milestoneOf } from '../../verification/verification.ts';

/** Which milestones others are told of. Accepted is told when the certificate is there; what ends early changes no status. */
export const isTold = {
  requested: false,
  invited: false,
  opened: true,
  'face-asked': true,
  'front-asked': true,
  'back-asked': true,
  submitted: true,
  assessed: true,
  // A retake changes no status until it is assessed; then `assessed` is told anew.
  'retake-asked': false,
  retaking: false,
  retaken: false,
  'retake-lapsed': false,
  approved: false,
  validated: true,
  rejected: true,
  lapsed: false,
} as const satisfies Record<Milestone, boolean>;

/** The milestones that are told, as they lie with the events. */
export const toldMilestones = (Object.keys(isTold) as Milestone[]).filter((milestone) => isTold[milestone]);

/**
 * Writes down that the account's endpoint is to be told of the milestone that was just written, in the same transaction. Without an endpoint
 * there is nobody to tell. Nothing that verifications of one account share is locked for it.
 */
export async function writeDelivery(transaction: Transaction<unknown>, reached: Verification): Promise<void> {
  if (!isTold[milestoneOf(reached)]) return;
  const { accountId, id, updatedAt } = reached;
  // Clocks of different machines differ: within a verification the order of events is the order of their times.
  await sql`
    insert into callback_delivery (account_id, verification_id, event_number, told_at, state, due_at)
    select ${accountId}, ${id}, event_number, told_at, 'new', told_at
    from (select max(event_number) as event_number from verification_event where account_id = ${accountId} and verification_id = ${id}) event,
      (select greatest(${updatedAt}::timestamptz, max(told_at)) as told_at from callback_delivery
        where account_id = ${accountId} and verification_id = ${id}) before
    where exists (select from callback_endpoint where account_id = ${accountId})`.execute(transaction);
}
