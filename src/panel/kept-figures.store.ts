import { type Transaction, sql } from 'kysely';
import { z } from 'zod';
import { MS_PER_MINUTE, later } from '../kernel/instant.ts';
import type { Figures } from './figures.schema.ts';
import {
  COUNTING,
  type FigureSubject,
  MOST_DAYS_AT_ONCE,
  changedDays,
  countDays,
  figureSubjects,
  firstDay,
  hasEndpoint,
} from './figures.store.ts';
import {
  type DayTallies,
  type Span,
  type Tally,
  dayBefore,
  daysOf,
  figuresFrom,
  partsOf,
  spansOf,
} from './figures-sum.ts';
import type { Queryable } from './request-row.store.ts';

/**
 * [Note: Figures kept by the day]
 * A day is counted once and kept; whoever asks is told what was kept of the days that have not changed since, and what is counted there and then of
 * the others. So nobody reads a figure that is old, and nothing is written where requests are made and moved. A day has changed where something
 * of it was written since it was last looked (`verification.updated_at`), or a little before: what was written by then may have been
 * committed after. The longest that a transaction of ours can take (15 s a statement, 5 s between two) is far less than that.
 */
const COMMITTED_WITHIN_MS = 10 * MS_PER_MINUTE;

type Progress = { readonly counting: number; readonly lookedUntil: Date; readonly keptFrom: string };

async function progressOf(database: Queryable, accountId: number, { held = false } = {}): Promise<Progress | null> {
  const { rows } = await sql<Progress>`
    select counting, looked_until as "lookedUntil", to_char(kept_from, 'YYYY-MM-DD') as "keptFrom"
    from figure_progress where account_id = ${accountId} ${held ? sql`for update` : sql``}`.execute(database);
  return rows[0] ?? null;
}

const changedSince = ({ lookedUntil }: Progress): Date => later(lookedUntil, -COMMITTED_WITHIN_MS);

type Wanted = { readonly span: Span; readonly now: Date };

/** The numbers of a span of days as they are now. */
export async function figuresOf(database: Queryable, accountId: number, wanted: Wanted): Promise<Figures> {
  const progress = await progressOf(database, accountId);
  return figuresBy(database, accountId, wanted, progress?.counting === COUNTING ? progress : null);
}

/** The same, counted from what is there, whatever was kept. */
export const plainFiguresOf = (database: Queryable, accountId: number, wanted: Wanted): Promise<Figures> =>
  figuresBy(database, accountId, wanted, null);

async function figuresBy(
  database: Queryable,
  accountId: number,
  { span, now }: Wanted,
  progress: Progress | null,
): Promise<Figures> {
  const of = (subject: FigureSubject) => talliesOf(database, accountId, { subject, span, progress });
  const counted = { requests: await of('requests'), rulings: await of('rulings'), callbacks: await of('callbacks') };
  return figuresFrom(span, counted, { hasEndpoint: await hasEndpoint(database, accountId), now });
}

type Asked = { readonly subject: FigureSubject; readonly span: Span; readonly progress: Progress | null };

async function talliesOf(
  database: Queryable,
  accountId: number,
  { subject, span, progress }: Asked,
): Promise<DayTallies> {
  if (progress === null) return countDays(database, accountId, { subject, span });
  const changed = await changedDays(database, accountId, { subject, since: changedSince(progress) });
  const days = new Map(await keptDays(database, accountId, { subject, span }));
  const isKept = (day: string): boolean => day >= progress.keptFrom && !changed.has(day);
  const toCount = daysOf(span).filter((day) => !isKept(day));
  for (const day of toCount) days.delete(day);
  for (const part of spansOf(toCount))
    for (const [day, tally] of await countDays(database, accountId, { subject, span: part })) days.set(day, tally);
  return days;
}

const tallySchema = z.record(z.string(), z.number().int()) satisfies z.ZodType<Tally>;

async function keptDays(
  database: Queryable,
  accountId: number,
  { subject, span }: { readonly subject: FigureSubject; readonly span: Span },
): Promise<DayTallies> {
  const { rows } = await sql<{ day: string; counts: unknown }>`
    select to_char(day, 'YYYY-MM-DD') as day, counts from figure_day
    where account_id = ${accountId} and subject = ${subject} and day between ${span.from}::date and ${span.to}::date`.execute(
    database,
  );
  return new Map(rows.map(({ day, counts }) => [day, tallySchema.parse(counts)]));
}

export type Keeping = {
  /** A transaction in which the database itself shows one account only. */
  readonly within: <Answer>(run: (walled: Transaction<unknown>) => Promise<Answer>) => Promise<Answer>;
  readonly accountId: number;
  readonly now: Date;
  readonly isStopping: () => boolean;
};

/**
 * Counts what has changed since it last did, and of what was before it was first run, or counted otherwise, some more each time it is asked
 * to go on. Several may at once: each part is counted while its account is held.
 * @returns how many days were counted.
 */
export async function keepFigures(keeping: Keeping): Promise<number> {
  const { within, accountId, now } = keeping;
  const progress = await within((walled) => begun(walled, accountId, now));
  if (progress === null) return 0;
  const anew = await lookAgain(keeping, progress);
  return anew + (await countFurtherBack(keeping));
}

/** Where it stands; what was counted otherwise is thrown away. Null: a later version keeps them. */
async function begun(walled: Transaction<unknown>, accountId: number, now: Date): Promise<Progress | null> {
  const tomorrow = sql`(${now}::timestamptz at time zone 'Europe/Madrid')::date + 1`;
  await sql`
    insert into figure_progress (account_id, counting, looked_until, kept_from) values (${accountId}, ${COUNTING}, ${now}, ${tomorrow})
    on conflict (account_id) do nothing`.execute(walled);
  const found = (await progressOf(walled, accountId, { held: true }))!;
  if (found.counting > COUNTING) return null;
  if (found.counting === COUNTING) return found;
  await sql`delete from figure_day where account_id = ${accountId}`.execute(walled);
  await sql`
    update figure_progress set counting = ${COUNTING}, looked_until = ${now}, kept_from = ${tomorrow}
    where account_id = ${accountId}`.execute(walled);
  return progressOf(walled, accountId);
}

async function lookAgain(keeping: Keeping, progress: Progress): Promise<number> {
  const { within, accountId, now, isStopping } = keeping;
  let count = 0;
  for (const subject of figureSubjects) {
    const since = changedSince(progress);
    const changed = await within((walled) => changedDays(walled, accountId, { subject, since }));
    const days = [...changed].filter((day) => day >= progress.keptFrom);
    for (const span of spansOf(days).flatMap((each) => partsOf(each, MOST_DAYS_AT_ONCE))) {
      if (isStopping()) return count;
      await within(async (walled) => {
        if (!(await isStillOurs(walled, accountId))) return;
        await keep(walled, accountId, { subject, span });
      });
      count += daysOf(span).length;
    }
  }
  await within((walled) =>
    sql`
      update figure_progress set looked_until = greatest(looked_until, ${now})
      where account_id = ${accountId} and counting = ${COUNTING}`.execute(walled),
  );
  return count;
}

/** From where it has come to, to the first day of all. */
async function countFurtherBack({ within, accountId, isStopping }: Keeping): Promise<number> {
  const first = await within((walled) => firstDay(walled, accountId));
  let count = 0;
  while (first !== null && !isStopping()) {
    const done = await within(async (walled) => {
      const progress = await progressOf(walled, accountId, { held: true });
      if (progress?.counting !== COUNTING || progress.keptFrom <= first) return null;
      const to = dayBefore(progress.keptFrom);
      const from = daysOf({ from: first, to }).at(-MOST_DAYS_AT_ONCE) ?? first;
      for (const subject of figureSubjects) await keep(walled, accountId, { subject, span: { from, to } });
      await sql`update figure_progress set kept_from = ${from}::date where account_id = ${accountId}`.execute(walled);
      return daysOf({ from, to }).length;
    });
    if (done === null) break;
    count += done;
  }
  return count;
}

/** Holds the account, so that of two who count one day the later one writes last. */
const isStillOurs = async (walled: Transaction<unknown>, accountId: number): Promise<boolean> =>
  (await progressOf(walled, accountId, { held: true }))?.counting === COUNTING;

async function keep(
  walled: Transaction<unknown>,
  accountId: number,
  { subject, span }: { readonly subject: FigureSubject; readonly span: Span },
): Promise<void> {
  const counted = await countDays(walled, accountId, { subject, span });
  const rows = [...counted].map(([day, counts]) => ({ day, counts }));
  await sql`
    delete from figure_day
    where account_id = ${accountId} and subject = ${subject} and day between ${span.from}::date and ${span.to}::date`.execute(
    walled,
  );
  await sql`
    insert into figure_day (account_id, subject, day, counts)
    select ${accountId}, ${subject}, day, counts from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as kept (day date, counts jsonb)`.execute(
    walled,
  );
}
