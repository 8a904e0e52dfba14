import type { PanelRouteTable } from './route-table.ts';
import {
  addPasskeyBody,
  changeLanguageBody,
  changePasswordBody,
  passkeyBody,
  passwordBody,
  renewRecoveryCodesBody,
  signUpBody,
  signUpPasskeyBody,
  signUpPasswordBody,
  singleSignOnBody,
} from './session-protocol.schema.ts';

/** Signing in and out, signing up, and what is one's own; see [Note: Signing in]. */
export const sessionTable = {
  /** `sessionAnswer` */
  session: { method: 'GET', path: 'session', scope: 'anyone' },
  /** `signedInAnswer`, as all that sign in */
  signInByPassword: { method: 'POST', path: 'session/password', scope: 'anyone', body: passwordBody },
  /** `passkeyOptionsAnswer` */
  passkeyOptions: { method: 'POST', path: 'session/passkey-options', scope: 'anyone' },
  signInByPasskey: { method: 'POST', path: 'session/passkey', scope: 'anyone', body: passkeyBody },
  /** `singleSignOnAnswer` */
  beginSingleSignOn: { method: 'POST', path: 'session/single-sign-on/begin', scope: 'anyone' },
  signInBySingleSignOn: { method: 'POST', path: 'session/single-sign-on', scope: 'anyone', body: singleSignOnBody },
  /** Also of a session that ended meanwhile: `{}` */
  signOut: { method: 'DELETE', path: 'session', scope: 'anyone' },
  /** `signUpAnswer` */
  signUp: { method: 'POST', path: 'sign-up', scope: 'anyone', body: signUpBody },
  /** `recoveryCodesAnswer`, without codes: passkeys need none */
  signUpByPasskey: { method: 'POST', path: 'sign-up/passkey', scope: 'anyone', body: signUpPasskeyBody },
  /** `recoveryCodesAnswer` */
  signUpByPassword: { method: 'POST', path: 'sign-up/password', scope: 'anyone', body: signUpPasswordBody },
  /** `meAnswer`, as all below that answer nothing else */
  me: { method: 'GET', path: 'me', scope: 'signed-in' },
  changeLanguage: { method: 'PUT', path: 'me/language', scope: 'signed-in', body: changeLanguageBody },
  /** `passkeyOptionsAnswer` */
  newPasskeyOptions: { method: 'POST', path: 'me/passkey-options', scope: 'signed-in' },
  addPasskey: { method: 'POST', path: 'me/passkeys', scope: 'signed-in', body: addPasskeyBody },
  removePasskey: { method: 'DELETE', path: 'me/passkeys/:id', scope: 'signed-in' },
  changePassword: { method: 'PUT', path: 'me/password', scope: 'signed-in', body: changePasswordBody },
  /** `recoveryCodesAnswer` */
  renewRecoveryCodes: { method: 'POST', path: 'me/recovery-codes', scope: 'signed-in', body: renewRecoveryCodesBody },
  endOtherSessions: { method: 'POST', path: 'me/end-other-sessions', scope: 'signed-in' },
} as const satisfies PanelRouteTable;
