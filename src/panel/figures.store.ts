import { type RawBuilder, sql } from 'kysely';
import { DURATION_STEP, type PartialFigures, type Span, partsOf, sumOf } from './figures-sum.ts';
import type { Figures } from './figures.schema.ts';
import type { Queryable } from './request-row.store.ts';
import { requestStates } from './request.schema.ts';

const ZONE = 'Europe/Madrid';
const begins = ({ from }: Span) => sql`(${from}::date)::timestamp at time zone ${ZONE}`;
const ends = ({ to }: Span) => sql`(${to}::date + 1)::timestamp at time zone ${ZONE}`;

/** Days that are counted by one statement: it stays short however many requests there are. */
const MOST_DAYS_AT_ONCE = 31;

/** The numbers of a span of days, read month by month. */
export async function figuresOf(
  database: Queryable,
  accountId: number,
  { span, now }: { readonly span: Span; readonly now: Date },
): Promise<Figures> {
  const parts: PartialFigures[] = [];
  for (const part of partsOf(span, MOST_DAYS_AT_ONCE)) parts.push(await partOf(database, accountId, part));
  const { decisions, ...counts } = sumOf(parts);
  return {
    ...span,
    ...counts,
    decisions: { ...decisions, medianSecondsOnCase: await secondsOnCase(database, accountId, span) },
    callbacks: await callbacksOf(database, accountId, span, now),
  };
}

type Row = { readonly [Name in keyof PartialFigures]: PartialFigures[Name] | null };

/** Its requests are read once, from the index of lists, without their long JSON; everything is counted from that. */
async function partOf(database: Queryable, accountId: number, span: Span): Promise<PartialFigures> {
  const { rows } = await sql<Row>`
    with asked as materialized (
      select v.state, v.lapse_reason, v.requested_at, v.submitted_at, v.invited_at is not null as invited, v.opening is not null as opened,
        v.asks_for is not null as filmed, v.assessed_at is not null as assessed, v.ruling #>> '{by,kind}' as ruled_by,
        v.ruling ->> 'rejection' as rejection, (v.ruling ->> 'ruledAt')::timestamptz as ruled_at, v.outcome_reasons
      from unnest(${requestStates}::text[]) as wanted (state)
      join verification v on v.account_id = ${accountId} and v.state = wanted.state
        and v.requested_at >= ${begins(span)} and v.requested_at < ${ends(span)}),
    by_day as (
      select (requested_at at time zone ${ZONE})::date as day, count(*) as requested,
        count(*) filter (where state in ('approved', 'validated')) as validated,
        count(*) filter (where state = 'rejected') as rejected, count(*) filter (where state = 'lapsed') as lapsed
      from asked group by 1),
    every_day as (select generate_series(${span.from}::date, ${span.to}::date, interval '1 day')::date as day),
    durations as (
      select floor(ln(greatest(extract(epoch from ruled_at - submitted_at), 0) + 1) / ln(1 + ${DURATION_STEP}::numeric))::integer as power,
        count(*) as count
      from asked where ruled_by is not null group by 1)
    select
      (select json_agg(json_build_object('day', to_char(day, 'YYYY-MM-DD'), 'requested', coalesce(requested, 0),
        'validated', coalesce(validated, 0), 'rejected', coalesce(rejected, 0), 'lapsed', coalesce(lapsed, 0)) order by day)
        from every_day left join by_day using (day)) as days,
      (select json_build_object('requested', count(*), 'invited', count(*) filter (where invited),
        'opened', count(*) filter (where opened), 'face-asked', count(*) filter (where filmed), 'submitted', count(submitted_at),
        'assessed', count(*) filter (where assessed), 'ruled', count(ruled_by)) from asked) as funnel,
      (select count(*)::integer from asked where ruled_by = 'policy') as "byPolicy",
      (select count(*)::integer from asked where ruled_by = 'person') as "byPersons",
      (select json_agg(json_build_object('power', power, 'count', count)) from durations) as seconds,
      ${counted(sql`rejection`, sql`asked where rejection is not null`)} as rejections,
      ${counted(sql`lapse_reason`, sql`asked where state = 'lapsed'`)} as lapses,
      ${counted(
        sql`reason ->> 'slug'`,
        sql`asked cross join lateral jsonb_array_elements(outcome_reasons) as reasons (reason)`,
      )} as reasons`.execute(database);
  const row = rows[0]!;
  return {
    days: row.days ?? [],
    funnel: row.funnel!,
    byPolicy: row.byPolicy!,
    byPersons: row.byPersons!,
    seconds: row.seconds ?? [],
    rejections: row.rejections ?? [],
    lapses: row.lapses ?? [],
    reasons: row.reasons ?? [],
  };
}

/** How often each word occurs, as JSON. */
const counted = (word: RawBuilder<unknown>, among: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  (select json_agg(json_build_object('reason', word, 'count', times))
    from (select ${word} as word, count(*) as times from ${among} group by 1) words)`;

async function secondsOnCase(database: Queryable, accountId: number, span: Span): Promise<number | null> {
  const { rows } = await sql<{ median: number | null }>`
    select percentile_cont(0.5) within group (order by extract(epoch from ruled_at - opened_at))::double precision as median
    from review_ruling where account_id = ${accountId} and state <> 'undone'
      and ruled_at >= ${begins(span)} and ruled_at < ${ends(span)}`.execute(database);
  return rows[0]!.median;
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
