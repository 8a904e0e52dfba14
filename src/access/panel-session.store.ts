import { type Kysely, type Transaction, sql } from 'kysely';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, later } from '../kernel/instant.ts';
import type { SignInWay, SignedIn, UserId } from './user.ts';
import { type UserRow, userColumns, userOf } from './user.store.ts';

type Database = Kysely<unknown>;

/** NIST SP 800-63B-4, section 2.2.3: at the second level a session ends after a day or an hour without use. Ours ends after a shift. */
export const SESSION_HOURS = 12;
export const IDLE_MINUTES = 60;
/** A session that is used is written to once in this time, not with every call. */
const SEEN_EVERY_MS = MS_PER_MINUTE;
const REMEMBERED_MS = 30 * MS_PER_DAY;

/** @param tokenDigest SHA-256 of the token that the browser gets. @returns when it ends at the latest. */
export async function beginSession(
  transaction: Transaction<unknown>,
  { userId, tokenDigest, by, now }: { userId: UserId; tokenDigest: Uint8Array; by: SignInWay; now: Date },
): Promise<Date> {
  const endsAt = later(now, SESSION_HOURS * MS_PER_HOUR);
  await sql`delete from panel_session where user_id = ${userId} and ends_at < ${later(now, -REMEMBERED_MS)}`.execute(
    transaction,
  );
  await sql`
    insert into panel_session (token_digest, user_id, signed_in_by, created_at, last_seen_at, ends_at)
    values (${tokenDigest}, ${userId}, ${by}, ${now}, ${now}, ${endsAt})`.execute(transaction);
  return endsAt;
}

type SessionRow = UserRow & {
  readonly signed_in_by: SignInWay;
  readonly created_at: Date;
  readonly last_seen_at: Date;
  readonly ends_at: Date;
};

/** Whose session this is, while it lasts and they may come in at all. Notes that they were seen. */
export async function findSession(database: Database, tokenDigest: Uint8Array, now: Date): Promise<SignedIn | null> {
  const { rows } = await sql<SessionRow>`
    select s.signed_in_by, s.created_at, s.last_seen_at, s.ends_at, ${userColumns}
    from panel_session s join panel_user u on u.user_id = s.user_id
    where s.token_digest = ${tokenDigest} and s.ended_at is null and s.ends_at > ${now}
      and s.last_seen_at > ${later(now, -IDLE_MINUTES * MS_PER_MINUTE)} and u.state = 'active'`.execute(database);
  const row = rows[0];
  if (row === undefined) return null;
  if (now.getTime() - row.last_seen_at.getTime() > SEEN_EVERY_MS)
    await sql`
      update panel_session set last_seen_at = ${now}
      where token_digest = ${tokenDigest} and last_seen_at < ${now}`.execute(database);
  return {
    user: userOf(row),
    sessionDigest: tokenDigest,
    by: row.signed_in_by,
    signedInAt: row.created_at,
    endsAt: row.ends_at,
  };
}

export async function endSession(database: Database, tokenDigest: Uint8Array, now: Date): Promise<void> {
  await sql`
    update panel_session set ended_at = ${now} where token_digest = ${tokenDigest} and ended_at is null`.execute(
    database,
  );
}

/** Ends every session of somebody. @param except the one they are using, where that one stays. @returns how many ended. */
export async function endSessionsOf(
  transaction: Database,
  userId: UserId,
  { now, except }: { readonly now: Date; readonly except?: Uint8Array },
): Promise<number> {
  const ended = await sql`
    update panel_session set ended_at = ${now}
    where user_id = ${userId} and ended_at is null and token_digest <> ${except ?? Buffer.alloc(0)}`.execute(
    transaction,
  );
  return Number(ended.numAffectedRows);
}

export type OpenSession = {
  readonly tokenDigest: Uint8Array;
  readonly by: SignInWay;
  readonly signedInAt: Date;
  readonly lastSeenAt: Date;
};

/** Where somebody is signed in now, latest first. */
export async function listSessions(database: Database, userId: UserId, now: Date): Promise<readonly OpenSession[]> {
  const { rows } = await sql<SessionRow & { token_digest: Uint8Array }>`
    select token_digest, signed_in_by, created_at, last_seen_at, ends_at from panel_session
    where user_id = ${userId} and ended_at is null and ends_at > ${now}
      and last_seen_at > ${later(now, -IDLE_MINUTES * MS_PER_MINUTE)}
    order by created_at desc limit 50`.execute(database);
  return rows.map((row) => ({
    tokenDigest: row.token_digest,
    by: row.signed_in_by,
    signedInAt: row.created_at,
    lastSeenAt: row.last_seen_at,
  }));
}
