import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { sql } from 'kysely';
import { alone } from './alone.client.ts';
import type { Database } from './database.client.ts';

const folder = path.join(import.meta.dirname, 'migrations');

/** Names of the migrations that this version of the program knows, in their order. */
export const knownMigrations = readdirSync(folder)
  .filter((file) => file.endsWith('.sql'))
  .sort();

/**
 * Brings the schema up to what this version needs. Each migration is one transaction. Migrations of a newer version are left alone:
 * while a new version is rolled out the one before goes on serving, so a migration only adds what the version before can ignore.
 * @returns the names of those applied now.
 */
export async function migrate(database: Database, now: Date): Promise<readonly string[]> {
  return alone(database, 'migration', async (connection) => {
    await sql`create table if not exists schema_migration (name text primary key, applied_at timestamptz not null)`.execute(
      connection,
    );
    const missing = await missingMigrations(connection);
    for (const name of missing)
      await connection.transaction().execute(async (transaction) => {
        await sql.raw(readFileSync(path.join(folder, name), 'utf8')).execute(transaction);
        await sql`insert into schema_migration values (${name}, ${now})`.execute(transaction);
      });
    return missing;
  });
}

/** What this version knows and the database does not have yet. */
export async function missingMigrations(database: Database): Promise<readonly string[]> {
  const applied = new Set(await appliedMigrations(database));
  return knownMigrations.filter((name) => !applied.has(name));
}

async function appliedMigrations(database: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ name: string }>`select name from schema_migration order by name`.execute(database);
  return rows.map((row) => row.name);
}

/** The last one applied, and how many are needed and not there, or there and not known: those of a newer version. */
export async function migrationState(
  database: Database,
): Promise<{ readonly latest: string; readonly missing: number; readonly unknown: number }> {
  const applied = await appliedMigrations(database);
  return {
    latest: applied.at(-1) ?? '',
    missing: knownMigrations.filter((name) => !applied.includes(name)).length,
    unknown: applied.filter((name) => !knownMigrations.includes(name)).length,
  };
}
