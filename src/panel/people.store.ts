import { type Kysely, type Transaction, sql } from 'kysely';
import type { Person } from './protocol.schema.ts';

/** Users by their IDs, as those see them who read what they did. */
export type People = (id: string) => Person;

/** Looks up the names of everybody who is named in an answer, in one statement. */
export async function peopleBy(
  database: Kysely<unknown> | Transaction<unknown>,
  ids: readonly (string | null | undefined)[],
): Promise<People> {
  const wanted = [...new Set(ids.filter((id) => id !== null && id !== undefined))];
  const { rows } =
    wanted.length === 0
      ? { rows: [] }
      : await sql<Person>`select user_id as id, name from panel_user where user_id = any(${wanted}::uuid[])`.execute(
          database,
        );
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  return (id) => ({ id, name: names.get(id) ?? null });
}
