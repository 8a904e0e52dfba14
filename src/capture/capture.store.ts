import { type Kysely, type Transaction, sql } from 'kysely';
import type { EvidencePlace } from '../evidence/evidence.ts';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { Side } from './protocol.schema.ts';

/** A link that was given out, and the device that goes on by it or by another link of the same verification. */
export type KnownLink = {
  readonly id: VerificationId;
  /** What it was sent for: [Note: Retakes]. */
  readonly round: number;
  readonly createdAt: Date;
  readonly bound: {
    readonly keyDigest: Uint8Array;
    /** Of the link that this device came by. */
    readonly linkRound: number;
    readonly linkCreatedAt: Date;
    readonly frontTakes: number;
    readonly backTakes: number;
  } | null;
};

type Row = {
  readonly id: VerificationId;
  readonly round: number;
  readonly createdAt: Date;
  readonly keyDigest: Buffer | null;
  readonly linkRound: number | null;
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
    select l.verification_id as id, l.round, l.created_at as "createdAt", c.key_digest as "keyDigest", b.round as "linkRound",
      b.created_at as "linkCreatedAt", c.front_takes as "frontTakes", c.back_takes as "backTakes"
    from link l
    left join capture c on c.account_id = l.account_id and c.verification_id = l.verification_id
    left join link b on b.account_id = c.account_id and b.token_digest = c.token_digest
    where l.account_id = ${accountId} and l.token_digest = ${tokenDigest}`.execute(database);
  const row = rows[0];
  if (row === undefined) return null;
  const { id, round, createdAt, keyDigest, linkRound, linkCreatedAt, frontTakes, backTakes } = row;
  return {
    id,
    round,
    createdAt,
    bound:
      keyDigest === null
        ? null
        : {
            keyDigest,
            linkRound: linkRound!,
            linkCreatedAt: linkCreatedAt!,
            frontTakes: frontTakes!,
            backTakes: backTakes!,
          },
  };
}

export type Binding = { readonly keyDigest: Uint8Array; readonly tokenDigest: Uint8Array; readonly now: Date };

/**
 * Binds a verification to a device: the first that comes, or one that comes by a newer link than the one that is bound. What was taken for
 * another round does not count.
 * @returns whether it is bound to this one now.
 */
export async function bindDevice(
  transaction: Transaction<unknown>,
  { accountId, id }: EvidencePlace,
  { keyDigest, tokenDigest, now }: Binding,
): Promise<boolean> {
  const linkOf = (row: 'capture' | 'excluded', column: 'round' | 'created_at') =>
    sql`(select ${sql.raw(column)} from link where account_id = ${accountId} and token_digest = ${sql.raw(row)}.token_digest)`;
  const roundOf = (row: 'capture' | 'excluded') => linkOf(row, 'round');
  const madeAt = (row: 'capture' | 'excluded') => linkOf(row, 'created_at');
  const { rows } = await sql`
    insert into capture (account_id, verification_id, key_digest, token_digest, bound_at)
    values (${accountId}, ${id}, ${keyDigest}, ${tokenDigest}, ${now})
    on conflict (account_id, verification_id) do update
      set key_digest = excluded.key_digest, token_digest = excluded.token_digest, bound_at = excluded.bound_at,
        front_takes = case when ${roundOf('capture')} = ${roundOf('excluded')} then capture.front_takes else 0 end,
        back_takes = case when ${roundOf('capture')} = ${roundOf('excluded')} then capture.back_takes else 0 end
      where (${roundOf('capture')}, ${madeAt('capture')}) < (${roundOf('excluded')}, ${madeAt('excluded')})
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
