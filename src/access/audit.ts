import type { AccountId } from '../kernel/id.ts';
import type { UserId } from './user.ts';

/**
 * The installation's own log, beside those of its accounts: who runs it came in, and what they did to it. It is numbered like an account that
 * there is not, so that it is written, chained, sealed and checked like any other, and no account sees it.
 */
export const INSTALLATION_LOG = 0;
export type AuditLog = AccountId | typeof INSTALLATION_LOG;

/** Who did it: somebody in the panel, somebody at the machine's command line, or the service by itself. */
export type AuditActor = { readonly kind: 'user'; readonly userId: UserId } | { readonly kind: 'command' | 'service' };

/** Facts about an act: flat, so that there is one way of writing them. Numbers are whole. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/**
 * One act. Never personal data of an applicant: names, numbers of documents, telephones; the verification's ID says whom it is about.
 */
export type AuditEntry = {
  /** Whose log it belongs to. */
  readonly accountId: AuditLog;
  readonly at: Date;
  readonly who: AuditActor;
  /** A slug, the word before the point being the page it belongs to: `token.rotated`, `evidence.viewed`. */
  readonly action: string;
  /** What was acted on: `verification 123456789`, `user 7f3c…`; null: the account itself. */
  readonly object: string | null;
  readonly detail: AuditDetail;
};

/**
 * Writes an entry in the transaction of the act, so that neither is there without the other. The last statement of a transaction, or next
 * to it: from here to its end the account's log is held, and others who write to it wait. So nobody holds an account's row by `for update`,
 * which would make those wait who write entries of it, each for the other: `for no key update` does.
 */
export type Audit<Transaction> = (transaction: Transaction, entry: AuditEntry) => Promise<void>;
