import { type RawBuilder, sql } from 'kysely';
import { DURATION_STEP, type DayTallies, type Span, partsOf } from './figures-sum.ts';
import type { Queryable } from './request-row.store.ts';
import { requestStates } from './request.schema.ts';

/** What is counted, each by the day on which it began: when a request was asked for, a ruling made, a change to be told. */
export const figureSubjects = ['requests', 'rulings', 'callbacks'] as const;
export type FigureSubject = (typeof figureSubjects)[number];

/** Changes with any change of what is counted here, or how: what was kept before is then counted anew. */
export const COUNTING = 1;

const ZONE = 'Europe/Madrid';
const begins = ({ from }: Span) => sql`(${from}::date)::timestamp at time zone ${ZONE}`;
const ends = ({ to }: Span) => sql`(${to}::date + 1)::timestamp at time zone ${ZONE}`;
const dayOf = (instant: string) => sql`(${sql.raw(instant)} at time zone ${ZONE})::date`;

/** Days that are counted by one statement: it stays short however many requests there are. */
export const MOST_DAYS_AT_ONCE = 7;

type Row = { readonly day: string; readonly counter: string; readonly count: number };

/** Counts a subject, day by day, from what is there. */
export async function countDays(
  database: Queryable,
  accountId: number,
  { subject, span }: { readonly subject: FigureSubject; readonly span: Span },
): Promise<DayTallies> {
  const days = new Map<string, Record<string, number>>();
  for (const part of partsOf(span, MOST_DAYS_AT_ONCE)) {
    const { rows } = await sql<Row>`
      select to_char(day, 'YYYY-MM-DD') as day, counter, count from (${counted[subject](accountId, part)}) counted
      where count > 0`.execute(database);
    for (const { day, counter, count } of rows) {
      const tally = days.get(day) ?? {};
      days.set(day, tally);
      tally[counter] = count;
    }
  }
  return days;
}

/** Of several days, as `countDays` tells them: rows of day, counter and count. */
const counted: Readonly<Record<FigureSubject, (accountId: number, span: Span) => RawBuilder<unknown>>> = {
  /** Requests are read once, from the index of lists, without their long JSON; everything is counted from that. */
  requests: (accountId, span) => sql`
    with asked as materialized (
      select v.state, v.lapse_reason, v.requested_at, v.submitted_at, v.invited_at is not null as invited, v.opening is not null as opened,
        v.asks_for is not null as filmed, v.assessed_at is not null as assessed, v.ruling #>> '{by,kind}' as ruled_by,
        v.ruling ->> 'rejection' as rejection, (v.ruling ->> 'ruledAt')::timestamptz as ruled_at, v.outcome_reasons,
        ${dayOf('v.requested_at')} as day
      from unnest(${requestStates}::text[]) as wanted (state)
      join verification v on v.account_id = ${accountId} and v.state = wanted.state
        and v.requested_at >= ${begins(span)} and v.requested_at < ${ends(span)}),
    by_day as (
      select day, count(*) as requested, count(*) filter (where state in ('approved', 'validated')) as validated,
        count(*) filter (where state = 'rejected') as rejected, count(*) filter (where state = 'lapsed') as lapsed,
        count(*) filter (where invited) as invited, count(*) filter (where opened) as opened, count(*) filter (where filmed) as filmed,
        count(submitted_at) as submitted, count(*) filter (where assessed) as assessed, count(ruled_by) as ruled
      from asked group by day)
    select day, counter, count from by_day cross join lateral (values ('requested', requested), ('validated', validated),
      ('rejected', rejected), ('lapsed', lapsed), ('invited', invited), ('opened', opened), ('face-asked', filmed), ('submitted', submitted),
      ('assessed', assessed), ('ruled', ruled)) as counters (counter, count)
    union all ${kinds('ruled-by', sql`ruled_by`, sql`asked where ruled_by is not null`)}
    union all ${kinds('decided', power(sql`ruled_at - submitted_at`), sql`asked where ruled_by is not null`)}
    union all ${kinds('rejection', sql`rejection`, sql`asked where rejection is not null`)}
    union all ${kinds('lapse', sql`lapse_reason`, sql`asked where state = 'lapsed'`)}
    union all ${kinds(
      'reason',
      sql`reason ->> 'slug'`,
      sql`asked cross join lateral jsonb_array_elements(outcome_reasons) as reasons (reason)`,
    )}`,

  /** What persons had the case open for, but for what they took back. */
  rulings: (accountId, span) =>
    kinds(
      'on-case',
      power(sql`ruled_at - opened_at`),
      sql`(select ${dayOf('ruled_at')} as day, ruled_at, opened_at from review_ruling
        where account_id = ${accountId} and state <> 'undone' and ruled_at >= ${begins(span)} and ruled_at < ${ends(span)}) made`,
    ),

  callbacks: (accountId, span) => sql`
    with told as materialized (
      select ${dayOf('told_at')} as day, state, attempts, settled_at, told_at from callback_delivery
      where account_id = ${accountId} and told_at >= ${begins(span)} and told_at < ${ends(span)}),
    by_day as (
      select day, count(*) as told, count(*) filter (where state = 'delivered') as delivered,
        count(*) filter (where state in ('new', 'waiting', 'held')) as waiting, count(*) filter (where state = 'dead') as dead,
        sum(attempts) as attempts
      from told group by day)
    select day, counter, count from by_day cross join lateral (values ('told', told), ('delivered', delivered), ('waiting', waiting),
      ('dead', dead), ('attempts', attempts)) as counters (counter, count)
    union all ${kinds('took', power(sql`settled_at - told_at`), sql`told where state = 'delivered'`)}`,
};

/** How often each of a kind occurs on each day. */
const kinds = (kind: string, which: RawBuilder<unknown>, among: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`select day, ${sql.lit(`${kind} `)} || (${which}) as counter, count(*) as count from ${among} group by 1, 2`;

/** The power of `1 + DURATION_STEP` that a duration reaches. */
const power = (duration: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`floor(ln(greatest(extract(epoch from ${duration})::double precision, 0) + 1) / ln(${sql.lit(1 + DURATION_STEP)}::double precision))::integer`;

/** Days on which something was counted that is no longer as it was, or may not stay so. */
export async function changedDays(
  database: Queryable,
  accountId: number,
  { subject, since }: { readonly subject: FigureSubject; readonly since: Date },
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ day: string }>`
    select distinct to_char(day, 'YYYY-MM-DD') as day from (${changed[subject](accountId, since)}) changed`.execute(
    database,
  );
  return new Set(rows.map(({ day }) => day));
}

const changed: Readonly<Record<FigureSubject, (accountId: number, since: Date) => RawBuilder<unknown>>> = {
  requests: (accountId, since) => sql`
    select ${dayOf('requested_at')} as day from verification where account_id = ${accountId} and updated_at >= ${since}`,
  /** A ruling can be taken back for ten seconds, and is then as it stays. */
  rulings: (accountId, since) => sql`
    select ${dayOf('ruled_at')} as day from review_ruling where account_id = ${accountId} and ruled_at >= ${since}`,
  /** What is open may be tried at any moment. What is asked for again is open again. */
  callbacks: (accountId, since) => sql`
    select ${dayOf('told_at')} as day from callback_delivery where account_id = ${accountId} and settled_at is null
    union all
    select ${dayOf('told_at')} as day from callback_delivery where account_id = ${accountId} and settled_at >= ${since}`,
};

/** The first day of which there is anything; null: there is nothing at all. */
export async function firstDay(database: Queryable, accountId: number): Promise<string | null> {
  const { rows } = await sql<{ day: string | null }>`
    select to_char(${dayOf('min(first.requested_at)')}, 'YYYY-MM-DD') as day
    from unnest(${requestStates}::text[]) as wanted (state) cross join lateral (
      select v.requested_at from verification v where v.account_id = ${accountId} and v.state = wanted.state
      order by v.requested_at, v.verification_id limit 1) first`.execute(database);
  return rows[0]?.day ?? null;
}

export async function hasEndpoint(database: Queryable, accountId: number): Promise<boolean> {
  const { rows } = await sql`select from callback_endpoint where account_id = ${accountId}`.execute(database);
  return rows.length > 0;
}
