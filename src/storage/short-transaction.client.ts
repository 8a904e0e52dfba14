import { createHash } from 'node:crypto';
import type { CompiledQuery, DatabaseConnection, RawBuilder } from 'kysely';
import type pg from 'pg';
import { walledBy } from './account-wall.client.ts';
import type { Database, Transaction } from './database.client.ts';
import { transactionOver } from './transaction-over.client.ts';

/** Runs a statement in the transaction. */
export type RunStatement = <Row>(statement: RawBuilder<Row>) => Promise<readonly Row[]>;

export type ShortTransaction = <First, Value>(
  accountId: number,
  first: RawBuilder<First>,
  work: (
    rows: readonly First[],
    run: RunStatement,
    transaction: Transaction,
  ) => Promise<{ readonly value: Value; readonly last: string | null }>,
) => Promise<Value>;

/**
 * A transaction of one account, behind its wall, in few trips to the server: its first statement travels with BEGIN and its last one with
 * COMMIT. What runs thousands of times a minute over a row that others wait for is worth that; everything else uses `withinAccount`.
 *
 * The first statement has its values as literals (`sql.lit`), the last one is text without parameters: PostgreSQL takes several
 * statements at once only so (simple query protocol). When one of them fails the rest is not done.
 */
export function shortTransactions(database: Database, pool: pg.Pool): ShortTransaction {
  const names = new Map<string, string>();
  return async (accountId, first, work) => {
    const client = await pool.connect();
    let broken: Error | null = null;
    try {
      const begin = `begin; ${walledBy(accountId)}; ${literal(first.compile(database))}`;
      const begun = (await client.query(begin)) as unknown as pg.QueryResult[];
      const run: RunStatement = async (statement) => {
        const { sql, parameters } = statement.compile(database);
        return (await client.query({ name: nameOf(sql, names), text: sql, values: [...parameters] })).rows as never;
      };
      const executor = database.getExecutor().withConnectionProvider({
        provideConnection: (use) => use(connectionOver(client)),
      });
      const { value, last } = await work(begun.at(-1)!.rows as never, run, transactionOver(executor));
      const committed = (await client.query(last === null ? 'commit' : `${last}; commit`)) as
        pg.QueryResult | pg.QueryResult[];
      const { command } = Array.isArray(committed) ? committed.at(-1)! : committed;
      // A transaction that had failed unnoticed answers ROLLBACK to COMMIT.
      if (command !== 'COMMIT') throw new Error(`the transaction ended with ${command}`);
      return value;
    } catch (error) {
      await client.query('rollback').catch((rollbackError: Error) => (broken = rollbackError));
      throw error;
    } finally {
      client.release(broken ?? undefined);
    }
  };
}

/** The connection for those who write statements into the transaction without knowing how it was begun. */
const connectionOver = (client: pg.PoolClient): DatabaseConnection => ({
  async executeQuery<Row>({ sql, parameters }: CompiledQuery) {
    const { rows, rowCount } = await client.query(sql, [...parameters]);
    return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) };
  },
  async *streamQuery() {
    throw new Error('nothing is streamed within a short transaction');
  },
});

/** The name under which a connection keeps a statement prepared: planning these takes longer than running them. */
function nameOf(statement: string, names: Map<string, string>): string {
  let name = names.get(statement);
  if (name === undefined) {
    name = createHash('sha256').update(statement).digest('hex').slice(0, 32);
    names.set(statement, name);
  }
  return name;
}

function literal({ sql, parameters }: CompiledQuery): string {
  if (parameters.length > 0) throw new Error('the first statement of a short transaction takes literals only');
  return sql;
}
