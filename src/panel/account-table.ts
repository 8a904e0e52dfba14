import type { PanelRouteTable } from './route-table.ts';
import { auditQuery, changeUserBody, inviteUserBody, rotateTokenBody, unblockBody } from './session-protocol.schema.ts';
import { MOST_LOGO_BYTES, accountTermsBody, newAccountBody, ownSettingsBody } from './settings.schema.ts';

const own = { scope: 'own-account' } as const;
const installation = { scope: 'installation' } as const;

/** A logo in base 64, with everything else. */
const SETTINGS_BYTES = 2 * MOST_LOGO_BYTES;

/** Looking after an account: who works in it, how it is set, its token, whom it does not hear, and what was done in it. */
export const accountTable = {
  /** `usersAnswer`, as all below that answer nothing else */
  users: { ...own, method: 'GET', path: 'users', permission: 'users.read' },
  /** `signUpLinkAnswer` */
  inviteUser: { ...own, method: 'POST', path: 'users', permission: 'users.manage', body: inviteUserBody },
  changeUser: { ...own, method: 'PUT', path: 'users/:id', permission: 'users.manage', body: changeUserBody },
  /** `signUpLinkAnswer`: takes every way in from them, and gives a link to set new ones; `conflict` where they work in other accounts too */
  resetUser: { ...own, method: 'POST', path: 'users/:id/link', permission: 'users.manage' },

  /** `settingsAnswer` */
  settings: { ...own, method: 'GET', path: 'settings', permission: 'account.read' },
  changeSettings: {
    ...own,
    method: 'PUT',
    path: 'settings',
    permission: 'account.change',
    body: ownSettingsBody,
    bodyLimitBytes: SETTINGS_BYTES,
  },
  changeTerms: { ...own, method: 'PUT', path: 'terms', permission: 'account.terms', body: accountTermsBody },

  /** `tokensAnswer` */
  tokens: { ...own, method: 'GET', path: 'token', permission: 'account.read' },
  /** `newTokenAnswer` */
  rotateToken: { ...own, method: 'POST', path: 'token', permission: 'token.rotate', body: rotateTokenBody },

  /** `blockedAnswer` */
  blocked: { ...own, method: 'GET', path: 'blocked', permission: 'blocked.read' },
  unblock: { ...own, method: 'POST', path: 'blocked/lift', permission: 'blocked.lift', body: unblockBody },

  /** `auditAnswer` */
  audit: { ...own, method: 'GET', path: 'audit', permission: 'audit.read', query: auditQuery },
  /** `application/x-ndjson` as a download: a line for each entry, and a signed one at the end; `tools/check-audit.ts` reads it */
  exportAudit: { ...own, method: 'GET', path: 'audit/export', permission: 'audit.export' },

  /** The same of the installation's own log: who runs it, how they came in, and what they did to it. */
  installationAudit: { ...installation, method: 'GET', path: 'audit', permission: 'audit.read', query: auditQuery },
  exportInstallationAudit: { ...installation, method: 'GET', path: 'audit/export', permission: 'audit.export' },

  /** `accountsAnswer` */
  accounts: { ...installation, method: 'GET', path: 'accounts', permission: 'accounts.list' },
  /** `newAccountAnswer` */
  createAccount: {
    ...installation,
    method: 'POST',
    path: 'accounts',
    permission: 'accounts.create',
    body: newAccountBody,
  },
} as const satisfies PanelRouteTable;
