import type { Account } from './account.ts';

/** Answers the account whose API user and token these are, or null. The same work whatever is wrong. */
export type Authenticate = (apiUser: string, apiToken: string) => Promise<Account | null>;

/** The rule against hammering, per client address and user, and never by user alone. */
export type Throttle = {
  /** Seconds to wait when this caller is blocked now, else null. From memory. */
  blockedForSeconds(addressKey: string, apiUser: string): number | null;
  /**
   * Waits until it is this caller's turn to be authenticated, and answers what ends the turn. A caller whose last call was good never
   * waits; others go one by one, so that calls sent all at once are counted as if they had come one after the other.
   */
  turn(addressKey: string, apiUser: string): Promise<() => void>;
  /** Notes a failed authentication; answers the seconds to wait when it was one too many, and is to be answered as such, else null. */
  failed(addressKey: string, apiUser: string): Promise<number | null> | number | null;
  /** Notes that a caller's credentials were right. */
  succeeded(addressKey: string, apiUser: string): Promise<void> | void;
  /** Notes a call that asks the same again; answers the seconds to wait when it is one too many, else null. */
  polled(addressKey: string, apiUser: string, question: string): number | null;
};

/** Whom the rule does not hear now, to be shown and put right. */
export type Blocks<Transaction = unknown> = {
  /** Addresses that are not heard under this user now because they failed too often, and the seconds that they wait. */
  blockedUnder(apiUser: string): Promise<readonly { readonly addressKey: string; readonly seconds: number }[]>;
  /**
   * Hears an address under this user again, as if it had never failed.
   * @param beside writes in the same transaction, where there was a block.
   * @returns whether there was one.
   */
  unblock(addressKey: string, apiUser: string, beside: (transaction: Transaction) => Promise<void>): Promise<boolean>;
};
