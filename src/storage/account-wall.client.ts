import { type Kysely, type Transaction, sql } from 'kysely';

/**
 * Runs in a transaction that sees and writes rows of one account only, by the database's own policies: the second wall, behind the
 * statements that name the account themselves. It ends with the transaction, so that no connection goes back into the pool with it.
 */
export const withinAccount = <Answer>(
  database: Kysely<unknown>,
  accountId: number,
  run: (walled: Transaction<unknown>) => Promise<Answer>,
): Promise<Answer> =>
  database.transaction().execute(async (transaction) => {
    await sql`
      select set_config('cotejo.account', ${String(accountId)}, true), set_config('role', (
        select coalesce(max(rolname), current_user) from pg_roles
        where rolname = 'cotejo_walled' and pg_has_role(current_user, oid, 'member')), true)`.execute(transaction);
    return run(transaction);
  });
