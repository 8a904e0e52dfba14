import { sql } from 'kysely';
import type { Figures } from './figures.schema.ts';
import { funnelSteps } from './figures.schema.ts';
import type { Queryable } from './request-row.store.ts';
import { requestStates } from './request.schema.ts';

/** Days of Spain's time, both included. */
export type Span = { readonly from: string; readonly to: string };

const ZONE = 'Europe/Madrid';
const begins = ({ from }: Span) => sql`(${from}::date)::timestamp at time zone ${ZONE}`;
const ends = ({ to }: Span) => sql`(${to}::date + 1)::timestamp at time zone ${ZONE}`;

/** Requests of an account that were asked for within the span, from the index of lists: one state after the other. */
const asked = (accountId: number, span: Span, columns: string) => sql`
  select ${sql.raw(columns)} from unnest(${requestStates}::text[]) as wanted (state)
  cross join lateral (
    select * from verification v where v.account_id = ${accountId} and v.state = wanted.state
      and v.requested_at >= ${begins(span)} and v.requested_at < ${ends(span)}) v`;

/** The numbers of a span of days, each in one statement over that span and no more. */
export async function figuresOf(
  database: Queryable,
  accountId: number,
  { span, now }: { readonly span: Span; readonly now: Date },
): Promise<Figures> {
  return {
    ...span,
    days: await daysOf(database, accountId, span),
    funnel: await funnelOf(database, accountId, span),
    decisions: await decisionsOf(database, accountId, span),
    rejections: await countsOf(database, accountId, span, 'rejected', `v.ruling ->> 'rejection'`),
    lapses: await countsOf(database, accountId, span, 'lapsed', 'v.lapse_reason'),
    reasons: (await reasonsOf(database, accountId, span)).map(({ reason, count }) => ({ slug: reason, count })),
    callbacks: await callbacksOf(database, accountId, span, now),
  };
}

async function daysOf(database: Queryable, accountId: number, span: Span): Promise<Figures['days']> {
  const { rows } = await sql<Figures['days'][number]>`
    with counted as (
      select (requested_at at time zone ${ZONE})::date as day, count(*)::integer as requested,
        count(*) filter (where state in ('approved', 'validated'))::integer as validated,
        count(*) filter (where state = 'rejected')::integer as rejected, count(*) filter (where state = 'lapsed')::integer as lapsed
      from (${asked(accountId, span, 'v.requested_at, v.state')}) listed group by 1)
    select to_char(days.day, 'YYYY-MM-DD') as day, coalesce(requested, 0) as requested, coalesce(validated, 0) as validated,
      coalesce(rejected, 0) as rejected, coalesce(lapsed, 0) as lapsed
    from (select generate_series(${span.from}::date, ${span.to}::date, interval '1 day')::date as day) days
    left join counted on counted.day = days.day order by days.day`.execute(database);
  return rows;
}

/** Ranks of how far each came: what is beyond a step has passed it. */
async function funnelOf(database: Queryable, accountId: number, span: Span): Promise<Figures['funnel']> {
  const { rows } = await sql<Record<(typeof funnelSteps)[number], number>>`
    select count(*)::integer as requested, count(invited_at)::integer as invited, count(opening)::integer as opened,
      count(asks_for)::integer as "face-asked", count(submitted_at)::integer as submitted, count(assessed_at)::integer as assessed,
      count(ruling)::integer as ruled
    from (${asked(accountId, span, 'v.invited_at, v.opening, v.asks_for, v.submitted_at, v.assessed_at, v.ruling')}) listed`.execute(
    database,
  );
  return funnelSteps.map((step) => ({ step, count: rows[0]![step] }));
}

async function decisionsOf(database: Queryable, accountId: number, span: Span): Promise<Figures['decisions']> {
  const { rows } = await sql<Omit<Figures['decisions'], 'medianSecondsOnCase'>>`
    with ruled as (
      select ruling #>> '{by,kind}' as by, extract(epoch from (ruling ->> 'ruledAt')::timestamptz - submitted_at) as seconds
      from (${asked(accountId, span, 'v.ruling, v.submitted_at')}) listed where ruling is not null)
    select count(*) filter (where by = 'policy')::integer as "byPolicy", count(*) filter (where by = 'person')::integer as "byPersons",
      percentile_cont(0.5) within group (order by seconds)::double precision as "medianSeconds",
      percentile_cont(0.9) within group (order by seconds)::double precision as "p90Seconds"
    from ruled`.execute(database);
  const { rows: cases } = await sql<{ median: number | null }>`
    select percentile_cont(0.5) within group (order by extract(epoch from ruled_at - opened_at))::double precision as median
    from review_ruling where account_id = ${accountId} and state <> 'undone'
      and ruled_at >= ${begins(span)} and ruled_at < ${ends(span)}`.execute(database);
  return { ...rows[0]!, medianSecondsOnCase: cases[0]!.median };
}

type Count = { readonly reason: string; readonly count: number };

async function countsOf(
  database: Queryable,
  accountId: number,
  span: Span,
  state: 'rejected' | 'lapsed',
  reason: string,
): Promise<Count[]> {
  const { rows } = await sql<Count>`
    select ${sql.raw(reason)} as reason, count(*)::integer as count from verification v
    where v.account_id = ${accountId} and v.state = ${state}
      and v.requested_at >= ${begins(span)} and v.requested_at < ${ends(span)}
    group by 1 order by 2 desc, 1`.execute(database);
  return rows;
}

async function reasonsOf(database: Queryable, accountId: number, span: Span): Promise<Count[]> {
  const { rows } = await sql<Count>`
    select reason ->> 'slug' as reason, count(*)::integer as count
    from (${asked(accountId, span, 'v.assessment, v.outcome')}) listed
    cross join lateral jsonb_array_elements(assessment -> 'reasons') as reasons (reason)
    where outcome in ('review', 'refuse') group by 1 order by 2 desc, 1`.execute(database);
  return rows;
}

async function callbacksOf(
  database: Queryable,
  accountId: number,
  span: Span,
  now: Date,
): Promise<Figures['callbacks']> {
  const { rows } = await sql<Omit<NonNullable<Figures['callbacks']>, 'asOf'> & { deliveries: number }>`
    select count(*)::integer as deliveries, count(*) filter (where state = 'delivered')::integer as delivered,
      count(*) filter (where state in ('new', 'waiting', 'held'))::integer as waiting,
      count(*) filter (where state = 'dead')::integer as dead, coalesce(sum(attempts), 0)::integer as attempts,
      coalesce(sum(attempts) - count(*) filter (where state = 'delivered'), 0)::integer as "failedAttempts",
      percentile_cont(0.5) within group (order by extract(epoch from settled_at - told_at))
        filter (where state = 'delivered')::double precision as "medianSeconds"
    from callback_delivery where account_id = ${accountId} and told_at >= ${begins(span)} and told_at < ${ends(span)}`.execute(
    database,
  );
  const { rows: set } = await sql`select 1 from callback_endpoint where account_id = ${accountId}`.execute(database);
  const { deliveries, ...callbacks } = rows[0]!;
  if (set.length === 0 && deliveries === 0) return null;
  return { ...callbacks, failedAttempts: Math.max(0, callbacks.failedAttempts), asOf: now.toISOString() };
}
