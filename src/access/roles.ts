/** What may be done in the panel. The word before the point is the page it belongs to. */
export const permissions = [
  'requests.read',
  'requests.create',
  'requests.cancel',
  'requests.resend',
  'requests.export',
  'evidence.view',
  'desk.work',
  'desk.second',
  'desk.oversee',
  'callbacks.read',
  'callbacks.resend',
  'callbacks.manage',
  'certificates.read',
  'credits.read',
  'credits.top-up',
  'statistics.read',
  'account.read',
  'account.change',
  'account.terms',
  'token.rotate',
  'blocked.read',
  'blocked.lift',
  'users.read',
  'users.manage',
  'audit.read',
  'audit.export',
  'accounts.list',
  'accounts.create',
  'health.read',
] as const;
export type Permission = (typeof permissions)[number];

/** What a person can be to one account. */
export const accountRoles = ['operator', 'supervisor', 'auditor', 'administrator'] as const;
export type AccountRole = (typeof accountRoles)[number];

/** `installer` is a role in the installation, for all of its accounts. */
export const roles = [...accountRoles, 'installer'] as const;
export type Role = (typeof roles)[number];

/**
 * [Note: Roles]
 * What each role may do, as data. Who rules on people does not set up the account, and who sets it up or runs the machine sees no evidence:
 * faces and documents are for those who decide and for those who check them. An auditor changes nothing at all.
 */
export const permissionsOf: Readonly<Record<Role, readonly Permission[]>> = {
  operator: ['requests.read', 'evidence.view', 'desk.work', 'certificates.read'],
  supervisor: [
    'requests.read',
    'requests.create',
    'requests.cancel',
    'requests.resend',
    'requests.export',
    'evidence.view',
    'desk.work',
    'desk.second',
    'desk.oversee',
    'callbacks.read',
    'callbacks.resend',
    'certificates.read',
    'credits.read',
    'statistics.read',
    'users.read',
    'audit.read',
  ],
  auditor: [
    'requests.read',
    'evidence.view',
    'callbacks.read',
    'certificates.read',
    'credits.read',
    'statistics.read',
    'account.read',
    'blocked.read',
    'users.read',
    'audit.read',
    'audit.export',
  ],
  administrator: [
    'requests.read',
    'requests.create',
    'requests.cancel',
    'requests.resend',
    'requests.export',
    'callbacks.read',
    'callbacks.resend',
    'callbacks.manage',
    'certificates.read',
    'credits.read',
    'statistics.read',
    'account.read',
    'account.change',
    'token.rotate',
    'blocked.read',
    'blocked.lift',
    'users.read',
    'users.manage',
    'audit.read',
    'audit.export',
  ],
  installer: [
    'credits.read',
    'credits.top-up',
    'statistics.read',
    'account.read',
    'account.terms',
    'blocked.read',
    'blocked.lift',
    'users.read',
    'users.manage',
    'audit.read',
    'audit.export',
    'accounts.list',
    'accounts.create',
    'health.read',
  ],
};

/** All that several roles together may do, in the order of `permissions`. */
export const permissionsOfAll = (held: readonly Role[]): readonly Permission[] =>
  permissions.filter((permission) => held.some((role) => permissionsOf[role].includes(permission)));
