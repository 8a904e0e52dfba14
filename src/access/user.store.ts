import { type Kysely, type Transaction, sql } from 'kysely';
import type { AccountId } from '../kernel/id.ts';
import type { AccountRole } from './roles.ts';
import type { Membership, User, UserId, UserLanguage } from './user.ts';

type Database = Kysely<unknown>;

export type UserRow = {
  readonly user_id: UserId;
  readonly name: string;
  readonly language: UserLanguage;
  readonly is_installer: boolean;
  /** `[[account, role], …]`, those disabled left out. */
  readonly memberships: readonly (readonly [number, AccountRole])[];
};

export const userOf = ({ user_id, name, language, is_installer, memberships }: UserRow): User => ({
  id: user_id,
  name,
  language,
  isInstaller: is_installer,
  memberships: memberships.map(([accountId, role]): Membership => ({ accountId: accountId as AccountId, role })),
});

/** Columns of `UserRow`, of the table `u`. */
export const userColumns = sql`
  u.user_id, u.name, u.language, u.is_installer, coalesce((
    select jsonb_agg(jsonb_build_array(m.account_id, m.role) order by m.account_id) from membership m
    where m.user_id = u.user_id and not m.is_disabled), '[]'::jsonb) as memberships`;

/** Whoever has this name; null when nobody has. Disabled ones too. */
export async function findUserNamed(database: Database, name: string): Promise<User | null> {
  const { rows } = await sql<UserRow>`select ${userColumns} from panel_user u where u.name = ${name}`.execute(database);
  return rows[0] === undefined ? null : userOf(rows[0]);
}

export type NewUser = {
  readonly id: UserId;
  readonly name: string;
  readonly language: UserLanguage;
  readonly isInstaller: boolean;
  readonly now: Date;
};

/** @returns false when the name is taken. */
export async function createUser(
  transaction: Transaction<unknown>,
  { id, name, language, isInstaller, now }: NewUser,
): Promise<boolean> {
  const inserted = await sql`
    insert into panel_user (user_id, name, state, is_installer, language, created_at)
    values (${id}, ${name}, 'active', ${isInstaller}, ${language}, ${now})
    on conflict do nothing`.execute(transaction);
  return Number(inserted.numAffectedRows) === 1;
}

/** Gives somebody a role in an account. @returns false when they have one there, also a disabled one. */
export async function addMembership(
  transaction: Transaction<unknown>,
  userId: UserId,
  { accountId, role, now }: Membership & { readonly now: Date },
): Promise<boolean> {
  const inserted = await sql`
    insert into membership (user_id, account_id, role, created_at) values (${userId}, ${accountId}, ${role}, ${now})
    on conflict do nothing`.execute(transaction);
  return Number(inserted.numAffectedRows) === 1;
}

/** Another role, or a pause. @returns what it was before; null when they do not belong to the account. */
export async function changeMembership(
  transaction: Transaction<unknown>,
  userId: UserId,
  {
    accountId,
    role,
    isDisabled,
  }: { readonly accountId: AccountId; readonly role: AccountRole; readonly isDisabled: boolean },
): Promise<{ readonly role: AccountRole; readonly isDisabled: boolean } | null> {
  const { rows } = await sql<{ role: AccountRole; is_disabled: boolean }>`
    select role, is_disabled from membership
    where user_id = ${userId} and account_id = ${accountId} for update`.execute(transaction);
  if (rows[0] === undefined) return null;
  await sql`
    update membership set role = ${role}, is_disabled = ${isDisabled}
    where user_id = ${userId} and account_id = ${accountId}`.execute(transaction);
  return { role: rows[0].role, isDisabled: rows[0].is_disabled };
}

/**
 * How many people who have not been disabled set an account up, held until the transaction ends: two who take the role from each other at once
 * do not leave nobody.
 */
export async function countAdministrators(transaction: Transaction<unknown>, accountId: AccountId): Promise<number> {
  const { rows } = await sql`
    select 1 from membership
    where account_id = ${accountId} and role = 'administrator' and not is_disabled order by user_id for update`.execute(
    transaction,
  );
  return rows.length;
}

export type Member = {
  readonly id: UserId;
  readonly name: string;
  readonly role: AccountRole;
  readonly isDisabled: boolean;
  readonly isSignedUp: boolean;
  readonly lastSignedInAt: Date | null;
};

type MemberRow = {
  readonly user_id: UserId;
  readonly name: string;
  readonly role: AccountRole;
  readonly is_disabled: boolean;
  readonly is_signed_up: boolean;
  readonly last_signed_in_at: Date | null;
};

/** Everybody of an account, by name. */
export async function listMembers(database: Database, accountId: AccountId): Promise<readonly Member[]> {
  const { rows } = await sql<MemberRow>`
    select u.user_id, u.name, m.role, m.is_disabled or u.state = 'disabled' as is_disabled,
      u.password_hash is not null or exists (select 1 from passkey p where p.user_id = u.user_id) as is_signed_up,
      (select max(s.created_at) from panel_session s where s.user_id = u.user_id) as last_signed_in_at
    from membership m join panel_user u on u.user_id = m.user_id
    where m.account_id = ${accountId} order by u.name`.execute(database);
  return rows.map((row) => ({
    id: row.user_id,
    name: row.name,
    role: row.role,
    isDisabled: row.is_disabled,
    isSignedUp: row.is_signed_up,
    lastSignedInAt: row.last_signed_in_at,
  }));
}

/** Whether somebody belongs to any account besides this one, also where they are disabled. */
export async function isInOtherAccounts(database: Database, userId: UserId, accountId: AccountId): Promise<boolean> {
  const { rows } = await sql`
    select 1 from membership where user_id = ${userId} and account_id <> ${accountId} limit 1`.execute(database);
  return rows.length > 0;
}

/** Names of people, for a log that has their IDs only. */
export async function namesOf(database: Database, ids: readonly UserId[]): Promise<ReadonlyMap<UserId, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<{ user_id: UserId; name: string }>`
    select user_id, name from panel_user where user_id = any(${ids}::uuid[])`.execute(database);
  return new Map(rows.map(({ user_id, name }) => [user_id, name]));
}

/** Everybody whose word counts for the installation. */
export async function listInstallers(database: Database): Promise<readonly { id: UserId; name: string }[]> {
  const { rows } = await sql<{ id: UserId; name: string }>`
    select user_id as id, name from panel_user where is_installer order by name`.execute(database);
  return rows;
}

/** Whether anybody can sign in yet, or was asked to. */
export async function hasUsers(database: Database): Promise<boolean> {
  const { rows } = await sql`select 1 from panel_user limit 1`.execute(database);
  return rows.length > 0;
}

/** Lets somebody in again or nowhere any more. @returns false when there is nobody of that ID. */
export async function setUserState(
  transaction: Transaction<unknown>,
  userId: UserId,
  state: 'active' | 'disabled',
): Promise<boolean> {
  const changed = await sql`update panel_user set state = ${state} where user_id = ${userId}`.execute(transaction);
  return Number(changed.numAffectedRows) === 1;
}

export async function setLanguage(database: Database, userId: UserId, language: UserLanguage): Promise<void> {
  await sql`update panel_user set language = ${language} where user_id = ${userId}`.execute(database);
}
