import type { Kysely } from 'kysely';
import type { AccountId } from '../kernel/id.ts';
import { type Clock, MS_PER_DAY, later } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import { listRenewals, replaceFile } from './certificate.store.ts';
import type { CertificatePlace, CertificateVault } from './kept-certificate.ts';
import type { Maker, MakeRefusal } from './maker.client.ts';
import { type OpenCertificateRefusal, openCertificate } from './open-certificate.client.ts';

export type RenewParts = {
  readonly database: Kysely<unknown>;
  readonly vault: CertificateVault;
  readonly renew: Maker['renew'];
  readonly clock: Clock;
};

export type RenewRefusal =
  | OpenCertificateRefusal
  | MakeRefusal
  /** Somebody else renewed or erased it meanwhile. */
  | { readonly kind: 'changed-meanwhile' };

/**
 * [Note: Renewing]
 * The certificate of a time-stamp ends after some years, and the algorithms that it was made with grow old. Before that a further time-stamp
 * is put over the whole file, with what is needed to check the one before. It is appended: the file goes on beginning with the very bytes
 * that were issued, and those are what companies are handed on every call. `cotejo certificate export` hands out the whole.
 */
export async function renewCertificate(
  parts: RenewParts,
  place: CertificatePlace,
): Promise<Result<{ readonly renewBefore: Date }, RenewRefusal>> {
  const { database, vault, renew, clock } = parts;
  const opened = await openCertificate(parts, place);
  if (!opened.ok) return opened;
  const { kept, whole } = opened.value;
  const renewed = await renew(whole);
  if (!renewed.ok) return renewed;
  const { pdf, renewBefore } = renewed.value;
  const file = await vault.write(place, vault.openKey(place, kept.wrappedKey!), pdf);
  const replaced = await replaceFile(database, place, { before: kept.file, file, renewBefore, now: clock() });
  await vault.remove((replaced ? kept.file : file).blobName);
  return replaced ? ok({ renewBefore }) : refuse({ kind: 'changed-meanwhile' });
}

/** A further time-stamp is put on so long before the certificate of the last one ends. */
const RENEW_DAYS = 90;
/** One that was just renewed is left alone, however soon its new time-stamp ends: the authority itself is about to change. */
const LEAVE_ALONE_DAYS = 30;
const PAGE = 100;

export type RenewalRounds = RenewParts & {
  readonly accounts: () => Promise<readonly { readonly id: AccountId }[]>;
  /** Told of each one; null: it was renewed. */
  readonly onRenewal: (place: CertificatePlace, refusal: RenewRefusal | null) => void;
  readonly onError: (error: unknown) => void;
  readonly isStopping: () => boolean;
};

/** Renews whatever is due, in all accounts. While nobody stamps, the round ends: the next one begins where it stopped. */
export async function renewDueCertificates(parts: RenewalRounds): Promise<void> {
  const now = parts.clock();
  const due = { by: later(now, RENEW_DAYS * MS_PER_DAY), notSince: later(now, -LEAVE_ALONE_DAYS * MS_PER_DAY) };
  for (const { id: accountId } of await parts.accounts()) {
    const failed = new Set<number>();
    for (let isMore = true; isMore && !parts.isStopping();) {
      const page = await listRenewals(parts.database, accountId, { ...due, limit: PAGE + failed.size });
      const ids = page.filter((id) => !failed.has(id));
      isMore = ids.length >= PAGE;
      for (const id of ids) {
        const renewed = await renewCertificate(parts, { accountId, id }).catch((error: unknown) => {
          parts.onError(error);
          return null;
        });
        if (renewed === null || !renewed.ok) failed.add(id);
        if (renewed === null) continue;
        parts.onRenewal({ accountId, id }, renewed.ok ? null : renewed.refusal);
        if (!renewed.ok && renewed.refusal.kind === 'no-time-stamp') return;
      }
    }
  }
}
