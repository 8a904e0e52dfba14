import { type Kysely, type Transaction, sql } from 'kysely';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { CertificatePlace } from './kept-certificate.ts';

type Queryable = Kysely<unknown> | Transaction<unknown>;

/** Which file was destroyed, when and why. It stays. */
export type CertificateReceipt = {
  readonly erasedAt: Date;
  readonly reason: string;
  readonly byteLength: number;
  /** Lower-case hex. */
  readonly sha256: string;
};

/** Destroys the key and writes the receipt. */
export async function writeCertificateErasure(
  transaction: Queryable,
  { accountId, id }: CertificatePlace,
  { erasedAt, reason, byteLength, sha256 }: CertificateReceipt,
): Promise<void> {
  await sql`
    update certificate set wrapped_key = null, erased_at = ${erasedAt}
    where account_id = ${accountId} and verification_id = ${id}`.execute(transaction);
  await sql`
    insert into certificate_erasure (account_id, verification_id, erased_at, reason, byte_length, sha256)
    values (${accountId}, ${id}, ${erasedAt}, ${reason}, ${byteLength}, ${Buffer.from(sha256, 'hex')})`.execute(
    transaction,
  );
}

/** The encrypted bytes are gone too. */
export async function writeCertificateCleared(
  database: Queryable,
  { accountId, id }: CertificatePlace,
  now: Date,
): Promise<void> {
  await sql`
    update certificate set cleared_at = ${now}
    where account_id = ${accountId} and verification_id = ${id} and erased_at is not null`.execute(database);
}

export async function findReceipt(
  database: Queryable,
  { accountId, id }: CertificatePlace,
): Promise<CertificateReceipt | null> {
  const { rows } = await sql<CertificateReceipt>`
    select erased_at as "erasedAt", reason, byte_length as "byteLength", encode(sha256, 'hex') as sha256 from certificate_erasure
    where account_id = ${accountId} and verification_id = ${id}`.execute(database);
  return rows[0] ?? null;
}

/** Certificates that were issued by then and are still kept, by their numbers from one on. */
export async function listDueCertificates(
  database: Queryable,
  accountId: AccountId,
  { issuedBy, after, limit }: { readonly issuedBy: Date; readonly after: number; readonly limit: number },
): Promise<readonly VerificationId[]> {
  const { rows } = await sql<{ id: VerificationId }>`
    select verification_id as id from certificate
    where account_id = ${accountId} and erased_at is null and issued_at <= ${issuedBy} and verification_id > ${after}
    order by verification_id limit ${limit}`.execute(database);
  return rows.map(({ id }) => id);
}

/** Erased, and the bytes not yet removed: something came in between. */
export async function listUnclearedCertificates(
  database: Queryable,
  accountId: AccountId,
): Promise<readonly VerificationId[]> {
  const { rows } = await sql<{ id: VerificationId }>`
    select verification_id as id from certificate
    where account_id = ${accountId} and erased_at is not null and cleared_at is null`.execute(database);
  return rows.map(({ id }) => id);
}
