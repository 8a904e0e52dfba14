import { type Kysely, type Transaction, sql } from 'kysely';
import { later, MS_PER_HOUR } from '../kernel/instant.ts';
import type { User, UserId } from './user.ts';
import { type UserRow, userColumns, userOf } from './user.store.ts';

type Database = Kysely<unknown>;

/** What somebody can sign in with besides passkeys. */
export type PasswordCredentials = {
  readonly user: User;
  readonly passwordHash: string;
  readonly sealedTotpSecret: Uint8Array;
};

type PasswordRow = UserRow & { readonly password_hash: string; readonly sealed_totp_secret: Uint8Array };

/** Of somebody who is not disabled and has a password. */
export async function findPassword(database: Database, name: string): Promise<PasswordCredentials | null> {
  const { rows } = await sql<PasswordRow>`
    select u.password_hash, u.sealed_totp_secret, ${userColumns} from panel_user u
    where u.name = ${name} and u.state = 'active' and u.password_hash is not null`.execute(database);
  const row = rows[0];
  return row === undefined
    ? null
    : { user: userOf(row), passwordHash: row.password_hash, sealedTotpSecret: row.sealed_totp_secret };
}

/** Uses the code of a time step up, those before it too. @returns false when it was used before: by another call, perhaps at this moment. */
export async function spendTotpStep(database: Database, userId: UserId, step: number): Promise<boolean> {
  const spent = await sql`
    update panel_user set totp_last_step = ${step}
    where user_id = ${userId} and totp_last_step < ${step}`.execute(database);
  return Number(spent.numAffectedRows) === 1;
}

/** Uses a recovery code up. @returns false when it is none of theirs, or was used. */
export async function spendRecoveryCode(
  database: Database,
  userId: UserId,
  { codeHmac, now }: { readonly codeHmac: Uint8Array; readonly now: Date },
): Promise<boolean> {
  const spent = await sql`
    update recovery_code set used_at = ${now}
    where user_id = ${userId} and code_hmac = ${codeHmac} and used_at is null`.execute(database);
  return Number(spent.numAffectedRows) === 1;
}

export type NewPassword = {
  readonly passwordHash: string;
  readonly sealedTotpSecret: Uint8Array;
  /** The step whose code proved that the app has the secret: not taken again. */
  readonly totpStep: number;
};

export async function setPassword(
  transaction: Transaction<unknown>,
  userId: UserId,
  { passwordHash, sealedTotpSecret, totpStep }: NewPassword,
): Promise<void> {
  await sql`
    update panel_user
    set password_hash = ${passwordHash}, sealed_totp_secret = ${sealedTotpSecret}, totp_last_step = ${totpStep}
    where user_id = ${userId}`.execute(transaction);
}

export async function changePasswordHash(
  transaction: Transaction<unknown>,
  userId: UserId,
  passwordHash: string,
): Promise<void> {
  await sql`
    update panel_user set password_hash = ${passwordHash}
    where user_id = ${userId} and password_hash is not null`.execute(transaction);
}

/** Puts new codes in the place of all that there were. */
export async function setRecoveryCodes(
  transaction: Transaction<unknown>,
  userId: UserId,
  { codeHmacs, now }: { readonly codeHmacs: readonly Uint8Array[]; readonly now: Date },
): Promise<void> {
  await sql`delete from recovery_code where user_id = ${userId}`.execute(transaction);
  for (const codeHmac of codeHmacs)
    await sql`
      insert into recovery_code (user_id, code_hmac, created_at) values (${userId}, ${codeHmac}, ${now})`.execute(
      transaction,
    );
}

/** Takes every way of signing in from somebody: what may be in wrong hands is worth nothing from then on. */
export async function forgetCredentials(transaction: Transaction<unknown>, userId: UserId): Promise<void> {
  await sql`
    update panel_user set password_hash = null, sealed_totp_secret = null where user_id = ${userId}`.execute(
    transaction,
  );
  await sql`delete from recovery_code where user_id = ${userId}`.execute(transaction);
  await sql`delete from passkey where user_id = ${userId}`.execute(transaction);
}

export type Passkey = {
  readonly credentialId: string;
  readonly publicKey: Uint8Array;
  readonly signatureCount: number;
  readonly transports: readonly string[];
  readonly label: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
};

type PasskeyRow = {
  readonly credential_id: string;
  readonly public_key: Uint8Array;
  readonly signature_count: string;
  readonly transports: readonly string[];
  readonly label: string;
  readonly created_at: Date;
  readonly last_used_at: Date | null;
};

export async function listPasskeys(database: Database, userId: UserId): Promise<readonly Passkey[]> {
  const { rows } = await sql<PasskeyRow>`
    select credential_id, public_key, signature_count, transports, label, created_at, last_used_at from passkey
    where user_id = ${userId} order by created_at`.execute(database);
  return rows.map((row) => ({
    credentialId: row.credential_id,
    publicKey: row.public_key,
    signatureCount: Number(row.signature_count),
    transports: row.transports,
    label: row.label,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
  }));
}

/** Somebody who is not disabled, by the ID that their passkey keeps. */
export async function findUser(database: Database, userId: UserId): Promise<User | null> {
  const { rows } = await sql<UserRow>`
    select ${userColumns} from panel_user u where u.user_id = ${userId} and u.state = 'active'`.execute(database);
  return rows[0] === undefined ? null : userOf(rows[0]);
}

/** @returns false when there is that one already. */
export async function addPasskey(
  transaction: Transaction<unknown>,
  userId: UserId,
  passkey: Omit<Passkey, 'lastUsedAt'>,
): Promise<boolean> {
  const inserted = await sql`
    insert into passkey (user_id, credential_id, public_key, signature_count, transports, label, created_at)
    values (${userId}, ${passkey.credentialId}, ${passkey.publicKey}, ${passkey.signatureCount}, ${passkey.transports},
      ${passkey.label}, ${passkey.createdAt})
    on conflict do nothing`.execute(transaction);
  return Number(inserted.numAffectedRows) === 1;
}

export async function notePasskeyUse(
  transaction: Transaction<unknown>,
  userId: UserId,
  { credentialId, signatureCount, now }: { credentialId: string; signatureCount: number; now: Date },
): Promise<void> {
  await sql`
    update passkey set signature_count = ${signatureCount}, last_used_at = ${now}
    where user_id = ${userId} and credential_id = ${credentialId}`.execute(transaction);
}

/** @returns false when there is no such passkey. */
export async function removePasskey(
  transaction: Transaction<unknown>,
  userId: UserId,
  credentialId: string,
): Promise<boolean> {
  const removed = await sql`
    delete from passkey where user_id = ${userId} and credential_id = ${credentialId}`.execute(transaction);
  return Number(removed.numAffectedRows) === 1;
}

/** What somebody has, to be shown to themselves. Held until the transaction ends: of two calls at once none takes the last way in away. */
export async function waysOf(
  transaction: Database,
  userId: UserId,
): Promise<{ readonly hasPassword: boolean; readonly recoveryCodesLeft: number; readonly passkeys: number }> {
  const { rows } = await sql<{ has_password: boolean; codes: number; passkeys: number }>`
    select password_hash is not null as has_password,
      (select count(*)::int from recovery_code c where c.user_id = u.user_id and c.used_at is null) as codes,
      (select count(*)::int from passkey p where p.user_id = u.user_id) as passkeys
    from panel_user u where user_id = ${userId} for no key update of u`.execute(transaction);
  const row = rows[0]!;
  return { hasPassword: row.has_password, recoveryCodesLeft: row.codes, passkeys: row.passkeys };
}

/** Uses up what was handed out to be answered once. @returns false when it was answered before. */
export async function spendState(
  transaction: Database,
  { digest, expiresAt, now }: { readonly digest: Uint8Array; readonly expiresAt: Date; readonly now: Date },
): Promise<boolean> {
  await sql`delete from spent_state where expires_at < ${later(now, -MS_PER_HOUR)}`.execute(transaction);
  const inserted = await sql`
    insert into spent_state (state_digest, expires_at) values (${digest}, ${expiresAt})
    on conflict do nothing`.execute(transaction);
  return Number(inserted.numAffectedRows) === 1;
}
