import { type Kysely, type Transaction, sql } from 'kysely';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { CertificatePlace, KeptCertificate, KeptFile } from './kept-certificate.ts';

type Queryable = Kysely<unknown> | Transaction<unknown>;

const columns = sql.raw(
  `wrapped_key as "wrappedKey", blob_name as "blobName", byte_length as "byteLength", sha256, issued_at as "issuedAt",
  issued_byte_length as "issuedByteLength", issued_sha256 as "issuedSha256", renew_before as "renewBefore", renewals,
  renewed_at as "renewedAt", erased_at as "erasedAt"`,
);

type Row = KeptFile & {
  readonly wrappedKey: Buffer | null;
  readonly issuedAt: Date;
  readonly issuedByteLength: number;
  readonly issuedSha256: Buffer;
  readonly renewBefore: Date;
  readonly renewals: number;
  readonly renewedAt: Date | null;
  readonly erasedAt: Date | null;
};

const keptOf = (row: Row): KeptCertificate => ({
  wrappedKey: row.wrappedKey,
  file: { blobName: row.blobName, byteLength: row.byteLength, sha256: row.sha256 },
  issued: { at: row.issuedAt, byteLength: row.issuedByteLength, sha256: row.issuedSha256 },
  renewBefore: row.renewBefore,
  renewals: row.renewals,
  renewedAt: row.renewedAt,
  erasedAt: row.erasedAt,
});

export async function findCertificate(
  database: Queryable,
  { accountId, id }: CertificatePlace,
  { held = false } = {},
): Promise<KeptCertificate | null> {
  const { rows } = await sql<Row>`
    select ${columns} from certificate where account_id = ${accountId} and verification_id = ${id}
    ${held ? sql`for update` : sql``}`.execute(database);
  return rows[0] === undefined ? null : keptOf(rows[0]);
}

/** The certificates of an account by their verifications' numbers, from one on. */
export async function listCertificates(
  database: Queryable,
  accountId: AccountId,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly (KeptCertificate & { readonly id: VerificationId })[]> {
  const { rows } = await sql<Row & { readonly id: VerificationId }>`
    select verification_id as id, ${columns} from certificate
    where account_id = ${accountId} and verification_id > ${after} order by verification_id limit ${limit}`.execute(
    database,
  );
  return rows.map((row) => ({ id: row.id, ...keptOf(row) }));
}

/** A certificate is there, from this transaction's commit on. Whatever stood in its way is forgotten. */
export async function insertCertificate(
  transaction: Transaction<unknown>,
  { accountId, id }: CertificatePlace,
  {
    wrappedKey,
    file,
    issuedAt,
    renewBefore,
  }: {
    readonly wrappedKey: Uint8Array;
    readonly file: KeptFile;
    readonly issuedAt: Date;
    readonly renewBefore: Date;
  },
): Promise<void> {
  const { blobName, byteLength, sha256 } = file;
  await sql`
    insert into certificate (account_id, verification_id, wrapped_key, blob_name, byte_length, sha256, issued_at, issued_byte_length,
      issued_sha256, renew_before)
    values (${accountId}, ${id}, ${wrappedKey}, ${blobName}, ${byteLength}, ${sha256}, ${issuedAt}, ${byteLength}, ${sha256},
      ${renewBefore})`.execute(transaction);
  await sql`
    delete from certificate_attempt where account_id = ${accountId} and verification_id = ${id}`.execute(transaction);
}

/** Counts an attempt before it is made. @returns how many there were, this one included. */
export async function beginAttempt(
  database: Queryable,
  { accountId, id }: CertificatePlace,
  now: Date,
): Promise<number> {
  const { rows } = await sql<{ attempts: number }>`
    insert into certificate_attempt (account_id, verification_id, attempts, begun_at, last_at)
    values (${accountId}, ${id}, 1, ${now}, ${now})
    on conflict (account_id, verification_id) do update set attempts = certificate_attempt.attempts + 1, last_at = ${now}
    returning attempts`.execute(database);
  return rows[0]!.attempts;
}

/** @param hindrance slug. */
export async function noteHindrance(
  transaction: Queryable,
  { accountId, id }: CertificatePlace,
  hindrance: string,
): Promise<void> {
  await sql`
    update certificate_attempt set hindrance = ${hindrance}
    where account_id = ${accountId} and verification_id = ${id}`.execute(transaction);
}

/** What still stands in the way of certificates of an account. */
export async function listAttempts(
  database: Queryable,
  accountId: AccountId,
): Promise<
  readonly {
    readonly id: VerificationId;
    readonly attempts: number;
    readonly begunAt: Date;
    readonly lastAt: Date;
    readonly hindrance: string | null;
  }[]
> {
  const { rows } = await sql<{
    id: VerificationId;
    attempts: number;
    begunAt: Date;
    lastAt: Date;
    hindrance: string | null;
  }>`
    select verification_id as id, attempts, begun_at as "begunAt", last_at as "lastAt", hindrance from certificate_attempt
    where account_id = ${accountId} order by begun_at, verification_id`.execute(database);
  return rows;
}

/** Certificates whose last time-stamp ends before `by` and that were not renewed since `notSince`, soonest first. */
export async function listRenewals(
  database: Queryable,
  accountId: AccountId,
  { by, notSince, limit }: { readonly by: Date; readonly notSince: Date; readonly limit: number },
): Promise<readonly VerificationId[]> {
  const { rows } = await sql<{ id: VerificationId }>`
    select verification_id as id from certificate
    where account_id = ${accountId} and erased_at is null and renew_before < ${by}
      and (renewed_at is null or renewed_at < ${notSince})
    order by renew_before, verification_id limit ${limit}`.execute(database);
  return rows.map(({ id }) => id);
}

/** A longer file takes the place of the one that it begins with. @returns false when that one is not the last any more. */
export async function replaceFile(
  database: Queryable,
  { accountId, id }: CertificatePlace,
  {
    before,
    file,
    renewBefore,
    now,
  }: { readonly before: KeptFile; readonly file: KeptFile; readonly renewBefore: Date; readonly now: Date },
): Promise<boolean> {
  const { rows } = await sql<{ renewals: number }>`
    update certificate set blob_name = ${file.blobName}, byte_length = ${file.byteLength}, sha256 = ${file.sha256},
      renew_before = ${renewBefore}, renewals = renewals + 1, renewed_at = ${now}
    where account_id = ${accountId} and verification_id = ${id} and blob_name = ${before.blobName} and erased_at is null
    returning renewals`.execute(database);
  return rows.length === 1;
}
