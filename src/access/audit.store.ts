import { type Kysely, type Transaction, sql } from 'kysely';
import { type AuditHead, type ChainedEntry, chain, firstHead, headLine } from './audit-chain.ts';
import type { Audit, AuditActor, AuditDetail, AuditLog } from './audit.ts';
import type { UserId } from './user.ts';

type Database = Kysely<unknown>;

export type AuditParts = {
  readonly sha256: (bytes: string | Uint8Array) => Uint8Array;
  /** HMAC of a head's line under the installation's key. */
  readonly sealHead: (line: string) => Uint8Array;
};

type HeadRow = { readonly number: string; readonly hash: Uint8Array; readonly seal: Uint8Array };

/**
 * Writes entries, one after the other for each log.
 * @throws Error when the log's head is not what was sealed: somebody was at the database, and nothing more is written over it.
 */
export const auditOver =
  ({ sha256, sealHead }: AuditParts): Audit<Transaction<unknown>> =>
  async (transaction, entry) => {
    const { accountId } = entry;
    const first = firstHead(sha256, accountId);
    await sql`
      insert into audit_head (account_id, entry_number, entry_hash, seal)
      values (${accountId}, 0, ${first.hash}, ${sealHead(headLine(accountId, first))})
      on conflict do nothing`.execute(transaction);
    const { rows } = await sql<HeadRow>`
      select entry_number as number, entry_hash as hash, seal from audit_head
      where account_id = ${accountId} for update`.execute(transaction);
    const head = { number: Number(rows[0]!.number), hash: rows[0]!.hash };
    if (!Buffer.from(rows[0]!.seal).equals(sealHead(headLine(accountId, head))))
      throw new Error('the head of an audit log is not as it was sealed');
    const next = chain(sha256, head, entry);
    await sql`
      insert into audit_entry
        (account_id, entry_number, at, actor, user_id, action, object, detail, previous_hash, entry_hash)
      values (${accountId}, ${next.number}, ${entry.at}, ${entry.who.kind},
        ${entry.who.kind === 'user' ? entry.who.userId : null}, ${entry.action}, ${entry.object},
        ${JSON.stringify(entry.detail)}::jsonb, ${next.previousHash}, ${next.hash})`.execute(transaction);
    await sql`
      update audit_head set entry_number = ${next.number}, entry_hash = ${next.hash},
        seal = ${sealHead(headLine(accountId, next))}
      where account_id = ${accountId}`.execute(transaction);
  };

type EntryRow = {
  readonly number: string;
  readonly at: Date;
  readonly actor: AuditActor['kind'];
  readonly user_id: UserId | null;
  readonly action: string;
  readonly object: string | null;
  readonly detail: AuditDetail;
  readonly previous_hash: Uint8Array;
  readonly entry_hash: Uint8Array;
};

const entryOf =
  (accountId: AuditLog) =>
  (row: EntryRow): ChainedEntry => ({
    accountId,
    number: Number(row.number),
    at: row.at,
    who:
      row.actor === 'user' && row.user_id !== null
        ? { kind: 'user', userId: row.user_id }
        : { kind: row.actor === 'user' ? 'service' : row.actor },
    action: row.action,
    object: row.object,
    detail: row.detail,
    previousHash: row.previous_hash,
    hash: row.entry_hash,
  });

/** Entries, newest first. @param before the number above which nothing is wanted; null: from the newest. */
export async function listAudit(
  database: Database,
  accountId: AuditLog,
  { before, action, limit }: { readonly before: number | null; readonly action: string | null; readonly limit: number },
): Promise<readonly ChainedEntry[]> {
  const { rows } = await sql<EntryRow>`
    select entry_number as number, at, actor, user_id, action, object, detail, previous_hash, entry_hash
    from audit_entry
    where account_id = ${accountId} and (${before}::bigint is null or entry_number < ${before})
      and (${action}::text is null or action = ${action})
    order by entry_number desc limit ${limit}`.execute(database);
  return rows.map(entryOf(accountId));
}

const PAGE = 1000;

/** The whole log, oldest first, a page in memory at a time. It ends where it did when the reading began. */
export async function* readAudit(
  database: Database,
  accountId: AuditLog,
  last: number,
): AsyncGenerator<ChainedEntry, void> {
  for (let after = 0; after < last;) {
    const { rows } = await sql<EntryRow>`
      select entry_number as number, at, actor, user_id, action, object, detail, previous_hash, entry_hash
      from audit_entry
      where account_id = ${accountId} and entry_number > ${after} and entry_number <= ${last}
      order by entry_number limit ${PAGE}`.execute(database);
    if (rows.length === 0) return;
    for (const row of rows) yield entryOf(accountId)(row);
    after = Number(rows.at(-1)!.number);
  }
}

/** Where the log ends, and whether that is what was sealed. */
export async function headOf(
  database: Database,
  { sha256, sealHead }: AuditParts,
  accountId: AuditLog,
): Promise<AuditHead & { readonly isSealed: boolean }> {
  const { rows } = await sql<HeadRow>`
    select entry_number as number, entry_hash as hash, seal from audit_head
    where account_id = ${accountId}`.execute(database);
  if (rows[0] === undefined) return { ...firstHead(sha256, accountId), isSealed: true };
  const head = { number: Number(rows[0].number), hash: rows[0].hash };
  return { ...head, isSealed: Buffer.from(rows[0].seal).equals(sealHead(headLine(accountId, head))) };
}
