import type { Kysely, Transaction } from 'kysely';
import type { AccountId } from '../kernel/id.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import { forgetCredentials } from './credential.store.ts';
import { endSessionsOf } from './panel-session.store.ts';
import type { AccountRole } from './roles.ts';
import { addSignUpLink } from './sign-up.store.ts';
import { addMembership, changeMembership, countAdministrators, createUser, findUserNamed } from './user.store.ts';
import { type UserId, type UserLanguage, parseUserName } from './user.ts';

type Database = Kysely<unknown>;

export type InviteParts = {
  readonly database: Database;
  readonly sha256: (text: string) => Uint8Array;
  /** 256 bits as text. */
  readonly newToken: () => string;
  readonly newUserId: () => UserId;
};

/** The token of a sign-up link, told once; null where somebody signs in already. */
export type Invited = {
  readonly userId: UserId;
  readonly signUp: { readonly token: string; readonly expiresAt: Date } | null;
};

export type InviteRefusal = { readonly kind: 'name-refused' | 'member-already' | 'name-taken' };

type Alongside = (transaction: Transaction<unknown>, userId: UserId) => Promise<void>;

export type Invitation = {
  readonly name: string;
  readonly language: UserLanguage;
  readonly accountId: AccountId;
  readonly role: AccountRole;
  readonly now: Date;
};

/**
 * Gives a person a role in an account. Somebody of that name who works in the panel already is given it as they are; nobody's way of signing
 * in is touched by an invitation.
 * @param alongside runs in the same transaction, last.
 */
export async function inviteToAccount(
  parts: InviteParts,
  { name, language, accountId, role, now }: Invitation,
  alongside: Alongside,
): Promise<Result<Invited, InviteRefusal>> {
  const parsed = parseUserName(name);
  if (parsed === null) return refuse({ kind: 'name-refused' });
  return parts.database.transaction().execute(async (transaction) => {
    const existing = await findUserNamed(transaction, parsed);
    const userId = existing?.id ?? parts.newUserId();
    const isNew =
      existing === null &&
      (await createUser(transaction, { id: userId, name: parsed, language, isInstaller: false, now }));
    if (existing === null && !isNew) return refuse({ kind: 'name-taken' });
    if (!(await addMembership(transaction, userId, { accountId, role, now })))
      return refuse({ kind: 'member-already' });
    const signUp = isNew ? await newSignUp(parts, transaction, { userId, now }) : null;
    await alongside(transaction, userId);
    return ok({ userId, signUp });
  });
}

/** Somebody whose word counts for the installation. @param alongside runs in the same transaction, last. */
export async function inviteInstaller(
  parts: InviteParts,
  { name, language, now }: Pick<Invitation, 'name' | 'language' | 'now'>,
  alongside: Alongside,
): Promise<Result<Invited, InviteRefusal>> {
  const parsed = parseUserName(name);
  if (parsed === null) return refuse({ kind: 'name-refused' });
  return parts.database.transaction().execute(async (transaction) => {
    const userId = parts.newUserId();
    if (!(await createUser(transaction, { id: userId, name: parsed, language, isInstaller: true, now })))
      return refuse({ kind: 'name-taken' });
    const signUp = await newSignUp(parts, transaction, { userId, now });
    await alongside(transaction, userId);
    return ok({ userId, signUp });
  });
}

/**
 * Takes every way in from somebody who lost theirs, or whose may be in wrong hands, ends their sessions, and gives them a link to set new ones.
 */
export async function resetUser(
  parts: InviteParts,
  { userId, now }: { readonly userId: UserId; readonly now: Date },
  alongside: Alongside,
): Promise<{ readonly token: string; readonly expiresAt: Date }> {
  return parts.database.transaction().execute(async (transaction) => {
    await forgetCredentials(transaction, userId);
    await endSessionsOf(transaction, userId, { now });
    const signUp = await newSignUp(parts, transaction, { userId, now });
    await alongside(transaction, userId);
    return signUp;
  });
}

async function newSignUp(
  { sha256, newToken }: InviteParts,
  transaction: Transaction<unknown>,
  { userId, now }: { readonly userId: UserId; readonly now: Date },
) {
  const token = newToken();
  return { token, expiresAt: await addSignUpLink(transaction, userId, { tokenDigest: sha256(token), now }) };
}

export type RoleChange = {
  readonly userId: UserId;
  readonly accountId: AccountId;
  readonly role: AccountRole;
  readonly isDisabled: boolean;
};

/** Another role for somebody, or none for now. The last administrator of an account stays one. */
export async function changeRole(
  { database }: Pick<InviteParts, 'database'>,
  { userId, accountId, role, isDisabled }: RoleChange,
  alongside: (transaction: Transaction<unknown>, before: { role: AccountRole; isDisabled: boolean }) => Promise<void>,
): Promise<Result<null, { readonly kind: 'unknown' | 'last-administrator' }>> {
  return database.transaction().execute(async (transaction) => {
    const administrators = await countAdministrators(transaction, accountId);
    const before = await changeMembership(transaction, userId, { accountId, role, isDisabled });
    if (before === null) return refuse({ kind: 'unknown' });
    const wasOne = before.role === 'administrator' && !before.isDisabled;
    const staysOne = role === 'administrator' && !isDisabled;
    if (wasOne && !staysOne && administrators === 1) {
      await changeMembership(transaction, userId, { accountId, ...before });
      return refuse({ kind: 'last-administrator' });
    }
    await alongside(transaction, before);
    return ok(null);
  });
}
