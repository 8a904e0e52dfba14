import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Transaction } from 'kysely';
import { auditOver, headOf, listAudit, readAudit } from '../access/audit.store.ts';
import { AttemptWindow } from '../access/attempt-window.ts';
import {
  changeAccount,
  findAccount,
  holdAccount,
  listAccounts,
  listTokens,
  rotateToken,
} from '../access/account.store.ts';
import { headLine } from '../access/audit-chain.ts';
import type { Blocks } from '../access/doors.ts';
import { changeRole, inviteToAccount, resetUser } from '../access/invite.store.ts';
import { findUser, listPasskeys, waysOf } from '../access/credential.store.ts';
import {
  addOwnPasskey,
  askForPasskey,
  changeOwnPassword,
  openSignUp,
  removeOwnPasskey,
  renewOwnRecoveryCodes,
  signUpByPasskey,
  signUpByPassword,
} from '../access/own-ways.store.ts';
import { IDLE_MINUTES, endSession, endSessionsOf, findSession, listSessions } from '../access/panel-session.store.ts';
import { openPasswords } from '../access/password.client.ts';
import { drawInteger, newApiToken, newToken, sha256 } from '../access/secrets.client.ts';
import {
  type EntranceParts,
  passkeyOptions,
  signInByPasskey,
  signInByPassword,
  wrongCodesRule,
} from '../access/sign-in.store.ts';
import { type SingleSignOnSettings, openSingleSignOn } from '../access/single-sign-on.client.ts';
import { beginSingleSignOn, signInBySingleSignOn } from '../access/single-sign-on.store.ts';
import { throttleOver } from '../access/throttle.store.ts';
import { throttleInMemory } from '../access/throttle.ts';
import { isInOtherAccounts, listMembers, namesOf, setLanguage } from '../access/user.store.ts';
import { textsOf } from '../contract/texts.ts';
import { readImageHeader } from '../engine/runtime/image-header.ts';
import type { Clock } from '../kernel/instant.ts';
import { type AccountDesk, accountRoutes } from '../panel/account.route.ts';
import type { Guard, PanelClient } from '../panel/guard.route.ts';
import { type Entrance, sessionRoutes } from '../panel/session.route.ts';
import { walledDatabase } from '../storage/account-wall.client.ts';
import { isUnreachable } from '../storage/database.client.ts';
import { newAccount } from './account.ts';
import type { Installation } from './installation.ts';
import { inviteParts, signUpLink } from './user.ts';

export type PanelGround = {
  readonly installation: Pick<Installation, 'database' | 'secrets'>;
  readonly clock: Clock;
  readonly publicUrl: string | null;
  readonly isProduction: boolean;
  readonly singleSignOn: SingleSignOnSettings | null;
  /** The one of the companies' own calls, whose blocks are shown and lifted. */
  readonly throttle: Blocks<Transaction<unknown>>;
  readonly clientOf: (request: FastifyRequest) => PanelClient;
};

/** What every route of the panel is registered with. */
export const openGuard = ({ installation, clock, publicUrl, isProduction, clientOf }: PanelGround): Guard => ({
  database: installation.database,
  clock,
  publicOrigin: publicUrl === null ? null : new URL(publicUrl).origin,
  isProduction,
  clientOf,
  findSignedIn: (token, now) => findSession(installation.database, sha256(token), now),
  findAccount: (accountId) => findAccount(installation.database, accountId),
  audit: auditOver({ sha256, sealHead: installation.secrets.auditSeal }),
  isUnreachable,
});

/** Registers the routes by which people come into the panel. */
export async function addPanel(server: FastifyInstance, ground: PanelGround): Promise<Guard> {
  const guard = openGuard(ground);
  await server.register(sessionRoutes(guard, entranceOf(ground, guard)));
  await server.register(accountRoutes(guard, accountDeskOf(ground)));
  return guard;
}

function entranceOf(
  { installation: { database, secrets }, clock, singleSignOn }: PanelGround,
  { audit }: Guard,
): Entrance {
  const { most, withinSeconds, blockedForSeconds } = wrongCodesRule;
  const parts: EntranceParts = {
    database,
    passwords: openPasswords(),
    throttle: throttleOver({ database, clock, local: throttleInMemory(clock), sha256, names: 'panel' }),
    wrongCodes: new AttemptWindow(most, withinSeconds, blockedForSeconds),
    sha256,
    seal: secrets.seal,
    unseal: secrets.unseal,
    codeHmac: secrets.codeHmac,
    newToken,
    draw: drawInteger,
    audit,
  };
  const provider = singleSignOn === null ? null : openSingleSignOn(singleSignOn);
  return {
    idleMinutes: IDLE_MINUTES,
    singleSignOn:
      provider === null
        ? null
        : {
            label: provider.label,
            begin: (wish) => beginSingleSignOn(parts, provider, wish),
            signIn: (attempt) => signInBySingleSignOn(parts, provider, attempt),
          },
    signInByPassword: (attempt) => signInByPassword(parts, attempt),
    passkeyOptions: (at, now) => passkeyOptions(parts, at, now),
    signInByPasskey: (attempt) => signInByPasskey(parts, attempt),
    endSession: (token, now) => endSession(database, sha256(token), now),
    openSignUp: (asked) => openSignUp(parts, asked),
    signUpByPasskey: (token, answer) => signUpByPasskey(parts, token, answer),
    signUpByPassword: (token, answer) => signUpByPassword(parts, token, answer),
    waysOf: (userId) => waysOf(database, userId),
    listPasskeys: (userId) => listPasskeys(database, userId),
    listSessions: (userId, now) => listSessions(database, userId, now),
    setLanguage: (userId, language) => setLanguage(database, userId, language),
    askForPasskey: (asked) => askForPasskey(parts, asked),
    addOwnPasskey: (signedIn, answer) => addOwnPasskey(parts, signedIn, answer),
    removeOwnPasskey: (signedIn, which) => removeOwnPasskey(parts, signedIn, which),
    changeOwnPassword: (signedIn, change) => changeOwnPassword(parts, signedIn, change),
    renewOwnRecoveryCodes: (signedIn, proof) => renewOwnRecoveryCodes(parts, signedIn, proof),
    endOtherSessions: async ({ user, sessionDigest }, now) =>
      void (await endSessionsOf(database, user.id, { now, except: sessionDigest })),
  };
}

function accountDeskOf({ installation, throttle, publicUrl }: PanelGround): AccountDesk {
  const { database, secrets } = installation;
  const auditParts = { sha256, sealHead: secrets.auditSeal };
  const inviting = inviteParts(installation);
  return {
    pictureOf(bytes) {
      const header = readImageHeader(bytes);
      return header.kind === 'image' ? header.format : null;
    },
    listMembers: (accountId) => listMembers(database, accountId),
    invite: (invitation, alongside) => inviteToAccount(inviting, invitation, alongside),
    changeRole: (change, alongside) => changeRole(inviting, change, alongside),
    findUser: (userId) => findUser(database, userId),
    isInOtherAccounts: (userId, accountId) => isInOtherAccounts(database, userId, accountId),
    resetUser: (who, alongside) => resetUser(inviting, who, alongside),
    signUpLink: (token, origin) => signUpLink(publicUrl ?? origin, token),
    holdAccount,
    changeAccount,
    listAccounts: () => listAccounts(database),
    createAccount: ({ name, mode }) => newAccount(installation, { name, mode, state: 'validated', hundredths: 0 }),
    usualTemplateOf: (language) => textsOf[language].invitation,
    listTokens: (accountId, now) => listTokens(walledDatabase(database, accountId), accountId, now),
    async rotateToken(accountId, overlap, alongside) {
      const apiToken = newApiToken();
      await rotateToken(database, accountId, { ...overlap, tokenHmac: secrets.tokenHmac(apiToken) }, alongside);
      return apiToken;
    },
    blocks: throttle,
    listAudit: (log, page) => listAudit(walledDatabase(database, log), log, page),
    namesOf: (ids) => namesOf(database, ids),
    auditHead: (log) => headOf(walledDatabase(database, log), auditParts, log),
    readAudit: (log, last) => readAudit(walledDatabase(database, log), log, last),
    signHead: (log, head) => secrets.auditSignature(headLine(log, head)),
  };
}
