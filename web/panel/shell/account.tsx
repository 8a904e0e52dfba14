import { createContext, useContext } from 'react';
import type { AccountRole, Permission } from '../../../src/access/roles.ts';

/** The account that is looked at, and what one may do in it. */
export type AccountInView = {
  /** Ten digits. */
  readonly account: string;
  readonly name: string;
  /** One's role there; null: the installer's, who belongs to none. */
  readonly role: AccountRole | null;
  readonly permissions: readonly Permission[];
};

export const AccountContext = createContext<AccountInView | null>(null);

export type Account = AccountInView & {
  may(permission: Permission): boolean;
  /** Where its calls lie: `path('requests/search')` is `accounts/…/requests/search`. */
  path(rest: string): string;
};

/** @throws where no account is looked at: such a page belongs below an account's address. */
export function useAccount(): Account {
  const inView = useContext(AccountContext);
  if (inView === null) throw new Error('there is no account around this component');
  return {
    ...inView,
    may: (permission) => inView.permissions.includes(permission),
    path: (rest) => `accounts/${inView.account}/${rest}`,
  };
}
