import type { AccountId, VerificationId } from '../kernel/id.ts';

/** Whose certificate. */
export type CertificatePlace = { readonly accountId: AccountId; readonly id: VerificationId };

/** A file as it lies: its name there, and what its plain bytes are. */
export type KeptFile = { readonly blobName: string; readonly byteLength: number; readonly sha256: Uint8Array };

/** What is known of a certificate beside its file. */
export type KeptCertificate = {
  /** null: it was erased. */
  readonly wrappedKey: Uint8Array | null;
  /** The whole file, with the time-stamps that were added since. */
  readonly file: KeptFile;
  /** Its beginning, as it was issued. */
  readonly issued: { readonly at: Date; readonly byteLength: number; readonly sha256: Uint8Array };
  /** When the certificate of its last time-stamp ends. */
  readonly renewBefore: Date;
  readonly renewals: number;
  readonly renewedAt: Date | null;
  readonly erasedAt: Date | null;
};

/**
 * [Note: The vault]
 * Certificates lie encrypted, each under a key of its own that is locked under the installation's: destroying the key erases the certificate
 * wherever a copy of the file may lie. A file is written whole under a name that nobody has, and on the disk, before the database knows of
 * it. What a process wrote that died before it could tell, nobody can open: the key died with it.
 */
export type CertificateVault = {
  /** A new key, plain and locked. */
  newKey(place: CertificatePlace): { readonly key: Uint8Array; readonly wrappedKey: Uint8Array };
  openKey(place: CertificatePlace, wrappedKey: Uint8Array): Uint8Array;
  /** Durable when it resolves. */
  write(place: CertificatePlace, key: Uint8Array, pdf: Uint8Array): Promise<KeptFile>;
  /** @throws CertificateDamaged where the bytes are not those that were written. */
  read(key: Uint8Array, file: KeptFile): Promise<Uint8Array<ArrayBuffer>>;
  remove(blobName: string): Promise<void>;
  /** Names of all files of one verification. */
  list(place: CertificatePlace): Promise<readonly string[]>;
  /** Removes all of them. */
  clear(place: CertificatePlace): Promise<void>;
};

/** A certificate whose bytes are not what they were. It is never handed out; somebody must look into it. */
export class CertificateDamaged extends Error {
  override readonly name = 'CertificateDamaged';
}
