import { type Transaction, sql } from 'kysely';
import { MS_PER_HOUR, later } from '../kernel/instant.ts';
import { type Verification, linkedRoundOf } from '../verification/verification.ts';
import { LINK_CHANCE_BYTES, linkToken, linkUrl } from './link.ts';

export type LinkParts = {
  readonly publicUrl: string;
  /** Bytes from the system's generator. */
  readonly chanceBytes: (count: number) => Uint8Array;
  readonly sha256: (text: string) => Uint8Array;
};

/** Makes a link for what a verification asks for now, and answers its address, which is kept nowhere else. */
export async function newLink(
  { publicUrl, chanceBytes, sha256 }: LinkParts,
  transaction: Transaction<unknown>,
  verification: Verification,
  now: Date,
): Promise<string> {
  const { accountId, id, linkLifetimeHours } = verification;
  const token = linkToken(accountId, chanceBytes(LINK_CHANCE_BYTES));
  await sql`
    insert into link (account_id, token_digest, verification_id, round, created_at, expires_at)
    values (${accountId}, ${sha256(token)}, ${id}, ${linkedRoundOf(verification)}, ${now},
      ${later(now, linkLifetimeHours * MS_PER_HOUR)})`.execute(transaction);
  return linkUrl(publicUrl, token);
}
