import type { AccountId } from '../kernel/id.ts';
import { type AuditLog, INSTALLATION_LOG } from './audit.ts';
import { type AccountRole, type Permission, type Role, permissionsOfAll } from './roles.ts';

declare const userId: unique symbol;

/** Names a person who works in the panel: a UUID, drawn by chance. */
export type UserId = string & { readonly [userId]: true };

export const userLanguages = ['es', 'en'] as const;
export type UserLanguage = (typeof userLanguages)[number];

/** How somebody proved who they are. */
export const signInWays = ['passkey', 'password', 'recovery-code', 'single-sign-on'] as const;
export type SignInWay = (typeof signInWays)[number];

export type Membership = { readonly accountId: AccountId; readonly role: AccountRole };

export type User = {
  readonly id: UserId;
  /** What they sign in with: an e-mail address or any other name, in lower case. */
  readonly name: string;
  readonly language: UserLanguage;
  readonly isInstaller: boolean;
  /** Accounts they belong to, those of which they were disabled left out. */
  readonly memberships: readonly Membership[];
};

/** Somebody who signed in, and until when. */
export type SignedIn = {
  readonly user: User;
  readonly sessionDigest: Uint8Array;
  readonly by: SignInWay;
  readonly signedInAt: Date;
  /** The session ends then at the latest, however busy it is. */
  readonly endsAt: Date;
};

const NAME = /^[^\s\p{C}]{3,100}$/u;

/** A sign-in name as it is kept, or null when it cannot be one: 3 to 100 characters without spaces. */
export function parseUserName(text: string): string | null {
  const name = text.normalize('NFKC').trim().toLowerCase();
  return NAME.test(name) ? name : null;
}

const installer: readonly Role[] = ['installer'];

/** The roles a person has towards an account; none: they have nothing to do with it. */
export const rolesIn = ({ memberships, isInstaller }: User, accountId: AccountId): readonly Role[] => [
  ...memberships.filter((membership) => membership.accountId === accountId).map(({ role }) => role),
  ...(isInstaller ? installer : []),
];

export const permissionsIn = (user: User, accountId: AccountId): readonly Permission[] =>
  permissionsOfAll(rolesIn(user, accountId));

/** Where it is written down how they come in: with each account they belong to, and with the installation where they run it. */
export const logsOf = ({ memberships, isInstaller }: User): readonly AuditLog[] => [
  ...memberships.map(({ accountId }) => accountId),
  ...(isInstaller ? ([INSTALLATION_LOG] as const) : []),
];

/** What a person may do that belongs to no account. */
export const installationPermissions = ({ isInstaller }: User): readonly Permission[] =>
  isInstaller ? permissionsOfAll(installer) : [];
