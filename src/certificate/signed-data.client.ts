import { createHash, verify, X509Certificate, constants } from 'node:crypto';
import { digestIdentifier, digestOids, oids, type DigestName } from './algorithms.ts';
import * as der from '../kernel/der.ts';
import type { Bytes } from '../kernel/der.ts';
import { readOid, type Value } from '../kernel/der-reader.ts';
import { namedCertificateOf, namesOf, type ReadSignedData } from './read-signed-data.ts';
import { signatureSchemeOf } from './signature-scheme.ts';

/** What signs: a certificate and whatever holds its key. */
export type SigningKey = {
  readonly certificate: Bytes;
  /** DER of the AlgorithmIdentifier of the signatures, all with SHA-256. */
  readonly algorithm: Bytes;
  /** PKCS#1 v1.5, or the DER of an ECDSA signature. */
  readonly sign: (bytes: Bytes) => Promise<Bytes>;
};

export type SignedDataOrder = {
  readonly key: SigningKey;
  /** Certificates that travel along: the signer's own first. */
  readonly certificates: readonly Bytes[];
  /** What is signed: bytes that stay outside, or a content of its own kind that is put in. */
  readonly content: { readonly detached: Bytes } | { readonly type: string; readonly inside: Bytes };
  /** Called with the signature; what it answers is put beside it, unsigned. */
  readonly unsigned?: (signature: Bytes) => Promise<readonly Bytes[]>;
};

/** CMS SignedData (RFC 5652) with one signer and `signingCertificateV2` (RFC 5035), as CAdES and time-stamp tokens have it. DER. */
export async function makeSignedData({ key, certificates, content, unsigned }: SignedDataOrder): Promise<Bytes> {
  const isDetached = 'detached' in content;
  const type = isDetached ? oids.data : content.type;
  const signedAttributes = [
    attribute(oids.contentType, der.objectIdentifier(type)),
    attribute(oids.messageDigest, der.octetString(digest('sha256', isDetached ? content.detached : content.inside))),
    // ESSCertIDv2 with its default digest, SHA-256.
    attribute(
      oids.signingCertificateV2,
      der.sequence(der.sequence(der.sequence(der.octetString(digest('sha256', key.certificate))))),
    ),
  ];
  const signed = der.setOf(...signedAttributes);
  const signature = await key.sign(signed);
  const beside = (await unsigned?.(signature)) ?? [];
  const { issuer, serial } = namesOf(key.certificate);
  const signerInfo = der.sequence(
    der.smallInteger(1),
    der.sequence(issuer, serial),
    digestIdentifier('sha256'),
    implicit(0, signed),
    key.algorithm,
    der.octetString(signature),
    ...(beside.length > 0 ? [implicit(1, der.setOf(...beside))] : []),
  );
  const signedData = der.sequence(
    der.smallInteger(isDetached ? 1 : 3),
    der.setOf(digestIdentifier('sha256')),
    der.sequence(der.objectIdentifier(type), ...(isDetached ? [] : [der.tagged(0, der.octetString(content.inside))])),
    implicit(0, der.setOf(...certificates)),
    der.setOf(signerInfo),
  );
  return der.sequence(der.objectIdentifier(oids.signedData), der.tagged(0, signedData));
}

export const attribute = (oid: string, value: Bytes): Bytes =>
  der.sequence(der.objectIdentifier(oid), der.setOf(value));

export type SignedDataFault =
  /** What was signed has another digest: it was changed. */
  'digest-differs' | 'signer-certificate-missing' | 'signature-wrong';

/** Whether the signature holds over `content`; null: it does. Says nothing of who the signer is. */
export function signedDataFault(read: ReadSignedData, content: Uint8Array): SignedDataFault | null {
  const { signerCertificate } = read;
  const isWhole = read.signedAttribute(oids.messageDigest);
  const type = read.signedAttribute(oids.contentType);
  if (isWhole === null || type === null || readOid(type) !== read.contentType) return 'signature-wrong';
  if (signerCertificate === null) return 'signer-certificate-missing';
  if (!namesCertificate(read, signerCertificate)) return 'signature-wrong';
  const holds = signatureHolds(
    { algorithm: read.signatureAlgorithm, digest: read.digest },
    read.signedAttributes,
    read.signature,
    signerCertificate,
  );
  if (!holds) return 'signature-wrong';
  return der.sameBytes(isWhole.contents, digest(read.digest, content)) ? null : 'digest-differs';
}

/** Whether a signature over `bytes` is by the key of `certificate`. Weak digests never hold. */
export function signatureHolds(
  { algorithm, digest: stated }: { readonly algorithm: Value; readonly digest?: DigestName },
  bytes: Uint8Array,
  signature: Uint8Array,
  certificate: Uint8Array,
): boolean {
  const scheme = signatureSchemeOf(algorithm, stated);
  const { publicKey } = new X509Certificate(certificate);
  if (scheme === null || publicKey.asymmetricKeyType !== (scheme.key === 'rsa-pss' ? 'rsa' : scheme.key)) return false;
  if (scheme.key !== 'rsa-pss') return verify(scheme.digest, bytes, publicKey, signature);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const saltLength = constants.RSA_PSS_SALTLEN_AUTO;
  return verify(scheme.digest, bytes, { key: publicKey, padding, saltLength }, signature);
}

/** Whether the signer's certificate is the one that its signature names. */
function namesCertificate(read: ReadSignedData, certificate: Bytes): boolean {
  const named = namedCertificateOf(read);
  if (named === null) return false;
  // The older attribute is SHA-1 by definition; time-stamping services still use it beside stronger signatures.
  const own = createHash(named.digest).update(certificate).digest();
  return der.sameBytes(named.hash, own);
}

export const digest = (name: DigestName, bytes: Uint8Array): Bytes =>
  Uint8Array.from(createHash(name).update(bytes).digest());

export const isDigestName = (name: string): name is DigestName => name in digestOids;

/** `[number] IMPLICIT` over what was a SET. */
const implicit = (number: number, set: Bytes): Bytes => Uint8Array.from([0xa0 | number, ...set.subarray(1)]);
