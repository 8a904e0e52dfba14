import { Kysely, PostgresDialect, sql, type Transaction as KyselyTransaction } from 'kysely';
import pg from 'pg';
import { WaitedTooLong } from './batches.client.ts';

/** Where a PostgreSQL server listens: a connection string, or the embedded one's socket folder. */
export type DatabaseAddress =
  | { readonly connectionString: string }
  | { readonly host: string; readonly port: number; readonly user: string; readonly database: string };

/** The database, typed by no table: statements are written in SQL and their rows parsed by the store that asks. */
export type Database = Kysely<unknown>;
export type Transaction = KyselyTransaction<unknown>;

export type OpenDatabase = {
  readonly database: Database;
  readonly pool: pg.Pool;
  close(): Promise<void>;
};

const CONNECT_TIMEOUT_MS = 3000;
/** No statement of ours runs long: one that does is stuck behind something, and its caller has gone. */
const STATEMENT_TIMEOUT_MS = 15_000;
/** No transaction of ours waits for anybody: one that does belongs to a process that the server cannot see the end of. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 5000;
/** After so long a silence the kernel asks whether the other side is still there. */
const KEEP_ALIVE_AFTER_MS = 10_000;

/**
 * [Note: Connections that break]
 * A connection may break at any moment, and says so by an event that ends the process when nobody listens: the pool listens while it has
 * the connection, and we do while it is lent. One that does not answer in time is given up for good: a path that swallows what is sent
 * would otherwise be lent to one caller after the other.
 */
class Connection extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined); // whoever waits for an answer learns of it there
    const query = this.query.bind(this) as (...given: readonly unknown[]) => unknown;
    const watched = (...given: readonly unknown[]): unknown => {
      const answer = query(...given);
      if (answer instanceof Promise)
        answer.catch((error: unknown) => {
          if (isSilence(error)) void this.end();
        });
      return answer;
    };
    // All of its overloads at once.
    Object.defineProperty(this, 'query', { value: watched });
  }
}

const isSilence = (error: unknown): boolean => error instanceof Error && error.message === 'Query read timeout';

/**
 * What every pool of ours has in common; see [Note: Connections that break].
 * @param answerTimeoutMs how long a statement may take before its connection is given up.
 * @param connectTimeoutMs how long to wait for a connection, be it for the server or for others of this process to give one back.
 */
export const poolSettings = (
  address: DatabaseAddress,
  {
    connections,
    answerTimeoutMs,
    connectTimeoutMs = CONNECT_TIMEOUT_MS,
  }: { readonly connections: number; readonly answerTimeoutMs: number; readonly connectTimeoutMs?: number },
): DatabaseAddress & PoolSettings => ({
  ...address,
  Client: Connection,
  max: connections,
  connectionTimeoutMillis: connectTimeoutMs,
  idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
  query_timeout: answerTimeoutMs,
  keepAlive: true,
  keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
});

type PoolSettings = {
  readonly Client: new () => pg.Client;
  readonly max: number;
  readonly connectionTimeoutMillis: number;
  readonly idle_in_transaction_session_timeout: number;
  readonly query_timeout: number;
  readonly keepAlive: boolean;
  readonly keepAliveInitialDelayMillis: number;
};

/**
 * Opens a pool. Whole numbers of 64 bits arrive as numbers: ours stay below 2^53, and one that does not is an error, not a rounding.
 * @param connections the most at once.
 */
export function openDatabase(address: DatabaseAddress, { connections = 10 } = {}): OpenDatabase {
  const pool = new pg.Pool({
    ...poolSettings(address, { connections, answerTimeoutMs: STATEMENT_TIMEOUT_MS + 1000 }),
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'cotejo',
    types: { getTypeParser: parserOf as typeof pg.types.getTypeParser },
  });
  // A server that goes away breaks idle connections: the next query opens new ones and its caller learns of it.
  pool.on('error', () => undefined);
  const database = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const close = async (): Promise<void> => {
    await database.destroy();
    // A pool that was used by itself alone is not known to what is over it, and its idle connections would hold the process.
    if (!pool.ended) await pool.end();
  };
  return { database, pool, close };
}

const INT8 = 20;

function parserOf(type: number, format?: 'text' | 'binary'): unknown {
  if (type === INT8 && format !== 'binary') return safeInteger;
  return pg.types.getTypeParser(type, format as 'text');
}

function safeInteger(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError('a 64-bit number from the database does not fit');
  return number;
}

/** Classes of SQLSTATE that mean "not now", not "wrong": connection, resources, operator intervention, system. */
const UNREACHABLE_CLASSES = ['08', '53', '57', '58'];

/** Whether an error says that the server is away, going away or out of means. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof WaitedTooLong) return true;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') {
    // EPIPE has five letters as well: a SQLSTATE has a digit in it.
    if (/^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return UNREACHABLE_CLASSES.some((start) => code.startsWith(start));
    return /^E[A-Z]+$/.test(code);
  }
  return /timeout exceeded when trying to connect|Connection terminated|Query read timeout|Client has encountered a connection error|not queryable|Cannot use a pool after calling end/i.test(
    error.message,
  );
}

/** Why a server could not be reached, in a word that may be logged: a SQLSTATE, an error of the system, or one of ours. */
export function unreachableReason(error: unknown): string {
  if (error instanceof WaitedTooLong) return 'waited-too-long';
  const { code, message = '' } = error as { readonly code?: unknown; readonly message?: string };
  if (typeof code === 'string') return code;
  if (/timeout exceeded when trying to connect|due to connection timeout/i.test(message))
    return 'no-connection-in-time';
  if (/Query read timeout/i.test(message)) return 'no-answer-in-time';
  return /after calling end/i.test(message) ? 'closing' : 'connection-lost';
}

/** Answers when the server does. @throws whatever says that it does not. */
export async function ping(database: Database): Promise<void> {
  await sql`select 1`.execute(database);
}
