import { type Bytes, nothing, objectIdentifier, sequence } from '../kernel/der.ts';

/** Digests that are used and accepted: SHA-256 and above (ETSI TS 119 312). */
export const digestOids = {
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;
export type DigestName = keyof typeof digestOids;

export const digestByOid = (oid: string): DigestName | null =>
  (Object.keys(digestOids) as DigestName[]).find((name) => digestOids[name] === oid) ?? null;

export const digestIdentifier = (name: DigestName): Bytes => sequence(objectIdentifier(digestOids[name]), nothing);

/** How a signature was made: kind of key, and the digest where the identifier says one. */
const signatureKinds: Readonly<
  Record<string, { readonly key: 'rsa' | 'rsa-pss' | 'ec'; readonly digest: DigestName | null }>
> = {
  '1.2.840.113549.1.1.1': { key: 'rsa', digest: null },
  '1.2.840.113549.1.1.11': { key: 'rsa', digest: 'sha256' },
  '1.2.840.113549.1.1.12': { key: 'rsa', digest: 'sha384' },
  '1.2.840.113549.1.1.13': { key: 'rsa', digest: 'sha512' },
  '1.2.840.113549.1.1.10': { key: 'rsa-pss', digest: null },
  '1.2.840.10045.2.1': { key: 'ec', digest: null },
  '1.2.840.10045.4.3.2': { key: 'ec', digest: 'sha256' },
  '1.2.840.10045.4.3.3': { key: 'ec', digest: 'sha384' },
  '1.2.840.10045.4.3.4': { key: 'ec', digest: 'sha512' },
};
export const signatureKindOf = (oid: string) => signatureKinds[oid] ?? null;

/** The identifier of a signature with SHA-256 under an RSA or an elliptic key. */
export const signatureIdentifier = (keyKind: 'rsa' | 'ec'): Bytes =>
  keyKind === 'rsa'
    ? sequence(objectIdentifier('1.2.840.113549.1.1.11'), nothing)
    : sequence(objectIdentifier('1.2.840.10045.4.3.2'));

export const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
  timeStampToken: '1.2.840.113549.1.9.16.2.14',
  timeStampInfo: '1.2.840.113549.1.9.16.1.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocsp: '1.3.6.1.5.5.7.48.1',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  basicOcspResponse: '1.3.6.1.5.5.7.48.1.1',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectKeyIdentifier: '2.5.29.14',
  authorityKeyIdentifier: '2.5.29.35',
  crlDistributionPoints: '2.5.29.31',
  authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
  crlNumber: '2.5.29.20',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
} as const;
