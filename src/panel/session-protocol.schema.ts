import { z } from 'zod';
import { accountRoles, permissions } from '../access/roles.ts';
import { signInWays, userLanguages } from '../access/user.ts';

/**
 * [Note: Signing in]
 * All calls are JSON below `/panel/api`; refusals are `panelProblem` (see `problems.schema.ts`). Every call that is no GET carries the header
 * `x-cotejo-panel: 1`. The session is a cookie that scripts cannot read; `GET session` tells whose it is.
 *
 * With a password, name, password and code are sent at once, so that no answer tells which of them was wrong. `code` is the six digits of
 * the authenticator app, or one of the recovery codes in its place.
 *
 * With a passkey: `POST session/passkey-options`, hand `options` to the browser (`startAuthentication`), send what it answers with `state`
 * to `POST session/passkey`.
 *
 * A sign-up link (`/panel/sign-up#TOKEN`; the token stands behind `#`, so that no server sees it in an address) is used by
 * `POST sign-up`, which tells whose it is and what the ways are, and then either `sign-up/passkey` or `sign-up/password`, which also sign in.
 */

const isoInstant = z.iso.datetime();
const text = (most: number) => z.string().min(1).max(most);
/** What the server handed out and takes back unread. */
const state = text(4000);
const linkToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export const accountDigits = z.string().regex(/^\d{10}$/);
export const permission = z.enum(permissions);
export const accountRole = z.enum(accountRoles);

export const signedInAnswer = z.object({
  user: z.object({ id: z.uuid(), name: z.string(), language: z.enum(userLanguages), isInstaller: z.boolean() }),
  /** Accounts they belong to, with what they may do there. An installer's own permissions are in `installation`. */
  accounts: z.array(
    z.object({
      account: accountDigits,
      name: z.string(),
      role: accountRole,
      permissions: z.array(permission),
    }),
  ),
  installation: z.array(permission),
  by: z.enum(signInWays),
  signedInAt: isoInstant,
  /** When the session ends however busy it is, and after how long a pause it ends. */
  endsAt: isoInstant,
  idleMinutes: z.int(),
});
export type SignedInAnswer = z.infer<typeof signedInAnswer>;

/** `GET session`, which answers everybody. `ways`: how one can sign in here; passkeys need a name, not a bare address. */
export const sessionAnswer = z.object({
  signedIn: signedInAnswer.nullable(),
  ways: z.object({
    passkey: z.boolean(),
    password: z.boolean(),
    singleSignOn: z.object({ label: z.string() }).nullable(),
  }),
});
export type SessionAnswer = z.infer<typeof sessionAnswer>;

export const passwordBody = z.object({ name: text(200), password: text(1024), code: text(64) });
/** The options as WebAuthn's JSON has them (`PublicKeyCredentialRequestOptionsJSON`, `…CreationOptionsJSON`). */
export const webAuthnOptions = z.looseObject({ challenge: z.string() });
export const passkeyOptionsAnswer = z.object({ options: webAuthnOptions, state });
export const passkeyBody = z.object({
  state,
  response: z.looseObject({ id: text(1400), type: z.literal('public-key') }),
});

/** Where the browser goes; the page keeps `state` until it comes back to `/panel/sign-in/return?…`, and sends it with what stands behind `?`. */
export const singleSignOnAnswer = z.object({ url: z.url(), state });
export const singleSignOnBody = z.object({ state, query: text(4000) });

export const signUpBody = z.object({ token: linkToken });
export const signUpAnswer = z.object({
  name: z.string(),
  language: z.enum(userLanguages),
  /** null where there can be none: the page's address is no name. */
  passkey: passkeyOptionsAnswer.nullable(),
  /** For an authenticator app; `uri` is what its QR code says. */
  authenticator: z.object({ secret: z.string(), uri: z.string(), state }),
  leastPasswordCharacters: z.int(),
});
export type SignUpAnswer = z.infer<typeof signUpAnswer>;
export const signUpPasskeyBody = passkeyBody.extend({ token: linkToken });
export const signUpPasswordBody = z.object({ token: linkToken, password: text(1024), state, code: text(16) });
/** Shown once. Each stands in for the authenticator app, one time. */
export const recoveryCodesAnswer = z.object({ recoveryCodes: z.array(z.string()) });

/** `GET me`: how oneself can sign in, and where one is signed in now. */
export const meAnswer = z.object({
  hasPassword: z.boolean(),
  recoveryCodesLeft: z.int(),
  passkeys: z.array(
    z.object({ id: z.string(), label: z.string(), createdAt: isoInstant, lastUsedAt: isoInstant.nullable() }),
  ),
  sessions: z.array(
    z.object({ isThis: z.boolean(), by: z.enum(signInWays), signedInAt: isoInstant, lastSeenAt: isoInstant }),
  ),
});
export type MeAnswer = z.infer<typeof meAnswer>;
export const changeLanguageBody = z.object({ language: z.enum(userLanguages) });
/** `label`: what one calls it, such as 'laptop'. */
export const addPasskeyBody = passkeyBody.extend({ label: text(60) });
/** Password and the app's six digits once more: what somebody finds unlocked does not give them the way in. */
export const renewRecoveryCodesBody = z.object({ password: text(1024), code: text(64) });
export const changePasswordBody = renewRecoveryCodesBody.extend({ newPassword: text(1024) });

/** `GET accounts/:account/users` */
export const usersAnswer = z.object({
  users: z.array(
    z.object({
      id: z.uuid(),
      name: z.string(),
      role: accountRole,
      isDisabled: z.boolean(),
      /** `invited`: has not used the link yet. */
      state: z.enum(['invited', 'active']),
      lastSignedInAt: isoInstant.nullable(),
    }),
  ),
});
export type UsersAnswer = z.infer<typeof usersAnswer>;
export const inviteUserBody = z.object({ name: text(200), role: accountRole, language: z.enum(userLanguages) });
/** The link is told once. null: they have signed in to this service before and need none. */
export const signUpLinkAnswer = z.object({ link: z.url().nullable(), expiresAt: isoInstant.nullable() });
export const changeUserBody = z.object({ role: accountRole, isDisabled: z.boolean() });

/** `POST accounts/:account/token`: a new API token, shown once; the one before it stays valid for the overlap. */
export const rotateTokenBody = z.object({ overlapHours: z.int().min(0).max(8760) });
export const newTokenAnswer = z.object({
  apiUser: z.string(),
  apiToken: z.string(),
  previousValidUntil: isoInstant,
});
export const tokensAnswer = z.object({
  apiUser: z.string(),
  tokens: z.array(z.object({ number: z.int(), createdAt: isoInstant, validUntil: isoInstant.nullable() })),
});
export type TokensAnswer = z.infer<typeof tokensAnswer>;

/** `GET accounts/:account/blocked`: addresses that are not heard for now under the account's API user, of the process that answers. */
export const blockedAnswer = z.object({
  blocked: z.array(z.object({ address: z.string(), secondsLeft: z.int() })),
});
export const unblockBody = z.object({ address: text(100) });

/** `GET accounts/:account/audit?before=NUMBER`: newest first. */
export const auditQuery = z.object({
  before: z.coerce.number().int().positive().optional(),
  action: z.string().max(100).optional(),
});
export const auditEntry = z.object({
  number: z.int(),
  at: isoInstant,
  who: z.object({
    kind: z.enum(['user', 'command', 'service']),
    id: z.string().nullable(),
    name: z.string().nullable(),
  }),
  action: z.string(),
  object: z.string().nullable(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())])),
  hash: z.string(),
});
export const auditAnswer = z.object({ entries: z.array(auditEntry), isEnd: z.boolean() });
export type AuditAnswer = z.infer<typeof auditAnswer>;
