import type { Transaction } from 'kysely';
import { MS_PER_HOUR, later } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import {
  addPasskey,
  changePasswordHash,
  findPassword,
  listPasskeys,
  removePasskey,
  setPassword,
  setRecoveryCodes,
  spendState,
  spendTotpStep,
  waysOf,
} from './credential.store.ts';
import { endSessionsOf } from './panel-session.store.ts';
import {
  type PasskeyGround,
  type WebAuthnOptions,
  type WebAuthnResponse,
  newPasskeyOptions,
  readNewPasskey,
} from './passkey.client.ts';
import { type PasswordRuleRefusal, checkPassword } from './password-rule.ts';
import { RECOVERY_CODES, newRecoveryCode, parseRecoveryCode } from './recovery-code.ts';
import { openState, sealState } from './sealed-state.ts';
import { type BegunSession, type EntranceParts, begin, tellLogs } from './sign-in.store.ts';
import { findSignUp, spendSignUp } from './sign-up.store.ts';
import { newTotpSecret, totpStepOf, totpUri } from './totp.client.ts';
import type { SignedIn, User } from './user.ts';

/** How long somebody may take to set up an authenticator app or to find their passkey's device. */
const STATE_HOURS = 1;

export type Asked = { readonly options: WebAuthnOptions; readonly state: string };

export type SignUpOpened = {
  readonly user: User;
  readonly passkey: Asked | null;
  readonly authenticator: { readonly secret: string; readonly uri: string; readonly state: string };
};

export type WayRefusal =
  | { readonly kind: 'link-unknown' | 'not-recognised' | 'busy' | 'last-way' | 'unknown' }
  | { readonly kind: 'password'; readonly why: PasswordRuleRefusal['kind'] };

/** What somebody with a sign-up link can set up. @param ground null: passkeys cannot be had here. */
export async function openSignUp(
  parts: EntranceParts,
  { token, ground, now }: { readonly token: string; readonly ground: PasskeyGround | null; readonly now: Date },
): Promise<Result<SignUpOpened, WayRefusal>> {
  const user = await findSignUp(parts.database, parts.sha256(token), now);
  if (user === null) return refuse({ kind: 'link-unknown' });
  const secret = newTotpSecret();
  const state = sealState(
    parts,
    'authenticator-new',
    { secret, userId: user.id },
    later(now, STATE_HOURS * MS_PER_HOUR),
  );
  return ok({
    user,
    passkey: ground === null ? null : await askForPasskey(parts, { user, ground, now }),
    authenticator: { secret, uri: totpUri({ issuer: 'Cotejo', name: user.name, secret }), state },
  });
}

/** What the browser is asked for a new passkey. */
export async function askForPasskey(
  parts: EntranceParts,
  { user, ground, now }: { readonly user: User; readonly ground: PasskeyGround; readonly now: Date },
): Promise<Asked> {
  const options = await newPasskeyOptions(ground, user, await listPasskeys(parts.database, user.id));
  const held = { challenge: options.challenge, userId: user.id };
  return { options, state: sealState(parts, 'passkey-new', held, later(now, STATE_HOURS * MS_PER_HOUR)) };
}

export type PasskeyAnswer = {
  readonly state: string;
  readonly response: WebAuthnResponse;
  readonly label: string;
  readonly ground: PasskeyGround;
  readonly now: Date;
};

/** Reads a new passkey; what keeps it runs in the transaction that is handed on. */
async function takePasskey(
  parts: EntranceParts,
  user: User,
  { state, response, label, ground, now }: PasskeyAnswer,
): Promise<((transaction: Transaction<unknown>) => Promise<boolean>) | null> {
  const asked = openState(parts, 'passkey-new', state, now);
  if (asked === null || asked['userId'] !== user.id) return null;
  const made = await readNewPasskey(ground, asked['challenge']!, response);
  if (made === null) return null;
  const expiresAt = later(now, STATE_HOURS * MS_PER_HOUR);
  return async (transaction) =>
    (await spendState(transaction, { digest: parts.sha256(state), expiresAt, now })) &&
    addPasskey(transaction, user.id, { ...made, label, createdAt: now });
}

/** Thrown within a transaction to leave nothing of it. */
class NotDone extends Error {}

/** All of it or nothing. @returns false when a part of it was refused. */
async function whole(
  { database }: EntranceParts,
  work: (transaction: Transaction<unknown>) => Promise<boolean>,
): Promise<boolean> {
  try {
    await database.transaction().execute(async (transaction) => {
      if (!(await work(transaction))) throw new NotDone();
    });
    return true;
  } catch (error) {
    if (error instanceof NotDone) return false;
    throw error;
  }
}

/** Sets a passkey by a sign-up link, and signs in. */
export async function signUpByPasskey(
  parts: EntranceParts,
  token: string,
  answer: PasskeyAnswer,
): Promise<Result<BegunSession, WayRefusal>> {
  const { now } = answer;
  const tokenDigest = parts.sha256(token);
  const user = await findSignUp(parts.database, tokenDigest, now);
  if (user === null) return refuse({ kind: 'link-unknown' });
  const keep = await takePasskey(parts, user, answer);
  const isDone =
    keep !== null &&
    (await whole(
      parts,
      async (transaction) => (await spendSignUp(transaction, { tokenDigest, now })) && keep(transaction),
    ));
  if (!isDone) return refuse({ kind: 'not-recognised' });
  await tellLogs(parts, user, { action: 'user.signed-up', by: 'passkey', now });
  return ok(await begin(parts, user, 'passkey', now));
}

export type PasswordAnswer = {
  readonly password: string;
  readonly state: string;
  readonly code: string;
  readonly now: Date;
};

/** Sets a password with an authenticator app by a sign-up link, and signs in. */
export async function signUpByPassword(
  parts: EntranceParts,
  token: string,
  { password, state, code, now }: PasswordAnswer,
): Promise<Result<BegunSession & { readonly recoveryCodes: readonly string[] }, WayRefusal>> {
  const tokenDigest = parts.sha256(token);
  const user = await findSignUp(parts.database, tokenDigest, now);
  if (user === null) return refuse({ kind: 'link-unknown' });
  const asked = openState(parts, 'authenticator-new', state, now);
  const secret = asked?.['userId'] === user.id ? asked['secret']! : null;
  const totpStep = secret === null ? null : totpStepOf(secret, code, now);
  if (secret === null || totpStep === null) return refuse({ kind: 'not-recognised' });
  const checked = checkPassword(password, user.name);
  if (!checked.ok) return refuse({ kind: 'password', why: checked.refusal.kind });
  const hashed = await parts.passwords.hash(password);
  if (!hashed.ok) return hashed;
  const sealedTotpSecret = parts.seal(secret);
  const { codes, codeHmacs } = newCodes(parts);
  const isDone = await whole(parts, async (transaction) => {
    if (!(await spendSignUp(transaction, { tokenDigest, now }))) return false;
    await setPassword(transaction, user.id, { passwordHash: hashed.value, sealedTotpSecret, totpStep });
    await setRecoveryCodes(transaction, user.id, { codeHmacs, now });
    return true;
  });
  if (!isDone) return refuse({ kind: 'link-unknown' });
  await tellLogs(parts, user, { action: 'user.signed-up', by: 'password', now });
  return ok({ ...(await begin(parts, user, 'password', now)), recoveryCodes: codes });
}

function newCodes({ draw, codeHmac }: EntranceParts) {
  const codes = Array.from({ length: RECOVERY_CODES }, () => newRecoveryCode(draw));
  return { codes, codeHmacs: codes.map((code) => codeHmac(parseRecoveryCode(code)!)) };
}

/** One more passkey for somebody who is signed in. */
export async function addOwnPasskey(
  parts: EntranceParts,
  { user }: SignedIn,
  answer: PasskeyAnswer,
): Promise<Result<null, WayRefusal>> {
  const keep = await takePasskey(parts, user, answer);
  if (keep === null || !(await whole(parts, keep))) return refuse({ kind: 'not-recognised' });
  await tellLogs(parts, user, { action: 'user.passkey-added', now: answer.now });
  return ok(null);
}

/** Takes a passkey away, not the last way in. */
export async function removeOwnPasskey(
  parts: EntranceParts,
  { user }: SignedIn,
  { credentialId, now }: { readonly credentialId: string; readonly now: Date },
): Promise<Result<null, WayRefusal>> {
  const outcome = await parts.database.transaction().execute(async (transaction) => {
    const { hasPassword, passkeys } = await waysOf(transaction, user.id);
    if (!hasPassword && passkeys === 1) return 'last-way';
    return (await removePasskey(transaction, user.id, credentialId)) ? 'removed' : 'unknown';
  });
  if (outcome !== 'removed') return refuse({ kind: outcome });
  await tellLogs(parts, user, { action: 'user.passkey-removed', now });
  return ok(null);
}

type Proof = { readonly password: string; readonly code: string; readonly addressKey: string; readonly now: Date };

/** Whether somebody who is signed in is who they say, by password and code. Counted like signing in. */
async function proveAgain(
  { database, passwords, unseal, throttle }: EntranceParts,
  { user }: SignedIn,
  { password, code, addressKey, now }: Proof,
): Promise<Result<null, WayRefusal>> {
  if (throttle.blockedForSeconds(addressKey, user.name) !== null) return refuse({ kind: 'not-recognised' });
  const end = await throttle.turn(addressKey, user.name);
  try {
    if (throttle.blockedForSeconds(addressKey, user.name) !== null) return refuse({ kind: 'not-recognised' });
    const found = await findPassword(database, user.name);
    const verified = await passwords.verify(password, found?.passwordHash ?? null);
    if (!verified.ok) return refuse({ kind: 'busy' });
    const step = found === null ? null : totpStepOf(unseal(found.sealedTotpSecret), code, now);
    if (verified.value && step !== null && (await spendTotpStep(database, user.id, step))) return ok(null);
    await throttle.failed(addressKey, user.name);
    return refuse({ kind: 'not-recognised' });
  } finally {
    end();
  }
}

/** Another password. Everywhere else one is signed out. */
export async function changeOwnPassword(
  parts: EntranceParts,
  signedIn: SignedIn,
  { newPassword, ...proof }: Proof & { readonly newPassword: string },
): Promise<Result<null, WayRefusal>> {
  const { user, sessionDigest } = signedIn;
  const checked = checkPassword(newPassword, user.name);
  if (!checked.ok) return refuse({ kind: 'password', why: checked.refusal.kind });
  const proved = await proveAgain(parts, signedIn, proof);
  if (!proved.ok) return proved;
  const hashed = await parts.passwords.hash(newPassword);
  if (!hashed.ok) return hashed;
  await parts.database.transaction().execute(async (transaction) => {
    await changePasswordHash(transaction, user.id, hashed.value);
    await endSessionsOf(transaction, user.id, { now: proof.now, except: sessionDigest });
  });
  await tellLogs(parts, user, { action: 'user.password-changed', now: proof.now });
  return ok(null);
}

/** New recovery codes; those before are worth nothing from then on. */
export async function renewOwnRecoveryCodes(
  parts: EntranceParts,
  signedIn: SignedIn,
  proof: Proof,
): Promise<Result<readonly string[], WayRefusal>> {
  const proved = await proveAgain(parts, signedIn, proof);
  if (!proved.ok) return proved;
  const { codes, codeHmacs } = newCodes(parts);
  const { user } = signedIn;
  await parts.database
    .transaction()
    .execute((transaction) => setRecoveryCodes(transaction, user.id, { codeHmacs, now: proof.now }));
  await tellLogs(parts, user, { action: 'user.recovery-codes-renewed', now: proof.now });
  return ok(codes);
}
