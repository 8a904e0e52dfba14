import { type Kysely, type Transaction, sql } from 'kysely';
import { transactionOver } from './transaction-over.client.ts';

/**
 * Runs in a transaction that sees and writes rows of one account only, by the database's own policies: the second wall, behind the
 * statements that name the account themselves. It ends with the transaction, so that no connection goes back into the pool with it. It is
 * built in the trip that begins the transaction, and so costs none of its own.
 */
export const withinAccount = <Answer>(
  database: Kysely<unknown>,
  accountId: number,
  run: (walled: Transaction<unknown>) => Promise<Answer>,
): Promise<Answer> =>
  database.connection().execute(async (connection) => {
    try {
      await sql.raw(`begin; ${walledBy(accountId)}`).execute(connection);
      const answer = await run(transactionOver(connection.getExecutor()));
      const { rows } = await sql.raw<{ readonly command: string }>('commit').execute(connection);
      // A transaction that had failed unnoticed answers ROLLBACK to COMMIT.
      if (rows[0]?.command === 'ROLLBACK') throw new Error('the transaction of an account ended with ROLLBACK');
      return answer;
    } catch (error) {
      // A connection that does not take this is not lent again: see [Note: Connections that break].
      await sql
        .raw('rollback')
        .execute(connection)
        .catch(() => undefined);
      throw error;
    }
  });

/** The same over one database: what rooms are handed. */
export const accountWalls =
  (database: Kysely<unknown>) =>
  <Answer>(accountId: number, run: (walled: Transaction<unknown>) => Promise<Answer>): Promise<Answer> =>
    withinAccount(database, accountId, run);

/**
 * The database as one account sees it: each statement in a walled transaction of its own. For what looks at many things without holding a
 * connection meanwhile.
 */
export const walledDatabase = (database: Kysely<unknown>, accountId: number): Kysely<unknown> =>
  transactionOver(
    database.getExecutor().withConnectionProvider({
      provideConnection: (use) =>
        withinAccount(database, accountId, (transaction) => transaction.getExecutor().provideConnection(use)),
    }),
  );

/** The statement that builds the wall for the rest of the transaction that it is in. It takes no parameters. */
export function walledBy(accountId: number): string {
  if (!Number.isSafeInteger(accountId)) throw new RangeError('an account is a whole number');
  return `select set_config('cotejo.account', '${accountId}', true), set_config('role', case
    when pg_has_role(current_user, to_regrole('cotejo_walled')::oid, 'member') then 'cotejo_walled' else current_user end, true)`;
}
