import type { FastifyInstance, FastifyRequest } from 'fastify';
import { auditOver } from '../access/audit.store.ts';
import { AttemptWindow } from '../access/attempt-window.ts';
import { findAccount } from '../access/account.store.ts';
import { listPasskeys, waysOf } from '../access/credential.store.ts';
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
import { drawInteger, newToken, sha256 } from '../access/secrets.client.ts';
import {
  type EntranceParts,
  passkeyOptions,
  signInByPasskey,
  signInByPassword,
  wrongCodesRule,
} from '../access/sign-in.store.ts';
import { throttleInMemory } from '../access/throttle.ts';
import { setLanguage } from '../access/user.store.ts';
import type { Clock } from '../kernel/instant.ts';
import type { Guard, PanelClient } from '../panel/guard.route.ts';
import { type Entrance, sessionRoutes } from '../panel/session.route.ts';
import { isUnreachable } from '../storage/database.client.ts';
import type { Installation } from './installation.ts';

export type PanelGround = {
  readonly installation: Pick<Installation, 'database' | 'secrets'>;
  readonly clock: Clock;
  readonly publicUrl: string | null;
  readonly isProduction: boolean;
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
  return guard;
}

function entranceOf({ installation: { database, secrets }, clock }: PanelGround, { audit }: Guard): Entrance {
  const { most, withinSeconds, blockedForSeconds } = wrongCodesRule;
  const parts: EntranceParts = {
    database,
    passwords: openPasswords(),
    throttle: throttleInMemory(clock),
    wrongCodes: new AttemptWindow(most, withinSeconds, blockedForSeconds),
    sha256,
    seal: secrets.seal,
    unseal: secrets.unseal,
    codeHmac: secrets.codeHmac,
    newToken,
    draw: drawInteger,
    audit,
  };
  return {
    idleMinutes: IDLE_MINUTES,
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
