import { type Kysely, sql } from 'kysely';
import type { Archiving, CallbackHealth, DatabaseHealth } from './health.ts';

type Database = Kysely<unknown>;

/** @param elapsedMs a clock that only goes on. */
export async function databaseHealth(database: Database, elapsedMs: () => number): Promise<DatabaseHealth> {
  const beganMs = elapsedMs();
  await sql`select 1`.execute(database);
  const roundTripMs = elapsedMs() - beganMs;
  const { rows } = await sql<{ size: number; wait: number }>`
    select pg_database_size(current_database())::float8 as size, coalesce((
      select max(extract(epoch from clock_timestamp() - query_start)) from pg_stat_activity
      where datname = current_database() and state = 'active' and wait_event_type = 'Lock'), 0)::float8 as wait`.execute(
    database,
  );
  return { roundTripMs, sizeBytes: rows[0]!.size, longestWaitSeconds: rows[0]!.wait };
}

/** Callbacks of all accounts: how many wait, and how many nobody tries again and nobody has looked at. */
export async function callbackHealth(database: Database): Promise<CallbackHealth> {
  const { rows } = await sql<{ waiting: number; dead: number; disabled: number }>`
    select
      ((select count(*) from callback_delivery where state = 'new')
        + (select count(*) from callback_delivery where state = 'waiting'))::float8 as waiting,
      (select coalesce(sum(count), 0) from callback_notice
        where kind = 'dead-letter' and dismissed_at is null)::float8 as dead,
      (select count(*) from callback_endpoint where disabled_reason is not null)::float8 as disabled`.execute(database);
  return rows[0]!;
}

export async function archiving(database: Database): Promise<Archiving> {
  const { rows } = await sql<{ is_on: boolean; last_archived_time: Date | null; last_failed_time: Date | null }>`
    select current_setting('archive_mode') <> 'off' as is_on, last_archived_time, last_failed_time
    from pg_stat_archiver`.execute(database);
  const row = rows[0];
  return row?.is_on === true ? { lastArchivedAt: row.last_archived_time, lastFailedAt: row.last_failed_time } : null;
}
