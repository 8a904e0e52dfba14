import { type Kysely, type Transaction, sql } from 'kysely';
import { later } from '../kernel/instant.ts';
import type { Outcome } from '../verification/assessment.ts';
import type { Reviewer } from './review.ts';
import { POLICY_RULES_WITHIN_MS, isWaiting } from './seat.store.ts';

type Queryable = Kysely<unknown> | Transaction<unknown>;

export type Waiting = {
  readonly count: number;
  readonly byOutcome: Readonly<Record<Outcome, number>>;
  readonly oldestAt: Date | null;
};

/** What waits at the desk of an account, in nobody's hands. */
export async function waitingAt(
  database: Queryable,
  accountId: number,
  { now, policyRules }: { readonly now: Date; readonly policyRules: boolean },
): Promise<Waiting> {
  const policyBefore = policyRules ? later(now, -POLICY_RULES_WITHIN_MS) : now;
  const { rows } = await sql<{ outcome: Outcome; count: number; oldestAt: Date }>`
    select v.outcome, count(*)::integer as count, min(v.assessed_at) as "oldestAt" from verification v
    where v.account_id = ${accountId} and v.state = 'assessed' and (v.outcome <> 'pass' or v.assessed_at <= ${policyBefore})
      and ${isWaiting(now)}
    group by v.outcome`.execute(database);
  const of = (outcome: Outcome): number => rows.find((row) => row.outcome === outcome)?.count ?? 0;
  const oldest = rows.map(({ oldestAt }) => oldestAt).sort((a, b) => a.getTime() - b.getTime());
  return {
    count: rows.reduce((sum, { count }) => sum + count, 0),
    byOutcome: { pass: of('pass'), review: of('review'), refuse: of('refuse') },
    oldestAt: oldest[0] ?? null,
  };
}

/** What waits for a supervisor; proposals of their own are others' to confirm. */
export async function supervisionOf(
  database: Queryable,
  { accountId, userId }: Reviewer,
): Promise<{ readonly escalated: number; readonly toConfirm: number; readonly oldestAt: Date | null }> {
  const { rows } = await sql<{ escalated: number; toConfirm: number; oldestAt: Date | null }>`
    select count(*) filter (where stage = 'escalated')::integer as escalated,
      count(*) filter (where stage = 'proposed')::integer as "toConfirm", min(since) as "oldestAt"
    from review_case
    where account_id = ${accountId} and stage in ('escalated', 'proposed') and (proposed_by is null or proposed_by <> ${userId})`.execute(
    database,
  );
  return rows[0]!;
}

/** What somebody ruled since midnight in Spain, what they took back left out. */
export async function dayOf(
  database: Queryable,
  { accountId, userId }: Reviewer,
  now: Date,
): Promise<{ readonly ruled: number; readonly medianSecondsOnCase: number | null }> {
  const { rows } = await sql<{ ruled: number; medianSecondsOnCase: number | null }>`
    select count(*)::integer as ruled,
      percentile_cont(0.5) within group (order by extract(epoch from ruled_at - opened_at))::double precision as "medianSecondsOnCase"
    from review_ruling
    where account_id = ${accountId} and user_id = ${userId} and state <> 'undone'
      and ruled_at >= date_trunc('day', ${now}::timestamptz at time zone 'Europe/Madrid') at time zone 'Europe/Madrid'`.execute(
    database,
  );
  return rows[0]!;
}
