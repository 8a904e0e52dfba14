import { type Kysely, sql } from 'kysely';
import { type Result, ok, refuse } from '../kernel/result.ts';

export type KeyRefusal = {
  readonly kind: 'key-of-another-installation';
  readonly expected: string;
  readonly given: string;
};

/**
 * Ties the database to the installation's key when it is first used, and from then on checks that it is still that key: with another one
 * every token would be wrong and every waiting message unreadable.
 */
export async function claimDatabase(
  database: Kysely<unknown>,
  keyFingerprint: string,
  now: Date,
): Promise<Result<null, KeyRefusal>> {
  const claimed = await sql`
    insert into installation (key_fingerprint, created_at) values (${keyFingerprint}, ${now}) on conflict do nothing`.execute(
    database,
  );
  if (Number(claimed.numAffectedRows) === 1) return ok(null);
  const { rows } = await sql<{ fingerprint: string }>`select key_fingerprint as fingerprint from installation`.execute(
    database,
  );
  const expected = rows[0]!.fingerprint;
  return expected === keyFingerprint
    ? ok(null)
    : refuse({ kind: 'key-of-another-installation', expected, given: keyFingerprint });
}
