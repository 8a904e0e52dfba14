import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import { type Result, ok, refuse } from '../kernel/result.ts';
import { findCertificate } from './certificate.store.ts';
import {
  CertificateDamaged,
  type CertificatePlace,
  type CertificateVault,
  type KeptCertificate,
} from './kept-certificate.ts';

export type OpenCertificateRefusal =
  { readonly kind: 'certificate-not-there' } | { readonly kind: 'certificate-erased' };

export type OpenedCertificate = {
  readonly kept: KeptCertificate;
  /** With the time-stamps that were added since. */
  readonly whole: Uint8Array<ArrayBuffer>;
  /** As it was issued: the same bytes for ever. Time-stamps are added behind them. */
  readonly issued: Uint8Array<ArrayBuffer>;
};

/** The bytes of a certificate, held against the digests that were kept beside it. @throws CertificateDamaged */
export async function openCertificate(
  { database, vault }: { readonly database: Kysely<unknown>; readonly vault: CertificateVault },
  place: CertificatePlace,
): Promise<Result<OpenedCertificate, OpenCertificateRefusal>> {
  const kept = await findCertificate(database, place);
  if (kept === null) return refuse({ kind: 'certificate-not-there' });
  if (kept.wrappedKey === null) return refuse({ kind: 'certificate-erased' });
  const whole = await vault.read(vault.openKey(place, kept.wrappedKey), kept.file);
  const issued = whole.subarray(0, kept.issued.byteLength);
  if (!createHash('sha256').update(issued).digest().equals(kept.issued.sha256))
    throw new CertificateDamaged('it does not begin as it was issued');
  return ok({ kept, whole, issued });
}
