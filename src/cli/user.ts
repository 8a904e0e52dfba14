import { randomUUID } from 'node:crypto';
import { findAccount, listAccounts } from '../access/account.store.ts';
import { INSTALLATION_LOG } from '../access/audit.ts';
import {
  type InviteParts,
  type InviteRefusal,
  type Invited,
  changeRole,
  inviteInstaller,
  inviteToAccount,
  resetUser,
} from '../access/invite.store.ts';
import { endSessionsOf } from '../access/panel-session.store.ts';
import { accountRoles } from '../access/roles.ts';
import { newToken, sha256 } from '../access/secrets.client.ts';
import { findUserNamed, hasUsers, listInstallers, listMembers, setUserState } from '../access/user.store.ts';
import { type User, type UserId, logsOf, parseUserName, userLanguages } from '../access/user.ts';
import { type AccountId, parseAccountId } from '../kernel/id.ts';
import { print, withInstallation } from './account.ts';
import { auditedByCommand } from './audited.ts';
import { type Command, UsageError, oneOf, parseCommandLine } from './command.ts';
import { type Installation, readConfig } from './installation.ts';

const help = `cotejo user: people who work in the panel, also while the service runs

usage: cotejo user create ACCOUNT NAME [--role ROLE] [--language es|en] [--json]
       cotejo user create --installer NAME [--language es|en] [--json]
       cotejo user list ACCOUNT [--json]
       cotejo user list --installer [--json]
       cotejo user role ACCOUNT NAME ROLE [--json]
       cotejo user disable ACCOUNT NAME [--json]
       cotejo user enable ACCOUNT NAME [--json]
       cotejo user disable --everywhere NAME [--json]
       cotejo user enable --everywhere NAME [--json]
       cotejo user reset NAME [--json]

NAME is what they sign in with, such as an e-mail address. 'create' prints a link that is good once, for three days: whoever opens it chooses
a passkey, or a password with an authenticator app. Nothing is sent: hand it over yourself. Somebody who signs in already is only given the
role. 'reset' takes all their ways in away, ends their sessions and prints a new link.

roles in an account (--role, default administrator):
  operator        rules on people at the desk
  supervisor      that, and requests, figures, second opinions
  auditor         sees everything, changes nothing
  administrator   the account's settings, callbacks, token and users; no evidence
An installer (--installer) looks after the installation: credits, users and health of all accounts; no evidence.
`;

export const userCommand: Command = {
  help,
  async run(args) {
    const [action, ...rest] = args;
    return actions[oneOf(action ?? '', 'what to do', Object.keys(actions) as (keyof typeof actions)[])](rest);
  },
};

const actions = {
  create,
  list,
  role,
  reset,
  disable: (args: readonly string[]) => setDisabled(args, true),
  enable: (args: readonly string[]) => setDisabled(args, false),
};

const json = { type: 'boolean' } as const;
const language = { type: 'string', default: 'es' } as const;

export const inviteParts = ({ database }: Pick<Installation, 'database'>): InviteParts => ({
  database,
  sha256,
  newToken,
  newUserId: () => randomUUID() as UserId,
});

/** The address of a sign-up link. What stands behind `#` is never sent to a server by itself. */
export const signUpLink = (publicUrl: string, token: string): string => `${publicUrl}/panel/sign-up#${token}`;

async function create(args: readonly string[]): Promise<number> {
  const isInstaller = args.includes('--installer');
  const { values, positionals } = parseCommandLine(
    args,
    { installer: json, role: { type: 'string', default: 'administrator' }, language, json },
    isInstaller ? ['NAME'] : ['ACCOUNT', 'NAME'],
  );
  const spoken = oneOf(values.language, '--language', userLanguages);
  const name = positionals.at(-1)!;
  return withInstallation(async (installation) => {
    const now = new Date();
    const parts = inviteParts(installation);
    if (isInstaller) {
      const invited = await inviteInstaller(parts, { name, language: spoken, now }, (transaction, userId) =>
        auditedByCommand(installation, {
          accountId: INSTALLATION_LOG,
          action: 'user.invited',
          object: `user ${userId}`,
          detail: { role: 'installer' },
        })(transaction),
      );
      return told(values.json, name, invited);
    }
    const accountId = await accountOf(installation, positionals[0]!);
    const given = oneOf(values.role, '--role', accountRoles);
    const invited = await inviteToAccount(
      parts,
      { name, language: spoken, accountId, role: given, now },
      (transaction, userId) =>
        auditedByCommand(installation, {
          accountId,
          action: 'user.invited',
          object: `user ${userId}`,
          detail: { role: given },
        })(transaction),
    );
    return told(values.json, name, invited);
  });
}

const refusals: Readonly<Record<InviteRefusal['kind'], string>> = {
  'name-refused': 'NAME must have 3 to 100 characters without spaces',
  'member-already': "has a role in this account already; 'cotejo user role' changes it",
  'name-taken': 'is the name of somebody else',
};

async function told(
  asJson: boolean | undefined,
  name: string,
  invited: Awaited<ReturnType<typeof inviteToAccount>>,
): Promise<number> {
  if (!invited.ok) throw new UsageError(`${name}: ${refusals[invited.refusal.kind]}`);
  printLink(asJson, name, invited.value, await publicUrl());
  return 0;
}

function printLink(asJson: boolean | undefined, name: string, { userId, signUp }: Invited, url: string): void {
  const link = signUp === null ? null : signUpLink(url, signUp.token);
  print(asJson, { user: userId, name, link, expiresAt: signUp?.expiresAt ?? null }, [
    `user       ${parseUserName(name)!}`,
    signUp === null
      ? 'signs in as before: no link is needed'
      : `sign-up    ${link}   (good once, until ${signUp.expiresAt.toISOString()})`,
  ]);
}

/** Where people come to: as set, or where a service on this machine listens. */
async function publicUrl(): Promise<string> {
  const config = await readConfig();
  return config.publicUrl ?? `${config.tls.kind === 'none' ? 'http' : 'https'}://localhost:${config.port}`;
}

async function accountOf({ database }: Pick<Installation, 'database'>, text: string): Promise<AccountId> {
  const parsed = parseAccountId(text);
  if (!parsed.ok || (await findAccount(database, parsed.value)) === null)
    throw new UsageError(`there is no account ${text}; 'cotejo account list' shows them`);
  return parsed.value;
}

async function userNamed({ database }: Pick<Installation, 'database'>, text: string): Promise<User> {
  const name = parseUserName(text);
  const user = name === null ? null : await findUserNamed(database, name);
  if (user === null) throw new UsageError(`there is nobody of the name ${text}`);
  return user;
}

async function list(args: readonly string[]): Promise<number> {
  const isInstaller = args.includes('--installer');
  const { values, positionals } = parseCommandLine(args, { installer: json, json }, isInstaller ? [] : ['ACCOUNT']);
  return withInstallation(async (installation) => {
    if (isInstaller) {
      const installers = await listInstallers(installation.database);
      print(
        values.json,
        installers,
        installers.length === 0 ? ['nobody yet'] : installers.map(({ name }) => `installer      ${name}`),
      );
      return 0;
    }
    const members = await listMembers(installation.database, await accountOf(installation, positionals[0]!));
    print(
      values.json,
      members,
      members.length === 0
        ? ["nobody yet: 'cotejo user create ACCOUNT NAME' asks somebody in"]
        : members.map((member) => {
            const state = member.isDisabled ? 'disabled' : member.isSignedUp ? 'active' : 'invited';
            return `${member.role.padEnd(13)}  ${state.padEnd(8)}  ${member.name}`;
          }),
    );
    return 0;
  });
}

async function role(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, { json }, ['ACCOUNT', 'NAME', 'ROLE']);
  const [account, name, given] = positionals as [string, string, string];
  const wanted = oneOf(given, 'ROLE', accountRoles);
  return withInstallation(async (installation) => {
    const accountId = await accountOf(installation, account);
    const { id: userId } = await userNamed(installation, name);
    await change(installation, { accountId, userId, name, role: wanted });
    print(values.json, { name, role: wanted }, [`${name} is ${wanted} of ${accountId}`]);
    return 0;
  });
}

type Changing = {
  readonly accountId: AccountId;
  readonly userId: UserId;
  readonly name: string;
  readonly role?: (typeof accountRoles)[number];
  readonly isDisabled?: boolean;
};

async function change(installation: Installation, { accountId, userId, name, ...wanted }: Changing): Promise<void> {
  const member = (await listMembers(installation.database, accountId)).find(({ id }) => id === userId);
  const given = wanted.role ?? member?.role;
  const isDisabled = wanted.isDisabled ?? member?.isDisabled;
  if (given === undefined || isDisabled === undefined)
    throw new UsageError(`${name} does not belong to account ${accountId}`);
  const changed = await changeRole(
    installation,
    { userId, accountId, role: given, isDisabled },
    (transaction, before) =>
      auditedByCommand(installation, {
        accountId,
        action: 'user.changed',
        object: `user ${userId}`,
        detail: { role: given, isDisabled, 'role before': before.role, 'isDisabled before': before.isDisabled },
      })(transaction),
  );
  if (!changed.ok) throw new UsageError(`${name} is the last administrator of account ${accountId}`);
}

async function setDisabled(args: readonly string[], isDisabled: boolean): Promise<number> {
  const isEverywhere = args.includes('--everywhere');
  const { values, positionals } = parseCommandLine(
    args,
    { everywhere: json, json },
    isEverywhere ? ['NAME'] : ['ACCOUNT', 'NAME'],
  );
  const name = positionals.at(-1)!;
  return withInstallation(async (installation) => {
    const user = await userNamed(installation, name);
    if (isEverywhere) await disableEverywhere(installation, user, isDisabled);
    else {
      const accountId = await accountOf(installation, positionals[0]!);
      await change(installation, { accountId, userId: user.id, name, isDisabled });
    }
    print(values.json, { name, isDisabled }, [`${name} is ${isDisabled ? 'disabled' : 'enabled'}`]);
    return 0;
  });
}

async function disableEverywhere(installation: Installation, user: User, isDisabled: boolean): Promise<void> {
  await installation.database.transaction().execute(async (transaction) => {
    await setUserState(transaction, user.id, isDisabled ? 'disabled' : 'active');
    if (isDisabled) await endSessionsOf(transaction, user.id, { now: new Date() });
  });
  const action = isDisabled ? 'user.disabled-everywhere' : 'user.enabled-everywhere';
  await tellLogs(installation, user, action);
}

async function reset(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseCommandLine(args, { json }, ['NAME']);
  const name = positionals[0]!;
  return withInstallation(async (installation) => {
    const user = await userNamed(installation, name);
    const signUp = await resetUser(inviteParts(installation), { userId: user.id, now: new Date() }, async () => {});
    await tellLogs(installation, user, 'user.reset');
    printLink(values.json, name, { userId: user.id, signUp }, await publicUrl());
    return 0;
  });
}

/** No transaction spans two accounts: each log gets its own. */
async function tellLogs(installation: Installation, user: User, action: string): Promise<void> {
  for (const accountId of logsOf(user))
    await installation.database
      .transaction()
      .execute(auditedByCommand(installation, { accountId, action, object: `user ${user.id}` }));
}

/** What a start says of the panel; while nobody can come in, how somebody does. */
export async function firstUserHint(
  { database }: Pick<Installation, 'database'>,
  publicUrl: string,
): Promise<readonly string[]> {
  if (await hasUsers(database)) return [];
  const [account] = await listAccounts(database);
  return [
    '',
    `  Nobody comes into the panel (${publicUrl}/panel) yet. Ask somebody in:`,
    '',
    `  cotejo user create ${account?.id ?? 'ACCOUNT'} you@example.com`,
  ];
}
