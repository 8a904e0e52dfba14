import type { Kysely } from 'kysely';
import type { AccountId } from '../kernel/id.ts';
import { type Clock, MS_PER_DAY, later } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import { findCertificate } from './certificate.store.ts';
import {
  type CertificateReceipt,
  findReceipt,
  listDueCertificates,
  listUnclearedCertificates,
  writeCertificateCleared,
  writeCertificateErasure,
} from './certificate-erasure.store.ts';
import type { CertificatePlace, CertificateVault } from './kept-certificate.ts';

export type CertificateErasureParts = {
  readonly database: Kysely<unknown>;
  readonly vault: Pick<CertificateVault, 'clear'>;
  readonly clock: Clock;
};

/**
 * Erases a certificate by destroying its key; from the commit on it opens nowhere. The receipt says which file that was, by its digest.
 * Erasing what is erased answers the receipt there is.
 * @param reason why, in a few words without personal data.
 */
export async function eraseCertificate(
  { database, vault, clock }: CertificateErasureParts,
  place: CertificatePlace,
  reason: string,
): Promise<Result<CertificateReceipt, { readonly kind: 'nothing-kept' }>> {
  const erased = await database.transaction().execute(async (transaction) => {
    const kept = await findCertificate(transaction, place, { held: true });
    if (kept === null) return refuse<{ readonly kind: 'nothing-kept' }>({ kind: 'nothing-kept' });
    if (kept.wrappedKey === null) return ok((await findReceipt(transaction, place))!);
    const { byteLength, sha256 } = kept.file;
    const receipt = { erasedAt: clock(), reason, byteLength, sha256: Buffer.from(sha256).toString('hex') };
    await writeCertificateErasure(transaction, place, receipt);
    return ok(receipt);
  });
  if (erased.ok) await clear({ database, vault, clock }, place);
  return erased;
}

async function clear({ database, vault, clock }: CertificateErasureParts, place: CertificatePlace): Promise<void> {
  await vault.clear(place);
  await writeCertificateCleared(database, place, clock());
}

const PAGE = 200;

export type CertificateRetentionParts = CertificateErasureParts & {
  readonly accounts: () => Promise<readonly { readonly id: AccountId; readonly certificateDays: number }[]>;
  readonly onError: (error: unknown) => void;
  readonly isStopping: () => boolean;
};

/**
 * Erases every certificate that its account keeps no longer, and the bytes of those whose erasure was broken off. What fails is told and
 * tried again the next time; it does not keep the others waiting.
 * @returns how many were erased.
 */
export async function eraseDueCertificates(parts: CertificateRetentionParts): Promise<number> {
  let count = 0;
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      parts.onError(error);
    }
  };
  for (const { id: accountId, certificateDays } of await parts.accounts())
    await attempt(async () => {
      for (const id of await listUnclearedCertificates(parts.database, accountId))
        await attempt(() => clear(parts, { accountId, id }));
      const issuedBy = later(parts.clock(), -certificateDays * MS_PER_DAY);
      for (let after: number | null = 0; after !== null && !parts.isStopping();) {
        const due = await listDueCertificates(parts.database, accountId, { issuedBy, after, limit: PAGE });
        for (const id of due)
          await attempt(async () => {
            const erased = await eraseCertificate(
              parts,
              { accountId, id },
              'kept as long as the account’s policy says',
            );
            if (erased.ok) count += 1;
          });
        after = due.length < PAGE ? null : due.at(-1)!;
      }
    });
  return count;
}
