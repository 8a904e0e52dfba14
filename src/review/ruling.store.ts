import { type Kysely, type RawBuilder, type Transaction, sql } from 'kysely';
import { later } from '../kernel/instant.ts';
import type { VerificationId } from '../kernel/id.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Outcome } from '../verification/assessment.ts';
import type { Job } from '../verification/jobs.ts';
import type { RetakeReason, RetakeScope } from '../verification/retake.ts';
import type { RejectionReason } from '../verification/ruling.ts';
import { type Decision, type DecisionRefusal, type Proposal, consequenceOf } from './decision.ts';
import {
  type CasePlace,
  type CaseStanding,
  type DeskQueue,
  type NotInHand,
  type PendingRuling,
  type Reviewer,
  type Seat,
  type TooLate,
  UNDO_MS,
} from './review.ts';
import { giveBack, seatOf, takeSeat } from './seat.store.ts';

type Queryable = Kysely<unknown> | Transaction<unknown>;
type Within = Transaction<unknown>;

type CaseStage = 'desk' | 'escalated' | 'ruled' | 'proposed' | 'settled';
type CaseRow = {
  readonly stage: CaseStage;
  readonly escalatedBy: string | null;
  readonly escalatedAt: Date | null;
  readonly proposedBy: string | null;
  readonly proposedAt: Date | null;
};

async function caseRow(database: Queryable, { accountId, id }: CasePlace): Promise<CaseRow | null> {
  const { rows } = await sql<CaseRow>`
    select stage, escalated_by as "escalatedBy", escalated_at as "escalatedAt", proposed_by as "proposedBy", proposed_at as "proposedAt"
    from review_case where account_id = ${accountId} and verification_id = ${id}`.execute(database);
  return rows[0] ?? null;
}

const proposalOf = (row: CaseRow | null): Proposal | null =>
  row === null || row.proposedBy === null ? null : { userId: row.proposedBy, at: row.proposedAt! };

/** What went before with a case. */
export async function standingOf(database: Queryable, place: CasePlace): Promise<CaseStanding> {
  const row = await caseRow(database, place);
  const escalation =
    row === null || row.escalatedBy === null ? null : { userId: row.escalatedBy, at: row.escalatedAt! };
  return { proposal: proposalOf(row), escalation };
}

export type Rule = {
  readonly id: VerificationId;
  readonly decision: Decision;
  readonly now: Date;
  readonly enqueue: (transaction: Within, jobs: readonly Job[]) => Promise<void>;
};

/** Rules on the case in hand: it leaves the hand, and is settled when the time for taking it back is over. */
export async function rule(
  within: Within,
  reviewer: Reviewer,
  { id, decision, now, enqueue }: Rule,
): Promise<Result<PendingRuling, NotInHand | DecisionRefusal>> {
  const seat = await seatOf(within, reviewer, { held: true });
  if (seat?.id !== id) return refuse({ kind: 'not-in-hand' });
  const outcome = await outcomeOf(within, seat);
  const row = await caseRow(within, seat);
  const consequence = consequenceOf({
    decision: decision.decision,
    outcome,
    userId: reviewer.userId,
    proposal: proposalOf(row),
  });
  if (!consequence.ok) return consequence;
  const stageBefore = row?.stage ?? 'desk';
  const settlesAt = later(now, UNDO_MS);
  const reason = decision.decision === 'validate' ? null : decision.reason;
  const scope = decision.decision === 'retake' ? decision.scope : null;
  const { rows } = await sql<{ number: number }>`
    insert into review_ruling (account_id, verification_id, ruling_number, user_id, decision, reason, scope, queue, stage_before, opened_at,
      ruled_at, settles_at, state)
    select ${seat.accountId}, ${id}, coalesce(max(ruling_number), 0) + 1, ${reviewer.userId}, ${decision.decision}, ${reason},
      ${scope}, ${seat.queue}, ${stageBefore}, ${seat.openedAt}, ${now}, ${settlesAt}, 'pending'
    from review_ruling where account_id = ${seat.accountId} and verification_id = ${id}
    returning ruling_number as number`.execute(within);
  const number = rows[0]!.number;
  await sql`
    insert into review_case (account_id, verification_id, stage, since) values (${seat.accountId}, ${id}, 'ruled', ${now})
    on conflict (account_id, verification_id) do update set stage = excluded.stage, since = excluded.since`.execute(
    within,
  );
  await giveBack(within, reviewer);
  await enqueue(within, [{ kind: 'settle-ruling', accountId: seat.accountId, id, ruling: number, at: settlesAt }]);
  return ok({ accountId: seat.accountId, id, number, decision, settlesAt, becomes: consequence.value.becomes });
}

async function outcomeOf(within: Within, { accountId, id }: CasePlace): Promise<Outcome> {
  const { rows } = await sql<{ outcome: Outcome }>`
    select outcome from verification where account_id = ${accountId} and verification_id = ${id}`.execute(within);
  return rows[0]!.outcome;
}

/** Takes a ruling of one's own back, within its time: the case is in hand again, and another one that was is put back. */
export async function undo(
  within: Within,
  reviewer: Reviewer,
  { id, now }: { readonly id: VerificationId; readonly now: Date },
): Promise<Result<Seat, TooLate>> {
  const { accountId, userId } = reviewer;
  const { rows } = await sql<{ queue: DeskQueue; stageBefore: CaseStage; openedAt: Date }>`
    update review_ruling set state = 'undone'
    where account_id = ${accountId} and verification_id = ${id} and user_id = ${userId} and state = 'pending' and settles_at > ${now}
    returning queue, stage_before as "stageBefore", opened_at as "openedAt"`.execute(within);
  const [undone] = rows;
  if (undone === undefined) return refuse({ kind: 'too-late' });
  await sql`
    update review_case set stage = ${undone.stageBefore},
      since = case ${undone.stageBefore} when 'proposed' then proposed_at when 'escalated' then escalated_at else since end
    where account_id = ${accountId} and verification_id = ${id}`.execute(within);
  await giveBack(within, reviewer);
  const seat = await takeSeat(within, reviewer, { accountId, id, queue: undone.queue, openedAt: undone.openedAt, now });
  if (seat === null) throw new Error('a case whose ruling was pending was in somebody’s hands');
  return ok(seat);
}

/** Hands the case in hand to the supervisors. What is with them already stays there. */
export async function escalate(
  within: Within,
  reviewer: Reviewer,
  { id, now }: { readonly id: VerificationId; readonly now: Date },
): Promise<Result<void, NotInHand>> {
  const seat = await seatOf(within, reviewer, { held: true });
  if (seat?.id !== id) return refuse({ kind: 'not-in-hand' });
  await sql`
    insert into review_case (account_id, verification_id, stage, since, escalated_by, escalated_at)
    values (${seat.accountId}, ${id}, 'escalated', ${now}, ${reviewer.userId}, ${now})
    on conflict (account_id, verification_id) do update
      set stage = case when review_case.stage = 'proposed' then 'proposed' else 'escalated' end, since = excluded.since,
        escalated_by = excluded.escalated_by, escalated_at = excluded.escalated_at`.execute(within);
  await giveBack(within, reviewer);
  return ok(undefined);
}

type RulingRow = {
  readonly id: VerificationId;
  readonly number: number;
  readonly userId: string;
  readonly decision: Decision['decision'];
  readonly reason: RejectionReason | RetakeReason | null;
  readonly scope: RetakeScope | null;
  readonly settlesAt: Date;
};

/** What a decision has is there: the table's own checks say so. */
function decisionOf({ decision, reason, scope }: Pick<RulingRow, 'decision' | 'reason' | 'scope'>): Decision {
  switch (decision) {
    case 'validate':
      return { decision };
    case 'reject':
      return { decision, reason: reason as RejectionReason };
    case 'retake':
      return { decision, reason: reason as RetakeReason, scope: scope! };
  }
}

/** What somebody ruled and may still take back, the newest first. */
export async function pendingOf(
  database: Queryable,
  { accountId, userId }: Reviewer,
  now: Date,
): Promise<readonly PendingRuling[]> {
  const { rows } = await sql<RulingRow & { outcome: Outcome; stageBefore: CaseStage }>`
    select r.verification_id as id, r.ruling_number as number, r.user_id as "userId", r.decision, r.reason, r.scope, r.settles_at as "settlesAt",
      r.stage_before as "stageBefore", v.outcome
    from review_ruling r join verification v on v.account_id = r.account_id and v.verification_id = r.verification_id
    where r.account_id = ${accountId} and r.user_id = ${userId} and r.state = 'pending' and r.ruled_at > ${later(now, -UNDO_MS)}
      and r.settles_at > ${now}
    order by r.ruled_at desc`.execute(database);
  return rows.map((row) => ({
    accountId,
    id: row.id,
    number: row.number,
    decision: decisionOf(row),
    settlesAt: row.settlesAt,
    becomes:
      row.decision === 'validate' && row.outcome === 'refuse' && row.stageBefore !== 'proposed' ? 'proposed' : 'ruled',
  }));
}

/** A ruling that nobody took back, and what went before it; null: it was taken back, or is settled already. */
export async function rulingToSettle(
  database: Queryable,
  { accountId, id, ruling }: CasePlace & { readonly ruling: number },
): Promise<{
  readonly userId: string;
  readonly decision: Decision;
  readonly settlesAt: Date;
  readonly proposal: Proposal | null;
} | null> {
  const { rows } = await sql<RulingRow>`
    select verification_id as id, ruling_number as number, user_id as "userId", decision, reason, scope, settles_at as "settlesAt"
    from review_ruling
    where account_id = ${accountId} and verification_id = ${id} and ruling_number = ${ruling} and state = 'pending'`.execute(
    database,
  );
  const [row] = rows;
  if (row === undefined) return null;
  const { userId, settlesAt } = row;
  return {
    userId,
    decision: decisionOf(row),
    settlesAt,
    proposal: proposalOf(await caseRow(database, { accountId, id })),
  };
}

/** `superseded`: when it was to be carried out, the verification had been ruled otherwise. */
export type SettledAs = 'carried-out' | 'proposed' | 'retake-asked' | 'superseded';

/**
 * Marks a ruling as settled and moves its case on, in the transaction that carries it out.
 * @returns false: it was taken back, or is settled already; then nothing is changed.
 */
export async function settle(
  within: Within,
  { accountId, id, ruling }: CasePlace & { readonly ruling: number },
  { as, by, now }: { readonly as: SettledAs; readonly by: string; readonly now: Date },
): Promise<boolean> {
  const { rows } = await sql`
    update review_ruling set state = ${as === 'retake-asked' ? 'carried-out' : as}
    where account_id = ${accountId} and verification_id = ${id} and ruling_number = ${ruling} and state = 'pending'
    returning 1`.execute(within);
  if (rows.length === 0) return false;
  await sql`
    update review_case set since = ${now}, ${stageAfter[as](by, now)}
    where account_id = ${accountId} and verification_id = ${id}`.execute(within);
  return true;
}

/** What becomes of the case. What comes back from a retake begins anew: whatever was proposed or escalated was about other evidence. */
const stageAfter: Readonly<Record<SettledAs, (by: string, now: Date) => RawBuilder<unknown>>> = {
  'carried-out': () => sql`stage = 'settled'`,
  superseded: () => sql`stage = 'settled'`,
  proposed: (by, now) => sql`stage = 'proposed', proposed_by = ${by}, proposed_at = ${now}`,
  'retake-asked': () =>
    sql`stage = 'desk', proposed_by = null, proposed_at = null, escalated_by = null, escalated_at = null`,
};
