import { DummyDriver, PostgresDialect, type QueryExecutor, Transaction } from 'kysely';

/**
 * A transaction over a connection on which it was begun by other means, in the same trip as its first statement. Whoever began it ends it.
 * @param executor of that connection alone.
 */
export const transactionOver = (executor: QueryExecutor): Transaction<unknown> =>
  new Transaction({ config: { dialect }, dialect, driver: new DummyDriver(), executor });

/** What a transaction asks of it, the words of statements, needs no connection. */
const dialect = new PostgresDialect({
  pool: () => Promise.reject(new Error('a transaction opens no connection of its own')),
});
