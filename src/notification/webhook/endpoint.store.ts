import { type Kysely, type Transaction, sql } from 'kysely';
import { z } from 'zod';
import type { AccountId } from '../../kernel/id.ts';
import type { BodyEncoding } from './body.ts';
import type { DisabledReason, EndpointSettings, Notice, Payload } from './endpoints.ts';
import type { SigningSecret } from './signature.ts';

type Queryable = Kysely<unknown> | Transaction<unknown>;

/** What keeps credentials and secrets from whoever has a copy of the database. */
export type Sealing = { readonly seal: (text: string) => Buffer; readonly unseal: (sealed: Uint8Array) => string };

/** An endpoint as it is kept, secrets opened. */
export type KeptEndpoint = EndpointSettings & {
  readonly accountId: AccountId;
  readonly secret: SigningSecret;
  readonly secretSince: Date;
  readonly previous: { readonly secret: SigningSecret; readonly until: Date } | null;
  readonly savedAt: Date;
  readonly disabled: { readonly reason: DisabledReason; readonly since: Date } | null;
  readonly failingSince: Date | null;
  /** Grows with every change that a worker has to hear of. */
  readonly version: number;
};

/** The secrets that sign at an instant: one, or two while a receiver changes over. */
export const secretsAt = ({ secret, previous }: KeptEndpoint, now: Date): readonly SigningSecret[] =>
  previous === null || previous.until <= now ? [secret] : [secret, previous.secret];

type Row = {
  readonly account_id: number;
  readonly url: string;
  readonly encoding: BodyEncoding;
  readonly payload: Payload;
  readonly sealed_credentials: Buffer | null;
  readonly sealed_secret: Buffer;
  readonly secret_since: Date;
  readonly sealed_previous_secret: Buffer | null;
  readonly previous_secret_until: Date | null;
  readonly saved_at: Date;
  readonly disabled_reason: DisabledReason | null;
  readonly disabled_since: Date | null;
  readonly failing_since: Date | null;
  readonly version: number;
};

const credentialsSchema = z.object({ user: z.string(), password: z.string() });

/** @returns those that there are, by their accounts. */
export async function findEndpoints(
  database: Queryable,
  accountIds: readonly AccountId[],
  unseal: Sealing['unseal'],
): Promise<ReadonlyMap<AccountId, KeptEndpoint>> {
  const { rows } = await sql<Row>`
    select account_id, url, encoding, payload, sealed_credentials, sealed_secret, secret_since, sealed_previous_secret,
      previous_secret_until, saved_at, disabled_reason, disabled_since, failing_since, version
    from callback_endpoint where account_id = any(${accountIds})`.execute(database);
  return new Map(rows.map((row) => [row.account_id as AccountId, endpointOf(row, unseal)]));
}

export const findEndpoint = async (
  database: Queryable,
  accountId: AccountId,
  unseal: Sealing['unseal'],
): Promise<KeptEndpoint | null> => (await findEndpoints(database, [accountId], unseal)).get(accountId) ?? null;

const endpointOf = (row: Row, unseal: Sealing['unseal']): KeptEndpoint => ({
  accountId: row.account_id as AccountId,
  url: row.url,
  encoding: row.encoding,
  payload: row.payload,
  credentials:
    row.sealed_credentials === null
      ? null
      : credentialsSchema.parse(JSON.parse(unseal(row.sealed_credentials)) as unknown),
  secret: unseal(row.sealed_secret) as SigningSecret,
  secretSince: row.secret_since,
  previous:
    row.sealed_previous_secret === null
      ? null
      : { secret: unseal(row.sealed_previous_secret) as SigningSecret, until: row.previous_secret_until! },
  savedAt: row.saved_at,
  disabled: row.disabled_reason === null ? null : { reason: row.disabled_reason, since: row.disabled_since! },
  failingSince: row.failing_since,
  version: row.version,
});

/**
 * Puts an endpoint where there is none, or in the place of the one before: it begins without failures and enabled.
 * @param secret null: the one there is goes on signing.
 */
export async function writeEndpoint(
  database: Queryable,
  accountId: AccountId,
  {
    url,
    encoding,
    payload,
    credentials,
    secret,
    now,
  }: EndpointSettings & { readonly secret: SigningSecret | null; readonly now: Date },
  seal: Sealing['seal'],
): Promise<void> {
  const sealedCredentials = credentials === null ? null : seal(JSON.stringify(credentials));
  const sealedSecret = secret === null ? null : seal(secret);
  await sql`
    insert into callback_endpoint as e (account_id, url, encoding, payload, sealed_credentials, sealed_secret, secret_since, saved_at, version)
    values (${accountId}, ${url}, ${encoding}, ${payload}, ${sealedCredentials}, ${sealedSecret ?? Buffer.alloc(0)}, ${now}, ${now}, 1)
    on conflict (account_id) do update set url = excluded.url, encoding = excluded.encoding, payload = excluded.payload,
      sealed_credentials = excluded.sealed_credentials, sealed_secret = coalesce(${sealedSecret}, e.sealed_secret),
      secret_since = case when ${sealedSecret}::bytea is null then e.secret_since else excluded.secret_since end,
      saved_at = excluded.saved_at, disabled_reason = null, disabled_since = null, failing_since = null,
      version = e.version + 1`.execute(database);
}

/** @param previousUntil how long the secret that signs now goes on signing besides the new one; null: no longer. */
export async function writeSecret(
  database: Queryable,
  accountId: AccountId,
  {
    secret,
    previousUntil,
    now,
  }: { readonly secret: SigningSecret; readonly previousUntil: Date | null; readonly now: Date },
  seal: Sealing['seal'],
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update callback_endpoint set sealed_secret = ${seal(secret)}, secret_since = ${now}, version = version + 1,
      sealed_previous_secret = case when ${previousUntil}::timestamptz is null then null else sealed_secret end,
      previous_secret_until = ${previousUntil}
    where account_id = ${accountId}`.execute(database);
  return numAffectedRows === 1n;
}

/** @returns whether it was enabled before. */
export async function writeDisabled(
  database: Queryable,
  accountId: AccountId,
  reason: DisabledReason,
  now: Date,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update callback_endpoint set disabled_reason = ${reason}, disabled_since = ${now}, version = version + 1
    where account_id = ${accountId} and disabled_reason is null`.execute(database);
  return numAffectedRows === 1n;
}

export async function writeEnabled(database: Queryable, accountId: AccountId): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update callback_endpoint set disabled_reason = null, disabled_since = null, failing_since = null, version = version + 1
    where account_id = ${accountId}`.execute(database);
  return numAffectedRows === 1n;
}

export async function writeFailingSince(database: Queryable, accountId: AccountId, since: Date | null): Promise<void> {
  await sql`update callback_endpoint set failing_since = ${since} where account_id = ${accountId}`.execute(database);
}

export async function deleteEndpoint(database: Queryable, accountId: AccountId): Promise<boolean> {
  const { numAffectedRows } = await sql`delete from callback_endpoint where account_id = ${accountId}`.execute(
    database,
  );
  return numAffectedRows === 1n;
}

/** Counts the notice up where the same one is not dismissed yet. */
export async function raiseNotice(
  database: Queryable,
  accountId: AccountId,
  kind: Notice['kind'],
  now: Date,
): Promise<void> {
  await sql`
    insert into callback_notice as n (account_id, kind, notice_number, raised_at, latest_at, count)
    select ${accountId}, ${kind}, coalesce(max(notice_number) filter (where dismissed_at is null), max(notice_number) + 1, 1),
      ${now}::timestamptz, ${now}::timestamptz, 1
    from callback_notice where account_id = ${accountId} and kind = ${kind}
    on conflict (account_id, kind, notice_number) do update set latest_at = excluded.latest_at, count = n.count + 1`.execute(
    database,
  );
}

/** The latest first. */
export async function listNotices(database: Queryable, accountId: AccountId): Promise<readonly Notice[]> {
  const { rows } = await sql<Notice>`
    select kind, notice_number as number, raised_at as "raisedAt", latest_at as "latestAt", count, dismissed_at as "dismissedAt"
    from callback_notice where account_id = ${accountId} order by latest_at desc limit 200`.execute(database);
  return rows;
}

export async function dismissNotice(
  database: Queryable,
  accountId: AccountId,
  { kind, number }: Pick<Notice, 'kind' | 'number'>,
  now: Date,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update callback_notice set dismissed_at = ${now}
    where account_id = ${accountId} and kind = ${kind} and notice_number = ${number} and dismissed_at is null`.execute(
    database,
  );
  return numAffectedRows === 1n;
}
