import { type AuditActor, type AuditDetail, type AuditEntry, type AuditLog, INSTALLATION_LOG } from './audit.ts';

/**
 * [Note: The audit log's chain]
 * An entry's hash is the SHA-256 of one line of JSON, an array of its parts in this order, the hash of the entry before it among them. So an
 * entry that is changed, taken out, put in or moved breaks the chain there. Entries cut off at the end break nothing: for them the last
 * number and hash are kept apart, sealed under the installation's key, and an export carries a signature over them.
 */
const FORMAT = 'cotejo-audit-1';

/** The last entry's number and hash; number 0: there is none yet. */
export type AuditHead = { readonly number: number; readonly hash: Uint8Array };

export type ChainedEntry = AuditEntry & {
  readonly number: number;
  readonly previousHash: Uint8Array;
  readonly hash: Uint8Array;
};

/** What a log is called in what is hashed and signed: the account's digits, or `installation`. */
export const logName = (log: AuditLog): string => (log === INSTALLATION_LOG ? 'installation' : String(log));

type Sha256 = (bytes: string | Uint8Array) => Uint8Array;

export const firstHead = (sha256: Sha256, log: AuditLog): AuditHead => ({
  number: 0,
  hash: sha256(`${FORMAT} ${logName(log)}`),
});

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** The parts of a detail in the order of their names, by code unit: `jsonb` keeps an order of its own. */
const sorted = (detail: AuditDetail): readonly (readonly [string, unknown])[] =>
  Object.entries(detail).sort(([a], [b]) => (a < b ? -1 : 1));

const userOf = (who: AuditActor): string | null => (who.kind === 'user' ? who.userId : null);

/** The line whose digest is the entry's hash. */
export const hashedLine = (entry: AuditEntry, number: number, previousHash: Uint8Array): string =>
  JSON.stringify([
    FORMAT,
    logName(entry.accountId),
    number,
    entry.at.toISOString(),
    entry.who.kind,
    userOf(entry.who),
    entry.action,
    entry.object,
    sorted(entry.detail),
    hex(previousHash),
  ]);

/** Puts an entry behind the head. */
export function chain(sha256: Sha256, head: AuditHead, entry: AuditEntry): ChainedEntry {
  const number = head.number + 1;
  return { ...entry, number, previousHash: head.hash, hash: sha256(hashedLine(entry, number, head.hash)) };
}

/** What is sealed in the database, and signed in an export. */
export const headLine = (log: AuditLog, { number, hash }: AuditHead): string =>
  JSON.stringify([`${FORMAT}-head`, logName(log), number, hex(hash)]);

/** One line of an export. */
export const exportLine = ({ number, at, who, action, object, detail, previousHash, hash }: ChainedEntry): string =>
  JSON.stringify({
    number,
    at: at.toISOString(),
    actor: who.kind,
    user: userOf(who),
    action,
    object,
    detail: Object.fromEntries(sorted(detail)),
    previous: hex(previousHash),
    hash: hex(hash),
  });

/** Its last line: whom the log is of, where it ends, and the signature of that under the installation's key (Ed25519, base64). */
export const exportEnd = (log: AuditLog, head: AuditHead, signature: Uint8Array): string =>
  JSON.stringify({
    format: FORMAT,
    account: logName(log),
    entries: head.number,
    head: hex(head.hash),
    signature: base64(signature),
  });

const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
