import type { Kysely, Transaction } from 'kysely';
import type { DrawInteger } from '../kernel/id.ts';
import { MS_PER_MINUTE, later } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { AttemptWindow } from './attempt-window.ts';
import type { Audit } from './audit.ts';
import {
  findPassword,
  findUser,
  listPasskeys,
  notePasskeyUse,
  spendRecoveryCode,
  spendState,
  spendTotpStep,
} from './credential.store.ts';
import type { Throttle } from './doors.ts';
import { beginSession } from './panel-session.store.ts';
import {
  type PasskeyGround,
  type WebAuthnOptions,
  type WebAuthnResponse,
  claimedUserOf,
  readSignIn,
  signInOptions,
} from './passkey.client.ts';
import type { Passwords } from './password.client.ts';
import { parseRecoveryCode } from './recovery-code.ts';
import { type StateSeal, openState, sealState } from './sealed-state.ts';
import { totpStepOf } from './totp.client.ts';
import { type SignInWay, type SignedIn, type User, type UserId, logsOf, parseUserName } from './user.ts';

/** What signing in and signing up are handed. */
export type EntranceParts = StateSeal & {
  readonly database: Kysely<unknown>;
  readonly passwords: Passwords;
  /** Of sign-ins alone: who hammers the panel goes on being heard as an API user, and the other way round. */
  readonly throttle: Throttle;
  /** Codes that were wrong although the password was right, by person: see [Note: Guessing codes]. */
  readonly wrongCodes: AttemptWindow;
  readonly sha256: (bytes: string | Uint8Array) => Uint8Array;
  readonly codeHmac: (code: string) => Uint8Array;
  /** 256 bits as text. */
  readonly newToken: () => string;
  readonly draw: DrawInteger;
  readonly audit: Audit<Transaction<unknown>>;
};

/**
 * [Note: Guessing codes]
 * Attempts are counted by address and name, never by name alone: nobody is locked out by strangers. A code has six digits only, and whoever
 * has somebody's password could guess it from ten thousand addresses; so wrong codes under the right password are counted by person. Only
 * somebody who has the password can lock that way; what is answered does not change by it, and passkeys go on working.
 */
export const wrongCodesRule = { most: 10, withinSeconds: 900, blockedForSeconds: 900 } as const;

export type SignInRefusal =
  | { readonly kind: 'not-recognised' }
  | { readonly kind: 'too-often'; readonly retryAfterSeconds: number }
  | { readonly kind: 'busy' };

export type BegunSession = { readonly signedIn: SignedIn; readonly token: string };

const notRecognised = refuse<SignInRefusal>({ kind: 'not-recognised' });

const NOBODY = '00000000-0000-0000-0000-000000000000' as UserId;
const NOBODYS_SECRET = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const NO_HMAC = new Uint8Array(32);

export type PasswordAttempt = {
  readonly name: string;
  readonly password: string;
  /** Six digits, or a recovery code. */
  readonly code: string;
  readonly addressKey: string;
  readonly now: Date;
};

/** Signs somebody in by name, password and code. Whichever is wrong, the answer and the work for it are the same. */
export async function signInByPassword(
  parts: EntranceParts,
  attempt: PasswordAttempt,
): Promise<Result<BegunSession, SignInRefusal>> {
  const { throttle } = parts;
  const key = parseUserName(attempt.name) ?? '';
  return inTurn(parts, attempt.addressKey, key, async () => {
    const proved = await prove(parts, key, attempt);
    if (!proved.ok) return proved;
    if (proved.value === null) {
      await throttle.failed(attempt.addressKey, key);
      return notRecognised;
    }
    await throttle.succeeded(attempt.addressKey, key);
    return ok(await begin(parts, proved.value.user, proved.value.by, attempt.now));
  });
}

/** Attempts of one address in one name go one after the other, so that those sent at once are counted as if they came so. */
async function inTurn<Value>(
  { throttle }: EntranceParts,
  addressKey: string,
  key: string,
  work: () => Promise<Result<Value, SignInRefusal>>,
): Promise<Result<Value, SignInRefusal>> {
  const blocked = (): ReturnType<typeof refuse<SignInRefusal>> | null => {
    const retryAfterSeconds = throttle.blockedForSeconds(addressKey, key);
    return retryAfterSeconds === null ? null : refuse({ kind: 'too-often', retryAfterSeconds });
  };
  const before = blocked();
  if (before !== null) return before;
  const end = await throttle.turn(addressKey, key);
  try {
    return blocked() ?? (await work());
  } finally {
    end();
  }
}

type Proved = { readonly user: User; readonly by: SignInWay };

/** Who has both. null: nobody; the same look-ups, one hash and one code were tried in any case. */
async function prove(
  { database, passwords, unseal, codeHmac, wrongCodes }: EntranceParts,
  name: string,
  { password, code, now }: PasswordAttempt,
): Promise<Result<Proved | null, SignInRefusal>> {
  const found = await findPassword(database, name);
  const verified = await passwords.verify(password, found?.passwordHash ?? null);
  if (!verified.ok) return refuse({ kind: 'busy' });
  const step = totpStepOf(found === null ? NOBODYS_SECRET : unseal(found.sealedTotpSecret), code, now);
  const recovery = parseRecoveryCode(code);
  const nowMs = now.getTime();
  const counts = found !== null && verified.value && wrongCodes.blockedForMs(found.user.id, nowMs) === 0;
  const userId = found?.user.id ?? NOBODY;
  let by: SignInWay | null = null;
  if (recovery === null) {
    if (counts && step !== null && (await spendTotpStep(database, userId, step))) by = 'password';
  } else if (await spendRecoveryCode(database, userId, { codeHmac: counts ? codeHmac(recovery) : NO_HMAC, now }))
    by = 'recovery-code';
  if (found === null || !verified.value) return ok(null);
  if (by === null) {
    if (counts) wrongCodes.note(userId, nowMs);
    return ok(null);
  }
  wrongCodes.forget(userId);
  return ok({ user: found.user, by });
}

const STATE_MINUTES = 5;

/** What the browser is asked for a passkey, and the state that its answer comes back with. */
export async function passkeyOptions(
  parts: EntranceParts,
  ground: PasskeyGround,
  now: Date,
): Promise<{ readonly options: WebAuthnOptions; readonly state: string }> {
  const options = await signInOptions(ground);
  const expiresAt = later(now, STATE_MINUTES * MS_PER_MINUTE);
  return { options, state: sealState(parts, 'passkey-sign-in', { challenge: options.challenge }, expiresAt) };
}

export type PasskeyAttempt = {
  readonly state: string;
  readonly response: WebAuthnResponse;
  readonly ground: PasskeyGround;
  readonly addressKey: string;
  readonly now: Date;
};

/** Signs in whoever's passkey answered. */
export async function signInByPasskey(
  parts: EntranceParts,
  { state, response, ground, addressKey, now }: PasskeyAttempt,
): Promise<Result<BegunSession, SignInRefusal>> {
  const { database, throttle } = parts;
  const claimed = claimedUserOf(response);
  const key = `passkey ${claimed ?? ''}`;
  return inTurn(parts, addressKey, key, async () => {
    const user = await prove();
    if (user === null) {
      await throttle.failed(addressKey, key);
      return notRecognised;
    }
    await throttle.succeeded(addressKey, key);
    return ok(await begin(parts, user, 'passkey', now));
  });

  async function prove(): Promise<User | null> {
    const asked = openState(parts, 'passkey-sign-in', state, now);
    const user = asked === null || claimed === null ? null : await findUser(database, claimed);
    if (asked === null || user === null) return null;
    const passkey = (await listPasskeys(database, user.id)).find(({ credentialId }) => credentialId === response.id);
    if (passkey === undefined) return null;
    const signatureCount = await readSignIn(ground, asked['challenge']!, { response, passkey });
    if (signatureCount === null) return null;
    return database.transaction().execute(async (transaction) => {
      const expiresAt = later(now, STATE_MINUTES * MS_PER_MINUTE);
      if (!(await spendState(transaction, { digest: parts.sha256(state), expiresAt, now }))) return null;
      await notePasskeyUse(transaction, user.id, { credentialId: passkey.credentialId, signatureCount, now });
      return user;
    });
  }
}

/** A session, after each log has it that there will be one: an entry too many is better than one too few. */
export async function begin(
  { database, audit, newToken, sha256 }: EntranceParts,
  user: User,
  by: SignInWay,
  now: Date,
): Promise<BegunSession> {
  await tellLogs({ database, audit }, user, { action: 'session.begun', by, now });
  const token = newToken();
  const sessionDigest = sha256(token);
  const endsAt = await database
    .transaction()
    .execute((transaction) => beginSession(transaction, { userId: user.id, tokenDigest: sessionDigest, by, now }));
  return { token, signedIn: { user, sessionDigest, by, signedInAt: now, endsAt } };
}

/** Writes an act on somebody's own way in into each of their logs, one transaction for each. */
export async function tellLogs(
  { database, audit }: Pick<EntranceParts, 'database' | 'audit'>,
  user: User,
  { action, by, now }: { readonly action: string; readonly by?: SignInWay; readonly now: Date },
): Promise<void> {
  for (const accountId of logsOf(user))
    await database.transaction().execute((transaction) =>
      audit(transaction, {
        accountId,
        at: now,
        who: { kind: 'user', userId: user.id },
        action,
        object: `user ${user.id}`,
        detail: by === undefined ? {} : { by },
      }),
    );
}
