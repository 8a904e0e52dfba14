import { type Kysely, type Transaction, sql } from 'kysely';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import { MS_PER_DAY, later } from '../kernel/instant.ts';
import type { EvidencePlace } from './evidence.ts';
import { type EvidenceStage, type RetentionPolicy, UNFINISHED_DAYS, eraseAt } from './retention.ts';

type Queryable = Kysely<unknown> | Transaction<unknown>;

export type ErasedItem = {
  readonly item: number;
  readonly kind: string;
  readonly bytes: number;
  readonly sha256: string | null;
};

/** What was destroyed, when and why. It stays. */
export type ErasureReceipt = {
  readonly erasedAt: Date;
  readonly reason: string;
  readonly items: readonly ErasedItem[];
};

/** Destroys the key and every text under it, and writes the receipt. */
export async function writeErasure(
  transaction: Queryable,
  { accountId, id }: EvidencePlace,
  { erasedAt, reason, items }: ErasureReceipt,
): Promise<void> {
  await sql`
    update evidence_set set wrapped_key = null, erased_at = ${erasedAt}
    where account_id = ${accountId} and verification_id = ${id}`.execute(transaction);
  await sql`delete from evidence_record where account_id = ${accountId} and verification_id = ${id}`.execute(
    transaction,
  );
  await sql`
    insert into evidence_erasure (account_id, verification_id, erased_at, reason, items)
    values (${accountId}, ${id}, ${erasedAt}, ${reason}, ${JSON.stringify(items)}::jsonb)`.execute(transaction);
}

/** The encrypted bytes are gone too. */
export async function writeCleared(database: Queryable, { accountId, id }: EvidencePlace, now: Date): Promise<void> {
  await sql`delete from evidence_part where account_id = ${accountId} and verification_id = ${id}`.execute(database);
  await sql`
    update evidence_set set cleared_at = ${now}
    where account_id = ${accountId} and verification_id = ${id} and erased_at is not null`.execute(database);
}

export async function findReceipt(
  database: Queryable,
  { accountId, id }: EvidencePlace,
): Promise<ErasureReceipt | null> {
  const { rows } = await sql<ErasureReceipt>`
    select erased_at as "erasedAt", reason, items from evidence_erasure
    where account_id = ${accountId} and verification_id = ${id}`.execute(database);
  return rows[0] ?? null;
}

type StageRow = {
  readonly id: VerificationId;
  readonly state: string;
  readonly sealedAt: Date | null;
  readonly lapsedAt: Date | null;
};

function stageOf({ state, sealedAt, lapsedAt }: StageRow): EvidenceStage {
  if (sealedAt !== null) return { stage: 'sealed', at: sealedAt, isRefused: state === 'rejected' };
  return lapsedAt === null ? { stage: 'open' } : { stage: 'abandoned', at: lapsedAt };
}

/** Verifications whose evidence is to be erased by now, at most `limit` of them. */
export async function listDue(
  database: Queryable,
  accountId: AccountId,
  policy: RetentionPolicy,
  { now, limit, after }: { readonly now: Date; readonly limit: number; readonly after: number },
): Promise<{ readonly due: readonly VerificationId[]; readonly lastId: number | null }> {
  const leastDays = Math.min(policy.evidenceDays, policy.refusedEvidenceDays ?? Infinity);
  const { rows } = await sql<StageRow>`
    select s.verification_id as id, v.state, s.sealed_at as "sealedAt", v.lapsed_at as "lapsedAt"
    from evidence_set s join verification v on v.account_id = s.account_id and v.verification_id = s.verification_id
    where s.account_id = ${accountId} and s.erased_at is null and s.verification_id > ${after}
      and (s.sealed_at <= ${later(now, -leastDays * MS_PER_DAY)}
        or v.lapsed_at <= ${later(now, -Math.min(UNFINISHED_DAYS, policy.evidenceDays) * MS_PER_DAY)})
    order by s.verification_id limit ${limit}`.execute(database);
  const due = rows.filter((row) => {
    const at = eraseAt(policy, stageOf(row));
    return at !== null && at <= now;
  });
  return { due: due.map(({ id }) => id), lastId: rows.length < limit ? null : rows.at(-1)!.id };
}

/** When the evidence of one verification is to be erased; null: not to be said yet, or nothing is there. */
export async function findEraseAt(
  database: Queryable,
  { accountId, id }: EvidencePlace,
  policy: RetentionPolicy,
): Promise<Date | null> {
  const { rows } = await sql<StageRow>`
    select s.verification_id as id, v.state, s.sealed_at as "sealedAt", v.lapsed_at as "lapsedAt"
    from evidence_set s join verification v on v.account_id = s.account_id and v.verification_id = s.verification_id
    where s.account_id = ${accountId} and s.verification_id = ${id} and s.erased_at is null`.execute(database);
  return rows[0] === undefined ? null : eraseAt(policy, stageOf(rows[0]));
}

/** Erased, and the bytes not yet removed: something came in between. */
export async function listUncleared(database: Queryable, accountId: AccountId): Promise<readonly VerificationId[]> {
  const { rows } = await sql<{ id: VerificationId }>`
    select verification_id as id from evidence_set
    where account_id = ${accountId} and erased_at is not null and cleared_at is null`.execute(database);
  return rows.map(({ id }) => id);
}
