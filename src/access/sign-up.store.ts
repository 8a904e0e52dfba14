import { type Kysely, type Transaction, sql } from 'kysely';
import { MS_PER_HOUR, later } from '../kernel/instant.ts';
import type { User, UserId } from './user.ts';
import { type UserRow, userColumns, userOf } from './user.store.ts';

type Database = Kysely<unknown>;

export const SIGN_UP_HOURS = 72;

/** A link by which somebody sets how they sign in. Links that they were given before end. @returns when it ends. */
export async function addSignUpLink(
  transaction: Transaction<unknown>,
  userId: UserId,
  { tokenDigest, now }: { readonly tokenDigest: Uint8Array; readonly now: Date },
): Promise<Date> {
  const expiresAt = later(now, SIGN_UP_HOURS * MS_PER_HOUR);
  await sql`delete from sign_up_link where user_id = ${userId}`.execute(transaction);
  await sql`
    insert into sign_up_link (token_digest, user_id, created_at, expires_at)
    values (${tokenDigest}, ${userId}, ${now}, ${expiresAt})`.execute(transaction);
  return expiresAt;
}

/** Whose link this is, while it can be used. */
export async function findSignUp(database: Database, tokenDigest: Uint8Array, now: Date): Promise<User | null> {
  const { rows } = await sql<UserRow>`
    select ${userColumns} from sign_up_link l join panel_user u on u.user_id = l.user_id
    where l.token_digest = ${tokenDigest} and l.used_at is null and l.expires_at > ${now}
      and u.state = 'active'`.execute(database);
  return rows[0] === undefined ? null : userOf(rows[0]);
}

/** Uses a link up. @returns false when it was used or ended meanwhile. */
export async function spendSignUp(
  transaction: Transaction<unknown>,
  { tokenDigest, now }: { readonly tokenDigest: Uint8Array; readonly now: Date },
): Promise<boolean> {
  const spent = await sql`
    update sign_up_link set used_at = ${now}
    where token_digest = ${tokenDigest} and used_at is null and expires_at > ${now}`.execute(transaction);
  return Number(spent.numAffectedRows) === 1;
}
