import { type Transaction, sql } from 'kysely';
import { MS_PER_MINUTE, later } from '../kernel/instant.ts';
import type { VerificationId } from '../kernel/id.ts';
import type { Outcome } from '../verification/assessment.ts';
import { byUrgency } from './queue-order.ts';
import { type CasePlace, type DeskQueue, LEASE_MS, type Reviewer, type Seat } from './review.ts';

type Within = Transaction<unknown>;

/** Of each outcome so many are looked at, the oldest: more people than that do not ask within one moment. */
const CANDIDATES = 30;
/** Where all candidates were taken while they were looked at, they are looked for again. */
const MOST_ROUNDS = 3;
/** The policy rules within seconds. What it has left for so long, because it was set only now, is a person's. */
export const POLICY_RULES_WITHIN_MS = MS_PER_MINUTE;

const seatColumns = sql.raw(
  'account_id as "accountId", verification_id as id, queue, opened_at as "openedAt", lease_until as "leaseUntil"',
);

/** The case that somebody has in hand; null: none, or it was ruled otherwise meanwhile. */
export async function seatOf(
  within: Within,
  { accountId, userId }: Reviewer,
  { held = false } = {},
): Promise<Seat | null> {
  const { rows } = await sql<Seat & { isOpen: boolean }>`
    select ${seatColumns}, exists (
      select 1 from verification v where v.account_id = ${accountId} and v.verification_id = s.verification_id
        and v.state = 'assessed') as "isOpen"
    from review_seat s where account_id = ${accountId} and user_id = ${userId}
    ${held ? sql`for update` : sql``}`.execute(within);
  const [row] = rows;
  if (row === undefined || !row.isOpen) return null;
  const { isOpen: _, ...seat } = row;
  return seat;
}

export type NextCase = {
  readonly queue: DeskQueue;
  readonly now: Date;
  /** Whether the account's policy accepts by itself what the engine passed. */
  readonly policyRules: boolean;
};

/**
 * [Note: Nobody chooses]
 * Asking for the next case answers the one in hand, or takes the most urgent that nobody has. A case is claimed by its row in `review_seat`,
 * whose keys let nobody have two and no case be in two hands; rows that somebody else is just claiming are passed by, so that twenty who ask
 * at once neither wait for each other nor get the same.
 */
export async function claimNext(within: Within, reviewer: Reviewer, next: NextCase): Promise<Seat | null> {
  await oneAfterTheOther(within, reviewer);
  const inHand = await seatOf(within, reviewer, { held: true });
  if (inHand !== null && inHand.leaseUntil > next.now) return inHand;
  await giveBack(within, reviewer);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const candidates = await candidatesOf(within, reviewer, next);
    for (const id of candidates) {
      const place = { accountId: reviewer.accountId, id };
      if (!(await isFree(within, place))) continue;
      const opened = { queue: next.queue, openedAt: next.now };
      const seat = await takeSeat(within, reviewer, { ...place, ...opened, now: next.now });
      if (seat !== null) return seat;
    }
    if (candidates.length === 0) return null;
  }
  return null;
}

/** Whoever asks twice at once is answered the second time when it is known what they got the first. */
const oneAfterTheOther = (within: Within, { accountId, userId }: Reviewer): Promise<unknown> =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`review-seat ${accountId} ${userId}`}, 0))`.execute(within);

const candidatesOf = (within: Within, reviewer: Reviewer, next: NextCase): Promise<readonly VerificationId[]> =>
  next.queue === 'desk' ? deskCandidates(within, reviewer, next) : supervisionCandidates(within, reviewer, next);

async function deskCandidates(
  within: Within,
  { accountId }: Reviewer,
  { now, policyRules }: NextCase,
): Promise<readonly VerificationId[]> {
  const policyBefore = policyRules ? later(now, -POLICY_RULES_WITHIN_MS) : now;
  const { rows } = await sql<{ id: VerificationId; outcome: Outcome; assessedAt: Date }>`
    select waiting.* from (values ('refuse'), ('review'), ('pass')) as kinds (outcome)
    cross join lateral (
      select v.verification_id as id, v.outcome, v.assessed_at as "assessedAt" from verification v
      where v.account_id = ${accountId} and v.state = 'assessed' and v.outcome = kinds.outcome
        and (v.outcome <> 'pass' or v.assessed_at <= ${policyBefore}) and ${isWaiting(now)}
      order by v.assessed_at limit ${CANDIDATES}) waiting`.execute(within);
  return byUrgency(rows).map(({ id }) => id as VerificationId);
}

/** Of verifications `v` that were assessed: at the desk, and in nobody's hands. */
export const isWaiting = (now: Date) => sql`
  not exists (select 1 from review_case c where c.account_id = v.account_id and c.verification_id = v.verification_id
    and c.stage <> 'desk')
  and not exists (select 1 from review_seat s where s.account_id = v.account_id and s.verification_id = v.verification_id
    and s.lease_until > ${now})`;

async function supervisionCandidates(
  within: Within,
  { accountId, userId }: Reviewer,
  { now }: NextCase,
): Promise<readonly VerificationId[]> {
  const { rows } = await sql<{ id: VerificationId }>`
    select c.verification_id as id from review_case c
    where c.account_id = ${accountId} and c.stage in ('escalated', 'proposed')
      and (c.proposed_by is null or c.proposed_by <> ${userId})
      and not exists (select 1 from review_seat s where s.account_id = c.account_id and s.verification_id = c.verification_id
        and s.lease_until > ${now})
    order by c.since limit ${CANDIDATES}`.execute(within);
  return rows.map(({ id }) => id);
}

/** Holds the verification for the transaction, unless somebody does already or it is no longer a case. */
async function isFree(within: Within, { accountId, id }: CasePlace): Promise<boolean> {
  const { rows } = await sql`
    select 1 from verification where account_id = ${accountId} and verification_id = ${id} and state = 'assessed'
    for update skip locked`.execute(within);
  return rows.length === 1;
}

/** Puts somebody at a case, over a lease that ran out; null: somebody else has it, or they have one already. */
export async function takeSeat(
  within: Within,
  { accountId, userId }: Reviewer,
  { id, queue, openedAt, now }: CasePlace & Pick<Seat, 'queue' | 'openedAt'> & { readonly now: Date },
): Promise<Seat | null> {
  await sql`
    delete from review_seat where account_id = ${accountId} and verification_id = ${id} and lease_until <= ${now}`.execute(
    within,
  );
  const { rows } = await sql<Seat>`
    insert into review_seat (account_id, user_id, verification_id, queue, opened_at, lease_until)
    select ${accountId}, ${userId}, ${id}, ${queue}, ${openedAt}, ${later(now, LEASE_MS)}
    where ${stageFits(accountId, id, queue)}
    on conflict do nothing returning ${seatColumns}`.execute(within);
  return rows[0] ?? null;
}

/** Whether the case is in that queue still: read after its verification is held, so that it is true until the end. */
const stageFits = (accountId: number, id: number, queue: DeskQueue) => {
  const stage = sql`(select stage from review_case where account_id = ${accountId} and verification_id = ${id})`;
  return queue === 'desk' ? sql`coalesce(${stage}, 'desk') = 'desk'` : sql`${stage} in ('escalated', 'proposed')`;
};

/** @returns until when it is theirs; null: it is not. A lease that ran out is renewed where nobody has taken the case. */
export async function keepSeat(
  within: Within,
  { accountId, userId }: Reviewer,
  { id, now }: { readonly id: VerificationId; readonly now: Date },
): Promise<Date | null> {
  const { rows } = await sql<{ leaseUntil: Date }>`
    update review_seat set lease_until = ${later(now, LEASE_MS)}
    where account_id = ${accountId} and user_id = ${userId} and verification_id = ${id}
    returning lease_until as "leaseUntil"`.execute(within);
  return rows[0]?.leaseUntil ?? null;
}

/** Puts back what somebody has in hand. @returns which case that was. */
export async function giveBack(within: Within, { accountId, userId }: Reviewer): Promise<VerificationId | null> {
  const { rows } = await sql<{ id: VerificationId }>`
    delete from review_seat where account_id = ${accountId} and user_id = ${userId} returning verification_id as id`.execute(
    within,
  );
  return rows[0]?.id ?? null;
}
