import { type Kysely, sql } from 'kysely';

/** What one process does at a time, over all that share a database. The numbers are arbitrary and stay. */
export const locks = { migration: 4_071_903_551, firstAccount: 4_071_903_552 } as const;

/** Runs `alone`: whoever else comes with the same lock waits until it has ended. It is handed the connection that holds the lock. */
export const alone = <Answer>(
  database: Kysely<unknown>,
  lock: keyof typeof locks,
  run: (connection: Kysely<unknown>) => Promise<Answer>,
): Promise<Answer> =>
  database.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${locks[lock]})`.execute(connection);
    try {
      return await run(connection);
    } finally {
      await sql`select pg_advisory_unlock(${locks[lock]})`.execute(connection);
    }
  });
