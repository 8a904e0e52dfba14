import type { FastifyPluginCallback } from 'fastify';
import type { Account } from '../access/account.ts';
import type { OpenSession } from '../access/panel-session.store.ts';
import type { Passkey } from '../access/credential.store.ts';
import type { Asked, PasskeyAnswer, PasswordAnswer, SignUpOpened, WayRefusal } from '../access/own-ways.store.ts';
import { LEAST_PASSWORD_CHARACTERS } from '../access/password-rule.ts';
import type { PasskeyGround } from '../access/passkey.client.ts';
import { permissionsOf } from '../access/roles.ts';
import type { BegunSession, PasskeyAttempt, PasswordAttempt, SignInRefusal } from '../access/sign-in.store.ts';
import type { SingleSignOnRefusal } from '../access/single-sign-on.client.ts';
import type { SingleSignOnAttempt } from '../access/single-sign-on.store.ts';
import { type SignedIn, type User, type UserId, type UserLanguage, installationPermissions } from '../access/user.ts';
import { type Result, ok } from '../kernel/result.ts';
import { type Guard, type PanelCall, panelProblem, panelRoutes } from './guard.route.ts';
import { relyingPartyOf } from './passkey-ground.ts';
import type { PanelProblem } from './problems.schema.ts';
import { endedCookie, sessionCookie, sessionTokenOf } from './session-cookie.ts';
import type { MeAnswer, SessionAnswer, SignUpAnswer, SignedInAnswer } from './session-protocol.schema.ts';
import { sessionTable } from './session-table.ts';

type Proof = { readonly password: string; readonly code: string; readonly addressKey: string; readonly now: Date };

/** What the access room does for this one. */
export type Entrance = {
  readonly idleMinutes: number;
  readonly signInByPassword: (attempt: PasswordAttempt) => Promise<Result<BegunSession, SignInRefusal>>;
  readonly passkeyOptions: (ground: PasskeyGround, now: Date) => Promise<Asked>;
  readonly signInByPasskey: (attempt: PasskeyAttempt) => Promise<Result<BegunSession, SignInRefusal>>;
  /** null: there is no provider to sign in by. */
  readonly singleSignOn: {
    readonly label: string;
    readonly begin: (wish: {
      readonly returnTo: string;
      readonly now: Date;
    }) => Promise<Result<{ readonly url: string; readonly state: string }, SingleSignOnRefusal>>;
    readonly signIn: (attempt: SingleSignOnAttempt) => Promise<Result<BegunSession, SignInRefusal>>;
  } | null;
  readonly endSession: (token: string, now: Date) => Promise<void>;
  readonly openSignUp: (asked: {
    readonly token: string;
    readonly ground: PasskeyGround | null;
    readonly now: Date;
  }) => Promise<Result<SignUpOpened, WayRefusal>>;
  readonly signUpByPasskey: (token: string, answer: PasskeyAnswer) => Promise<Result<BegunSession, WayRefusal>>;
  readonly signUpByPassword: (
    token: string,
    answer: PasswordAnswer,
  ) => Promise<Result<BegunSession & { readonly recoveryCodes: readonly string[] }, WayRefusal>>;
  readonly waysOf: (userId: UserId) => Promise<{ readonly hasPassword: boolean; readonly recoveryCodesLeft: number }>;
  readonly listPasskeys: (userId: UserId) => Promise<readonly Passkey[]>;
  readonly listSessions: (userId: UserId, now: Date) => Promise<readonly OpenSession[]>;
  readonly setLanguage: (userId: UserId, language: UserLanguage) => Promise<void>;
  readonly askForPasskey: (asked: {
    readonly user: User;
    readonly ground: PasskeyGround;
    readonly now: Date;
  }) => Promise<Asked>;
  readonly addOwnPasskey: (signedIn: SignedIn, answer: PasskeyAnswer) => Promise<Result<null, WayRefusal>>;
  readonly removeOwnPasskey: (
    signedIn: SignedIn,
    which: { readonly credentialId: string; readonly now: Date },
  ) => Promise<Result<null, WayRefusal>>;
  readonly changeOwnPassword: (
    signedIn: SignedIn,
    change: Proof & { readonly newPassword: string },
  ) => Promise<Result<null, WayRefusal>>;
  readonly renewOwnRecoveryCodes: (signedIn: SignedIn, proof: Proof) => Promise<Result<readonly string[], WayRefusal>>;
  readonly endOtherSessions: (signedIn: SignedIn, now: Date) => Promise<void>;
};

/** What a passkey is called that comes with a sign-up: there is one only. */
const FIRST_PASSKEY = '1';

export const sessionRoutes = (guard: Guard, entrance: Entrance): FastifyPluginCallback =>
  panelRoutes(guard, sessionTable, {
    async session({ signedIn, ...call }) {
      const answer: SessionAnswer = {
        signedIn: signedIn === null ? null : await signedInAnswerOf(guard, entrance, signedIn),
        ways: { passkey: groundOf(call) !== null, password: true, singleSignOn: labelOf(entrance) },
      };
      return ok(answer);
    },
    async signInByPassword(call) {
      const { addressKey } = call.client;
      const begun = await entrance.signInByPassword({ ...call.body, addressKey, now: call.now });
      if (!begun.ok) return signInProblem(begun.refusal);
      setCookie(call, begun.value);
      return ok(await signedInAnswerOf(guard, entrance, begun.value.signedIn));
    },
    async passkeyOptions(call) {
      const ground = groundOf(call);
      return ground === null ? panelProblem('not-found') : ok(await entrance.passkeyOptions(ground, call.now));
    },
    async signInByPasskey(call) {
      const ground = groundOf(call);
      if (ground === null) return panelProblem('not-recognised');
      const { addressKey } = call.client;
      const begun = await entrance.signInByPasskey({ ...call.body, ground, addressKey, now: call.now });
      if (!begun.ok) return signInProblem(begun.refusal);
      setCookie(call, begun.value);
      return ok(await signedInAnswerOf(guard, entrance, begun.value.signedIn));
    },
    async beginSingleSignOn({ origin, now }) {
      if (entrance.singleSignOn === null || origin === null) return panelProblem('not-found');
      const begun = await entrance.singleSignOn.begin({ returnTo: `${origin}/panel/sign-in/return`, now });
      return begun.ok ? begun : panelProblem('unavailable', { retryAfterSeconds: 10 });
    },
    async signInBySingleSignOn(call) {
      if (entrance.singleSignOn === null) return panelProblem('not-found');
      const begun = await entrance.singleSignOn.signIn({ ...call.body, now: call.now });
      if (!begun.ok) return signInProblem(begun.refusal);
      setCookie(call, begun.value);
      return ok(await signedInAnswerOf(guard, entrance, begun.value.signedIn));
    },
    async signOut({ request, reply, ground, now }) {
      const token = sessionTokenOf(request.headers.cookie, ground);
      if (token !== null) await entrance.endSession(token, now);
      void reply.header('set-cookie', endedCookie(ground));
      return ok({});
    },
    async signUp(call) {
      const opened = await entrance.openSignUp({ token: call.body.token, ground: groundOf(call), now: call.now });
      if (!opened.ok) return wayProblem(opened.refusal);
      const { user, passkey, authenticator } = opened.value;
      const answer: SignUpAnswer = {
        name: user.name,
        language: user.language,
        passkey,
        authenticator,
        leastPasswordCharacters: LEAST_PASSWORD_CHARACTERS,
      };
      return ok(answer);
    },
    async signUpByPasskey(call) {
      const ground = groundOf(call);
      if (ground === null) return panelProblem('not-recognised');
      const { token, state, response } = call.body;
      const answer = { state, response, ground, label: FIRST_PASSKEY, now: call.now };
      const begun = await entrance.signUpByPasskey(token, answer);
      if (!begun.ok) return wayProblem(begun.refusal);
      setCookie(call, begun.value);
      return ok({ recoveryCodes: [] });
    },
    async signUpByPassword(call) {
      const { token, password, state, code } = call.body;
      const begun = await entrance.signUpByPassword(token, { password, state, code, now: call.now });
      if (!begun.ok) return wayProblem(begun.refusal);
      setCookie(call, begun.value);
      return ok({ recoveryCodes: begun.value.recoveryCodes });
    },
    me: async ({ signedIn, now }) => ok(await meAnswerOf(entrance, signedIn, now)),
    async changeLanguage({ signedIn, body, now }) {
      await entrance.setLanguage(signedIn.user.id, body.language);
      return ok(await meAnswerOf(entrance, signedIn, now));
    },
    async newPasskeyOptions(call) {
      const ground = groundOf(call);
      if (ground === null) return panelProblem('not-found');
      return ok(await entrance.askForPasskey({ user: call.signedIn.user, ground, now: call.now }));
    },
    async addPasskey(call) {
      const ground = groundOf(call);
      if (ground === null) return panelProblem('not-recognised');
      const added = await entrance.addOwnPasskey(call.signedIn, { ...call.body, ground, now: call.now });
      return added.ok ? ok(await meAnswerOf(entrance, call.signedIn, call.now)) : wayProblem(added.refusal);
    },
    async removePasskey({ signedIn, params, now }) {
      const removed = await entrance.removeOwnPasskey(signedIn, { credentialId: params['id']!, now });
      return removed.ok ? ok(await meAnswerOf(entrance, signedIn, now)) : wayProblem(removed.refusal);
    },
    async changePassword({ signedIn, body, client, now }) {
      const changed = await entrance.changeOwnPassword(signedIn, { ...body, addressKey: client.addressKey, now });
      return changed.ok ? ok(await meAnswerOf(entrance, signedIn, now)) : wayProblem(changed.refusal);
    },
    async renewRecoveryCodes({ signedIn, body, client, now }) {
      const renewed = await entrance.renewOwnRecoveryCodes(signedIn, { ...body, addressKey: client.addressKey, now });
      return renewed.ok ? ok({ recoveryCodes: renewed.value }) : wayProblem(renewed.refusal);
    },
    async endOtherSessions({ signedIn, now }) {
      await entrance.endOtherSessions(signedIn, now);
      return ok(await meAnswerOf(entrance, signedIn, now));
    },
  });

const labelOf = ({ singleSignOn }: Entrance): { readonly label: string } | null =>
  singleSignOn === null ? null : { label: singleSignOn.label };

const groundOf = ({ origin }: Pick<PanelCall, 'origin'>): PasskeyGround | null => {
  const relyingPartyId = origin === null ? null : relyingPartyOf(origin);
  return origin === null || relyingPartyId === null ? null : { origin, relyingPartyId };
};

const setCookie = ({ reply, ground }: Pick<PanelCall, 'reply' | 'ground'>, { token }: BegunSession): void =>
  void reply.header('set-cookie', sessionCookie(token, ground));

function signInProblem(refusal: SignInRefusal): { readonly ok: false; readonly refusal: PanelProblem } {
  if (refusal.kind === 'too-often') return panelProblem('too-often', { retryAfterSeconds: refusal.retryAfterSeconds });
  return refusal.kind === 'busy' ? panelProblem('busy', { retryAfterSeconds: 2 }) : panelProblem(refusal.kind);
}

function wayProblem(refusal: WayRefusal): { readonly ok: false; readonly refusal: PanelProblem } {
  switch (refusal.kind) {
    case 'password':
      return panelProblem('value-refused', { at: 'password', why: refusal.why });
    case 'last-way':
      return panelProblem('conflict', { why: 'last-way' });
    case 'unknown':
      return panelProblem('not-found');
    case 'busy':
      return panelProblem('busy', { retryAfterSeconds: 2 });
    case 'link-unknown':
    case 'not-recognised':
      return panelProblem(refusal.kind);
  }
}

async function signedInAnswerOf(
  { findAccount }: Pick<Guard, 'findAccount'>,
  { idleMinutes }: Pick<Entrance, 'idleMinutes'>,
  { user, by, signedInAt, endsAt }: SignedIn,
): Promise<SignedInAnswer> {
  const accounts = await Promise.all(
    user.memberships.map(async ({ accountId, role }) => ({ role, account: await findAccount(accountId) })),
  );
  return {
    user: { id: user.id, name: user.name, language: user.language, isInstaller: user.isInstaller },
    accounts: accounts
      .filter((each): each is typeof each & { account: Account } => each.account !== null)
      .map(({ role, account }) => ({
        account: String(account.id),
        name: account.name,
        role,
        permissions: [...permissionsOf[role]],
      })),
    installation: [...installationPermissions(user)],
    by,
    signedInAt: signedInAt.toISOString(),
    endsAt: endsAt.toISOString(),
    idleMinutes,
  };
}

async function meAnswerOf(entrance: Entrance, { user, sessionDigest }: SignedIn, now: Date): Promise<MeAnswer> {
  const [{ hasPassword, recoveryCodesLeft }, passkeys, sessions] = await Promise.all([
    entrance.waysOf(user.id),
    entrance.listPasskeys(user.id),
    entrance.listSessions(user.id, now),
  ]);
  return {
    hasPassword,
    recoveryCodesLeft,
    passkeys: passkeys.map(({ credentialId, label, createdAt, lastUsedAt }) => ({
      id: credentialId,
      label,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })),
    sessions: sessions.map((each) => ({
      isThis: Buffer.from(each.tokenDigest).equals(sessionDigest),
      by: each.by,
      signedInAt: each.signedInAt.toISOString(),
      lastSeenAt: each.lastSeenAt.toISOString(),
    })),
  };
}
