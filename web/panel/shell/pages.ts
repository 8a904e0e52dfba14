import { type ComponentType, type LazyExoticComponent, lazy } from 'react';
import type { Permission } from '../../../src/access/roles.ts';
import type { TextKey } from '../languages.ts';
import type { IconName } from '../parts/icon.tsx';

/** A page of the panel: its entry in the navigation, who may see it, and what is fetched when somebody goes there. */
export type PanelPage = {
  /** Below the account's address, `/panel/1234567890/PATH`, or below `/panel/PATH` for what belongs to none. */
  readonly path: string;
  readonly name: TextKey;
  readonly icon: IconName;
  /** Second key after `g`. */
  readonly key: string;
  /** Any of these is enough; empty: everybody. */
  readonly needs: readonly Permission[];
  /** Finds its own sub-pages: its router begins at `path`. */
  readonly Page: LazyExoticComponent<ComponentType>;
};

/** Pages of the account in view, in the order of the navigation. */
export const accountPages: readonly PanelPage[] = [
  {
    path: 'requests',
    name: 'nav.requests',
    icon: 'requests',
    key: 'r',
    needs: ['requests.read'],
    Page: lazy(() => import('../pages/requests/requests.tsx')),
  },
  {
    path: 'desk',
    name: 'nav.desk',
    icon: 'desk',
    key: 'd',
    needs: ['desk.work'],
    Page: lazy(() => import('../pages/desk/desk.tsx')),
  },
  {
    path: 'account',
    name: 'nav.account',
    icon: 'account',
    key: 'a',
    needs: ['account.read', 'callbacks.read', 'blocked.read'],
    Page: lazy(() => import('../pages/account/account.tsx')),
  },
  {
    path: 'users',
    name: 'nav.users',
    icon: 'users',
    key: 'u',
    needs: ['users.read'],
    Page: lazy(() => import('../pages/users/users.tsx')),
  },
  {
    path: 'numbers',
    name: 'nav.numbers',
    icon: 'numbers',
    key: 'n',
    needs: ['statistics.read'],
    Page: lazy(() => import('../pages/numbers/numbers.tsx')),
  },
  {
    path: 'credits',
    name: 'nav.credits',
    icon: 'credits',
    key: 'c',
    needs: ['credits.read'],
    Page: lazy(() => import('../pages/credits/credits.tsx')),
  },
  {
    path: 'audit',
    name: 'nav.audit',
    icon: 'audit',
    key: 'l',
    needs: ['audit.read'],
    Page: lazy(() => import('../pages/audit/audit.tsx')),
  },
  {
    path: 'certificates',
    name: 'nav.certificates',
    icon: 'certificates',
    key: 'f',
    needs: ['certificates.read'],
    Page: lazy(() => import('../pages/certificates/certificates.tsx')),
  },
];

/** Pages that belong to no account. */
export const installationPages: readonly PanelPage[] = [
  {
    path: 'accounts',
    name: 'nav.accounts',
    icon: 'accounts',
    key: 'k',
    needs: ['accounts.list'],
    Page: lazy(() => import('../pages/accounts/accounts.tsx')),
  },
  {
    path: 'health',
    name: 'nav.health',
    icon: 'health',
    key: 's',
    needs: ['health.read'],
    Page: lazy(() => import('../pages/health/health.tsx')),
  },
  {
    path: 'log',
    name: 'nav.installation-audit',
    icon: 'audit',
    key: 'i',
    needs: ['audit.read'],
    Page: lazy(() => import('../pages/audit/installation-audit.tsx')),
  },
];

export const helpPage: PanelPage = {
  path: 'help',
  name: 'nav.help',
  icon: 'help',
  key: 'h',
  needs: [],
  Page: lazy(() => import('../pages/help/help.tsx')),
};

/** About oneself: found in the menu under one's name. */
export const mePage: PanelPage = {
  path: 'me',
  name: 'nav.me',
  icon: 'passkey',
  key: 'm',
  needs: [],
  Page: lazy(() => import('../pages/me/me.tsx')),
};
