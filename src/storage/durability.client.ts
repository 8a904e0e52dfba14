import { z } from 'zod';

/** Settings without which a server may forget what it has acknowledged. */
const SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;

export type Durability = {
  /** Settings that are off, as the server names them; empty when what is acknowledged stays. */
  readonly off: readonly (typeof SETTINGS)[number][];
};

/** Runs one statement and answers its rows: `pg`'s pools and clients by way of `(sql) => pool.query(sql).then(({ rows }) => rows)`. */
export type RunQuery = (sql: string) => Promise<readonly unknown[]>;

const rowsSchema = z.array(z.object({ name: z.enum(SETTINGS), value: z.string().nullable() }));

/**
 * Reads what the server does before it acknowledges a commit, as it holds for this user and database: each of the three can be switched
 * off, and a crash or a power cut then takes acknowledged work with it. `synchronous_commit` has several ways of being on; only `off`
 * answers before the local disk has it. A server that does not know a setting (they differ in kin of PostgreSQL) has nothing to switch off.
 *
 * Source: PostgreSQL 18 documentation, "Write Ahead Log", section 19.5.1.
 */
export async function durabilityOf(query: RunQuery): Promise<Durability> {
  const list = SETTINGS.map((name) => `('${name}')`).join(', ');
  const rows = rowsSchema.parse(
    await query(`SELECT name, current_setting(name, true) AS value FROM (VALUES ${list}) AS setting (name)`),
  );
  return { off: rows.filter(({ value }) => value === 'off').map(({ name }) => name) };
}
