import { Readable } from 'node:stream';
import type { FastifyPluginCallback, FastifyReply } from 'fastify';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import { type Account, type AccountSettings, type AccountState, apiUserOf } from '../access/account.ts';
import type { TokenInUse } from '../access/account.store.ts';
import { type AuditHead, type ChainedEntry, exportEnd, exportLine, logName } from '../access/audit-chain.ts';
import { type AuditLog, INSTALLATION_LOG } from '../access/audit.ts';
import type { Blocks } from '../access/doors.ts';
import type { InviteRefusal, Invitation, Invited, RoleChange } from '../access/invite.store.ts';
import type { AccountRole } from '../access/roles.ts';
import type { Member } from '../access/user.store.ts';
import type { User, UserId } from '../access/user.ts';
import { retentionProfiles } from '../evidence/retention.ts';
import type { AccountId } from '../kernel/id.ts';
import { MS_PER_HOUR, later } from '../kernel/instant.ts';
import { type Result, ok } from '../kernel/result.ts';
import { accountTable } from './account-table.ts';
import { type Act, type Guard, answered, panelProblem, panelRoutes } from './guard.route.ts';
import type { PanelProblem } from './problems.schema.ts';
import type { AuditAnswer, UsersAnswer, auditQuery } from './session-protocol.schema.ts';
import { type SettingTools, checkSettings, toldOf } from './settings-rules.ts';
import type { SettingsAnswer } from './settings.schema.ts';

type Alongside<Value extends readonly unknown[] = []> = (
  transaction: Transaction<unknown>,
  ...value: Value
) => Promise<void>;

/** What the access room does for this one. */
export type AccountDesk = SettingTools & {
  readonly listMembers: (accountId: AccountId) => Promise<readonly Member[]>;
  readonly invite: (invitation: Invitation, alongside: Alongside<[UserId]>) => Promise<Result<Invited, InviteRefusal>>;
  readonly changeRole: (
    change: RoleChange,
    alongside: Alongside<[{ readonly role: AccountRole; readonly isDisabled: boolean }]>,
  ) => Promise<Result<null, { readonly kind: 'unknown' | 'last-administrator' }>>;
  readonly findUser: (userId: UserId) => Promise<User | null>;
  readonly isInOtherAccounts: (userId: UserId, accountId: AccountId) => Promise<boolean>;
  readonly resetUser: (
    who: { readonly userId: UserId; readonly now: Date },
    alongside: Alongside,
  ) => Promise<{ readonly token: string; readonly expiresAt: Date }>;
  readonly signUpLink: (token: string, origin: string) => string;
  readonly holdAccount: (transaction: Transaction<unknown>, accountId: AccountId) => Promise<Account | null>;
  readonly changeAccount: (
    transaction: Transaction<unknown>,
    accountId: AccountId,
    changes: { readonly state?: AccountState; readonly settings?: Partial<AccountSettings> },
  ) => Promise<Account | null>;
  readonly listAccounts: () => Promise<readonly Account[]>;
  readonly createAccount: (wish: {
    readonly name: string;
    readonly mode: AccountSettings['mode'];
  }) => Promise<{ readonly account: string; readonly apiUser: string; readonly apiToken: string }>;
  readonly usualTemplateOf: (language: AccountSettings['language']) => string;
  readonly listTokens: (accountId: AccountId, now: Date) => Promise<readonly TokenInUse[]>;
  /** Adds a token and tells it. */
  readonly rotateToken: (
    accountId: AccountId,
    overlap: { readonly now: Date; readonly overlapEndsAt: Date },
    alongside: Alongside,
  ) => Promise<string>;
  readonly blocks: Blocks<Transaction<unknown>>;
  readonly listAudit: (
    log: AuditLog,
    page: { readonly before: number | null; readonly action: string | null; readonly limit: number },
  ) => Promise<readonly ChainedEntry[]>;
  readonly namesOf: (ids: readonly UserId[]) => Promise<ReadonlyMap<UserId, string>>;
  readonly auditHead: (log: AuditLog) => Promise<AuditHead>;
  readonly readAudit: (log: AuditLog, last: number) => AsyncIterable<ChainedEntry>;
  readonly signHead: (log: AuditLog, head: AuditHead) => Uint8Array;
};

const AUDIT_PAGE = 50;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const userIdOf = (text: string | undefined): UserId | null =>
  text !== undefined && UUID.test(text) ? (text as UserId) : null;

export const accountRoutes = (guard: Guard, desk: AccountDesk): FastifyPluginCallback =>
  panelRoutes(guard, accountTable, {
    users: async ({ account }) => ok(await usersAnswerOf(desk, account.id)),
    async inviteUser({ account, body, now, audit, origin }) {
      const invited = await desk.invite({ ...body, accountId: account.id, now }, (transaction, userId) =>
        audit(transaction, { action: 'user.invited', object: `user ${userId}`, detail: { role: body.role } }),
      );
      if (!invited.ok) return inviteProblem(invited.refusal);
      const { signUp } = invited.value;
      if (signUp === null) return ok({ link: null, expiresAt: null });
      return ok(linkAnswer(desk, signUp, origin));
    },
    async changeUser({ account, params, body, audit }) {
      const userId = userIdOf(params['id']);
      if (userId === null) return panelProblem('not-found');
      const changed = await desk.changeRole({ userId, accountId: account.id, ...body }, (transaction, before) =>
        audit(transaction, {
          action: 'user.changed',
          object: `user ${userId}`,
          detail: { ...body, 'role before': before.role, 'isDisabled before': before.isDisabled },
        }),
      );
      if (changed.ok) return ok(await usersAnswerOf(desk, account.id));
      if (changed.refusal.kind === 'unknown') return panelProblem('not-found');
      return panelProblem('conflict', { why: changed.refusal.kind });
    },
    async resetUser({ account, params, now, audit, origin }) {
      const userId = userIdOf(params['id']);
      const isMember = userId !== null && (await desk.listMembers(account.id)).some(({ id }) => id === userId);
      if (userId === null || !isMember) return panelProblem('not-found');
      // Whoever holds the link becomes that person: in one's own account, never in somebody else's.
      const user = await desk.findUser(userId);
      if (user === null || user.isInstaller || (await desk.isInOtherAccounts(userId, account.id)))
        return panelProblem('conflict', { why: 'other-accounts' });
      const signUp = await desk.resetUser({ userId, now }, (transaction) =>
        audit(transaction, { action: 'user.reset', object: `user ${userId}` }),
      );
      return ok(linkAnswer(desk, signUp, origin));
    },

    settings: async ({ account }) => ok(settingsAnswerOf(desk, account)),
    async changeSettings({ account, body, audit }) {
      return change(guard, desk, account.id, {
        decide(held) {
          const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
          const checked = checkSettings(given, held, desk);
          return checked.ok ? ok({ settings: checked.value }) : panelProblem('value-refused', checked.refusal);
        },
        audit: (transaction, detail) => audit(transaction, { action: 'account.changed', detail }),
      });
    },
    async changeTerms({ account, body, audit }) {
      const { state, ...terms } = body;
      const settings = Object.fromEntries(Object.entries(terms).filter(([, value]) => value !== undefined));
      return change(guard, desk, account.id, {
        decide: () => ok(state === undefined ? { settings } : { state, settings }),
        audit: (transaction, detail) => audit(transaction, { action: 'account.terms-changed', detail }),
      });
    },

    tokens: async ({ account, now }) =>
      ok({
        apiUser: apiUserOf(account.id),
        tokens: (await desk.listTokens(account.id, now)).map(({ number, createdAt, validUntil }) => ({
          number,
          createdAt: createdAt.toISOString(),
          validUntil: validUntil?.toISOString() ?? null,
        })),
      }),
    async rotateToken({ account, body: { overlapHours }, now, audit }) {
      const overlapEndsAt = later(now, overlapHours * MS_PER_HOUR);
      const apiToken = await desk.rotateToken(account.id, { now, overlapEndsAt }, (transaction) =>
        audit(transaction, { action: 'token.rotated', detail: { overlapHours } }),
      );
      return ok({ apiUser: apiUserOf(account.id), apiToken, previousValidUntil: overlapEndsAt.toISOString() });
    },

    blocked: async ({ account }) => ok(await blockedAnswerOf(desk, account.id)),
    async unblock({ account, body: { address }, audit }) {
      const isLifted = await desk.blocks.unblock(address, apiUserOf(account.id), (transaction) =>
        audit(transaction, { action: 'blocked.lifted', object: `address ${address}` }),
      );
      return isLifted ? ok(await blockedAnswerOf(desk, account.id)) : panelProblem('not-found');
    },

    audit: async ({ account, query }) => ok(await auditPage(desk, account.id, query)),
    exportAudit: ({ account, audit, reply }) =>
      sendLog(guard, desk, { log: account.id, reply, tell: (transaction, act) => audit(transaction, act) }),
    installationAudit: async ({ query }) => ok(await auditPage(desk, INSTALLATION_LOG, query)),
    exportInstallationAudit: ({ audit, reply }) =>
      sendLog(guard, desk, {
        log: INSTALLATION_LOG,
        reply,
        tell: (transaction, act) => audit(transaction, INSTALLATION_LOG, act),
      }),

    accounts: async () =>
      ok({
        accounts: (await desk.listAccounts()).map(({ id, name, state, settings: { mode } }) => ({
          account: String(id),
          name,
          state,
          mode,
        })),
      }),
    async createAccount({ body, audit }) {
      const created = await desk.createAccount(body);
      const accountId = Number(created.account) as AccountId;
      await guard.database
        .transaction()
        .execute((transaction) => audit(transaction, accountId, { action: 'account.created', detail: { ...body } }));
      await guard.database
        .transaction()
        .execute((transaction) =>
          audit(transaction, INSTALLATION_LOG, { action: 'account.created', object: `account ${accountId}` }),
        );
      return ok(created);
    },
  });

/** Changes an account as it is at that moment, and writes down what changed; nothing, where nothing does. */
async function change(
  { database }: Guard,
  desk: AccountDesk,
  accountId: AccountId,
  {
    decide,
    audit,
  }: {
    readonly decide: (
      held: Account,
    ) => Result<{ readonly state?: AccountState; readonly settings: Partial<AccountSettings> }, PanelProblem>;
    readonly audit: (transaction: Transaction<unknown>, detail: Readonly<Record<string, string>>) => Promise<void>;
  },
): Promise<Result<SettingsAnswer, PanelProblem>> {
  return database.transaction().execute(async (transaction) => {
    const held = await desk.holdAccount(transaction, accountId);
    if (held === null) return panelProblem('not-found');
    const decided = decide(held);
    if (!decided.ok) return decided;
    const changed = (await desk.changeAccount(transaction, accountId, decided.value))!;
    const detail = toldOf({ ...held.settings, state: held.state }, { ...changed.settings, state: changed.state });
    if (Object.keys(detail).length > 0) await audit(transaction, detail);
    return ok(settingsAnswerOf(desk, changed));
  });
}

async function auditPage(desk: AccountDesk, log: AuditLog, query: z.infer<typeof auditQuery>): Promise<AuditAnswer> {
  const page = { before: query.before ?? null, action: query.action ?? null, limit: AUDIT_PAGE };
  const entries = await desk.listAudit(log, page);
  const ids = entries.flatMap(({ who }) => (who.kind === 'user' ? [who.userId] : []));
  return auditAnswerOf(entries, await desk.namesOf([...new Set(ids)]));
}

type Sending = {
  readonly log: AuditLog;
  readonly reply: FastifyReply;
  readonly tell: (transaction: Transaction<unknown>, act: Act) => Promise<void>;
};

/** Sends a log as a download. Its last entry is the export's own: who took the log away is in it. */
async function sendLog(
  { database }: Guard,
  desk: AccountDesk,
  { log, reply, tell }: Sending,
): Promise<typeof answered> {
  await database.transaction().execute((transaction) => tell(transaction, { action: 'audit.exported' }));
  const head = await desk.auditHead(log);
  void reply
    .type('application/x-ndjson; charset=utf-8')
    .header('content-disposition', `attachment; filename="audit-${logName(log)}-${head.number}.ndjson"`)
    .send(Readable.from(exportLines(desk, log, head)));
  return answered;
}

async function* exportLines(desk: AccountDesk, log: AuditLog, head: AuditHead): AsyncGenerator<string, void> {
  for await (const entry of desk.readAudit(log, head.number)) yield `${exportLine(entry)}\n`;
  yield `${exportEnd(log, head, desk.signHead(log, head))}\n`;
}

function inviteProblem({ kind }: InviteRefusal): { readonly ok: false; readonly refusal: PanelProblem } {
  return kind === 'name-refused'
    ? panelProblem('value-refused', { at: 'name', why: kind })
    : panelProblem('conflict', { why: kind });
}

const linkAnswer = (
  { signUpLink }: AccountDesk,
  { token, expiresAt }: { readonly token: string; readonly expiresAt: Date },
  origin: string | null,
) => ({ link: signUpLink(token, origin ?? ''), expiresAt: expiresAt.toISOString() });

async function usersAnswerOf({ listMembers }: AccountDesk, accountId: AccountId): Promise<UsersAnswer> {
  const members = await listMembers(accountId);
  return {
    users: members.map(({ id, name, role, isDisabled, isSignedUp, lastSignedInAt }) => ({
      id,
      name,
      role,
      isDisabled,
      state: isSignedUp ? 'active' : 'invited',
      lastSignedInAt: lastSignedInAt?.toISOString() ?? null,
    })),
  };
}

const blockedAnswerOf = async ({ blocks }: AccountDesk, accountId: AccountId) => ({
  blocked: (await blocks.blockedUnder(apiUserOf(accountId))).map(({ addressKey, seconds }) => ({
    address: addressKey,
    secondsLeft: seconds,
  })),
});

function settingsAnswerOf({ usualTemplateOf }: AccountDesk, { id, name, state, settings }: Account): SettingsAnswer {
  const { mode, functions, mayLink, requestHundredths, furtherSegmentHundredths, ...own } = settings;
  // `ownSettings` and `accountTerms` together name every setting there is: a test sees to it.
  return {
    account: String(id),
    name,
    settings: { ...own, senders: own.senders === null ? null : [...own.senders] },
    terms: { state, mode, functions: [...functions], mayLink, requestHundredths, furtherSegmentHundredths },
    usualTemplate: usualTemplateOf(settings.language),
    retentionProfiles: Object.entries(retentionProfiles).map(([profile, days]) => ({ name: profile, ...days })),
  };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const auditAnswerOf = (entries: readonly ChainedEntry[], names: ReadonlyMap<UserId, string>): AuditAnswer => ({
  entries: entries.map(({ number, at, who, action, object, detail, hash }) => ({
    number,
    at: at.toISOString(),
    who:
      who.kind === 'user'
        ? { kind: who.kind, id: who.userId, name: names.get(who.userId) ?? null }
        : { kind: who.kind, id: null, name: null },
    action,
    object,
    detail: Object.fromEntries(
      Object.entries(detail).map(([name, value]) => [
        name,
        typeof value === 'object' && value !== null ? [...value] : value,
      ]),
    ),
    hash: hex(hash),
  })),
  isEnd: entries.length < AUDIT_PAGE,
});
