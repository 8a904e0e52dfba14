import { type Kysely, type Transaction, sql } from 'kysely';
import type { EvidencePlace } from '../evidence/evidence.ts';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { Side } from './protocol.schema.ts';

/** A link that was given out, and the device that goes on by it or by another link of the same verification. */
export type KnownLink = {
  readonly id: VerificationId;
  readonly createdAt: Date;
  readonly bound: {
    readonly keyDigest: Uint8Array;
    /** When the link was made that this device came by. */
    readonly linkCreatedAt: Date;
    readonly frontTakes: number;
    readonly backTakes: number;
  } | null;
};

type Row = {
  readonly id: VerificationId;
  readonly createdAt: Date;
  readonly keyDigest: Buffer | null;
  readonly linkCreatedAt: Date | null;
  readonly frontTakes: number | null;
  readonly backTakes: number | null;
};

/** What a token opens. A token that was never given out is the same as one of another account: null. */
export async function findLink(
  database: Kysely<unknown>,
  accountId: AccountId,
  tokenDigest: Uint8Array,
): Promise<KnownLink | null> {
  const { rows } = await sql<Row>`
    select l.verification_id as id, l.created_at as "createdAt", c.key_digest as "keyDigest", b.created_at as "linkCreatedAt",
      c.front_takes as "frontTakes", c.back_takes as "backTakes"
    from link l
    left join capture c on c.account_id = l.account_id and c.verification_id = l.verification_id
    left join link b on b.account_id = c.account_id and b.token_digest = c.token_digest
    where l.account_id = ${accountId} and l.token_digest = ${tokenDigest}`.execute(database);
  const row = rows[0];
  if (row === undefined) return null;
  const { id, createdAt, keyDigest, linkCreatedAt, frontTakes, backTakes } = row;
  return {
    id,
    createdAt,
    bound:
      keyDigest === null
        ? null
        : { keyDigest, linkCreatedAt: linkCreatedAt!, frontTakes: frontTakes!, backTakes: backTakes! },
  };
}

export type Binding = { readonly keyDigest: Uint8Array; readonly tokenDigest: Uint8Array; readonly now: Date };

/**
 * Binds a verification to a device: the first that comes, or one that comes by a newer link than the one that is bound.
 * @returns whether it is bound to this one now.
 */
export async function bindDevice(
  transaction: Transaction<unknown>,
  { accountId, id }: EvidencePlace,
  { keyDigest, tokenDigest, now }: Binding,
): Promise<boolean> {
  const { rows } = await sql`
    insert into capture (account_id, verification_id, key_digest, token_digest, bound_at)
    values (${accountId}, ${id}, ${keyDigest}, ${tokenDigest}, ${now})
    on conflict (account_id, verification_id) do update
      set key_digest = excluded.key_digest, token_digest = excluded.token_digest, bound_at = excluded.bound_at
      where (select created_at from link where account_id = ${accountId} and token_digest = capture.token_digest)
        < (select created_at from link where account_id = ${accountId} and token_digest = excluded.token_digest)
    returning account_id`.execute(transaction);
  return rows.length === 1;
}

export async function countTake(
  transaction: Transaction<unknown>,
  { accountId, id }: EvidencePlace,
  side: Side,
): Promise<void> {
  const [front, back] = side === 'front' ? [1, 0] : [0, 1];
  await sql`
    update capture set front_takes = front_takes + ${front}, back_takes = back_takes + ${back}
    where account_id = ${accountId} and verification_id = ${id}`.execute(transaction);
}
