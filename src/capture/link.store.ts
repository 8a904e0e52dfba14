import { type Kysely, type Transaction, sql } from 'kysely';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import { MS_PER_HOUR, later } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Verification } from '../verification/verification.ts';
import { LINK_CHANCE_BYTES, accountOfLink, linkToken, linkUrl } from './link.ts';

export type LinkParts = {
  readonly publicUrl: string;
  /** Bytes from the system's generator. */
  readonly chanceBytes: (count: number) => Uint8Array;
  readonly sha256: (text: string) => Uint8Array;
};

/** Makes a link for a verification and answers its address, which is kept nowhere else. */
export async function newLink(
  { publicUrl, chanceBytes, sha256 }: LinkParts,
  transaction: Transaction<unknown>,
  { accountId, id, linkLifetimeHours }: Verification,
  now: Date,
): Promise<string> {
  const token = linkToken(accountId, chanceBytes(LINK_CHANCE_BYTES));
  await sql`
    insert into link (account_id, token_digest, verification_id, created_at, expires_at)
    values (${accountId}, ${sha256(token)}, ${id}, ${now}, ${later(now, linkLifetimeHours * MS_PER_HOUR)})`.execute(
    transaction,
  );
  return linkUrl(publicUrl, token);
}

export type LinkRefusal =
  { readonly kind: 'link-unknown' } | { readonly kind: 'link-expired'; readonly expiredAt: Date };

export type FoundLink = { readonly accountId: AccountId; readonly id: VerificationId; readonly expiresAt: Date };

/** The verification that a token opens. A token that was never given out is the same as one of another account: unknown. */
export async function findLink(
  database: Kysely<unknown>,
  sha256: LinkParts['sha256'],
  token: string,
  now: Date,
): Promise<Result<FoundLink, LinkRefusal>> {
  const accountId = accountOfLink(token);
  if (accountId === null) return refuse({ kind: 'link-unknown' });
  // The link runs as long as its verification says: sending it again makes it last longer.
  const { rows } = await sql<{ id: VerificationId; expiresAt: Date }>`
    select l.verification_id as id, greatest(l.expires_at, v.link_expires_at) as "expiresAt"
    from link l join verification v on v.account_id = l.account_id and v.verification_id = l.verification_id
    where l.account_id = ${accountId} and l.token_digest = ${sha256(token)}`.execute(database);
  const link = rows[0];
  if (link === undefined) return refuse({ kind: 'link-unknown' });
  if (link.expiresAt <= now) return refuse({ kind: 'link-expired', expiredAt: link.expiresAt });
  return ok({ accountId, ...link });
}
