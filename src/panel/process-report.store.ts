import { type Kysely, sql } from 'kysely';
import { MS_PER_DAY, later } from '../kernel/instant.ts';
import { type ProcessReport, processReport } from './health.schema.ts';
import type { Reported } from './health.ts';

type Database = Kysely<unknown>;

const KEPT_MS = 30 * MS_PER_DAY;
const MOST = 500;

/** Writes what a process says of itself, in the place of what it said before. */
export async function writeReport(database: Database, processId: string, report: ProcessReport): Promise<void> {
  const said = JSON.stringify(report);
  await sql`
    insert into process_report (process_id, reported_at, report)
    values (${processId}, clock_timestamp(), ${said}::jsonb)
    on conflict (process_id) do update set reported_at = clock_timestamp(), report = excluded.report`.execute(database);
}

/** Says that a process ended as it should. */
export async function endReport(database: Database, processId: string): Promise<void> {
  await sql`update process_report set ended_at = clock_timestamp() where process_id = ${processId}`.execute(database);
}

/** What was said in the last thirty days, the latest first. One that a later version wrote otherwise is passed over. */
export async function readReports(database: Database): Promise<readonly Reported[]> {
  const { rows } = await sql<{ report: unknown; reported_at: Date; seconds_ago: number; has_ended: boolean }>`
    select report, reported_at, ended_at is not null as has_ended,
      extract(epoch from clock_timestamp() - reported_at)::float8 as seconds_ago
    from process_report order by reported_at desc limit ${MOST}`.execute(database);
  return rows.flatMap(({ report, reported_at, seconds_ago, has_ended }) => {
    const read = processReport.safeParse(report);
    return read.success
      ? [{ report: read.data, reportedAt: reported_at, secondsAgo: seconds_ago, hasEnded: has_ended }]
      : [];
  });
}

export async function forgetReports(database: Database, now: Date): Promise<void> {
  await sql`delete from process_report where reported_at < ${later(now, -KEPT_MS)}`.execute(database);
}

/** How far a clock is ahead of the database's, in milliseconds; right within half the time of asking. */
export async function clockAheadMs(database: Database, clock: () => Date): Promise<number> {
  const before = clock().getTime();
  const { rows } = await sql<{ at: Date }>`select clock_timestamp() as at`.execute(database);
  return (before + clock().getTime()) / 2 - rows[0]!.at.getTime();
}
