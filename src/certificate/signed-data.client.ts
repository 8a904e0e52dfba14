import { createHash, verify, X509Certificate, constants } from 'node:crypto';
import { digestByOid, digestIdentifier, digestOids, oids, signatureKindOf, type DigestName } from './algorithms.ts';
import * as der from './der.ts';
import type { Bytes } from './der.ts';
import {
  childrenOf,
  mismatch,
  present,
  readFirst,
  readOid,
  readOnly,
  readSmallInteger,
  readValues,
  tagged,
  type Value,
} from './der-reader.ts';

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

/** A SignedData that was read; nothing in it is proven yet. */
export type ReadSignedData = {
  readonly contentType: string;
  /** null: what is signed lies outside. */
  readonly content: Bytes | null;
  readonly certificates: readonly Bytes[];
  /** The one among them that the signer says is its own; null: it is not there. */
  readonly signerCertificate: Bytes | null;
  readonly digest: DigestName;
  readonly signature: Bytes;
  readonly signatureAlgorithm: Value;
  /** As they were signed: a SET OF. */
  readonly signedAttributes: Bytes;
  readonly signedAttribute: (oid: string) => Value | null;
  readonly unsignedAttribute: (oid: string) => Value | null;
};

/**
 * Every tag and number is held against the standard, also where no signature covers them: what a flipped bit may change there is little.
 * @throws NotAsEncoded when it is no SignedData in DER with one signer and signed attributes.
 */
export function readSignedData(bytes: Uint8Array): ReadSignedData {
  const [outerType, wrapped, ...beyond] = childrenOf(tagged(SEQUENCE, readFirst(bytes)));
  if (beyond.length > 0 || readOid(present(outerType)) !== oids.signedData) mismatch('no SignedData');
  const parts = childrenOf(tagged(SEQUENCE, readOnly(tagged(0xa0, wrapped).contents)));
  const [version, digests, encapsulated, ...rest] = parts;
  if (rest.slice(0, -1).some(({ tag }, at) => tag !== 0xa0 + at)) mismatch('no SignedData');
  const [contentType, contentWrapped] = childrenOf(tagged(SEQUENCE, encapsulated));
  const content = contentWrapped === undefined ? null : tagged(OCTETS, readOnly(tagged(0xa0, contentWrapped).contents));
  const certificates = readValues(rest.find(({ tag }) => tag === 0xa0)?.contents ?? new Uint8Array()).map(
    (certificate) => tagged(SEQUENCE, certificate).whole,
  );
  const signers = childrenOf(tagged(SET, rest.at(-1)));
  if (signers.length !== 1) mismatch('not one signer');
  const [signerVersion, sid, digestAlgorithm, signed, signatureAlgorithm, signature, unsigned, ...more] = childrenOf(
    tagged(SEQUENCE, signers[0]),
  );
  const byKey = readSmallInteger(present(signerVersion)) === 3;
  // RFC 5652, 5.1: 3 for contents of another kind than data, or a signer that is named by its key.
  const expectedVersion = byKey || readOid(present(contentType)) !== oids.data ? 3 : 1;
  if (readSmallInteger(present(version)) !== expectedVersion) mismatch('no version of SignedData');
  const signerDigest = digestOf(digestAlgorithm);
  const listed = childrenOf(tagged(SET, digests)).map(digestOf);
  if (listed.length !== 1 || listed[0] !== signerDigest) mismatch('not the one digest of the signer');
  // By issuer and serial, or by the identifier of its key (RFC 5652, 5.3).
  const isNamedAsItSays = present(sid).tag === (byKey ? 0x80 : SEQUENCE);
  if (!byKey && readSmallInteger(present(signerVersion)) !== 1) mismatch('no version of a signer');
  if (more.length > 0 || !isNamedAsItSays) mismatch('no signer');
  const attributeOf = (attributes: Value[]) => (oid: string) => {
    const found = attributes.map(childrenOf).filter(([name]) => readOid(present(name)) === oid);
    const values = found.length === 1 ? childrenOf(present(found[0]![1])) : [];
    return values.length === 1 ? values[0]! : null;
  };
  return {
    contentType: readOid(present(contentType)),
    content: content?.contents ?? null,
    certificates,
    signerCertificate: certificates.find((certificate) => isNamed(certificate, present(sid))) ?? null,
    digest: signerDigest,
    signature: tagged(OCTETS, signature).contents,
    signatureAlgorithm: tagged(SEQUENCE, signatureAlgorithm),
    signedAttributes: Uint8Array.from([SET, ...tagged(0xa0, signed).whole.subarray(1)]),
    signedAttribute: attributeOf(childrenOf(tagged(0xa0, signed))),
    unsignedAttribute: attributeOf(unsigned === undefined ? [] : childrenOf(tagged(0xa1, unsigned))),
  };
}

const SEQUENCE = 0x30;
const SET = 0x31;
const OCTETS = 0x04;

/** The digest that an identifier names, its parameters absent or NULL. */
function digestOf(identifier: Value | undefined): DigestName {
  const [oid, parameters, ...more] = childrenOf(tagged(SEQUENCE, identifier));
  const isPlain = more.length === 0 && (parameters === undefined || der.sameBytes(parameters.whole, der.nothing));
  return (isPlain ? digestByOid(readOid(present(oid))) : null) ?? mismatch('a digest that is not accepted');
}

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
  const kind = signatureKindOf(readOid(present(childrenOf(algorithm)[0])));
  const { publicKey } = new X509Certificate(certificate);
  const used = kind?.digest ?? stated ?? null;
  const [, parameters] = childrenOf(algorithm);
  const isPlain = parameters === undefined || der.sameBytes(parameters.whole, der.nothing);
  if (kind !== null && kind.key !== 'rsa-pss' && !isPlain) return false;
  if (kind === null || publicKey.asymmetricKeyType !== (kind.key === 'rsa-pss' ? 'rsa' : kind.key)) return false;
  if (kind.key === 'rsa-pss') {
    const pss = pssDigest(algorithm);
    const padded = {
      key: publicKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_AUTO,
    };
    return pss !== null && verify(pss, bytes, padded, signature);
  }
  return used !== null && verify(used, bytes, publicKey, signature);
}

/** The digest that the parameters of RSASSA-PSS name (RFC 4055); their default, SHA-1, is not accepted. */
function pssDigest(algorithm: Value): DigestName | null {
  const parameters = childrenOf(algorithm)[1];
  const named = parameters === undefined ? undefined : childrenOf(parameters).find(({ tag }) => tag === 0xa0);
  return named === undefined ? null : digestByOid(readOid(present(childrenOf(readOnly(named.contents))[0])));
}

/** RFC 5035: the signer's certificate is named by its digest under the signature, so that no other can be put in its place. */
function namesCertificate(read: ReadSignedData, certificate: Bytes): boolean {
  const second = read.signedAttribute(oids.signingCertificateV2);
  const first = read.signedAttribute(oids.signingCertificate);
  const attributeValue = second ?? first;
  if (attributeValue === null) return false;
  const id = childrenOf(present(childrenOf(present(childrenOf(attributeValue)[0]))[0]));
  const hash = id.find(({ tag }) => tag === 0x04);
  const algorithm =
    id[0]?.tag === 0x30 && second !== null ? digestByOid(readOid(present(childrenOf(id[0])[0]))) : 'sha256';
  if (hash === undefined || algorithm === null) return false;
  // The older attribute is SHA-1 by definition; time-stamping services still use it beside stronger signatures.
  const own = second === null ? createHash('sha1').update(certificate).digest() : digest(algorithm, certificate);
  return der.sameBytes(hash.contents, own);
}

export const digest = (name: DigestName, bytes: Uint8Array): Bytes =>
  Uint8Array.from(createHash(name).update(bytes).digest());

export const isDigestName = (name: string): name is DigestName => name in digestOids;

/** Issuer and serial of a certificate, as they stand in it. */
export function namesOf(certificate: Bytes): {
  readonly issuer: Bytes;
  readonly serial: Bytes;
  readonly subject: Bytes;
} {
  const fields = childrenOf(present(childrenOf(readOnly(certificate))[0])).filter(({ tag }) => tag !== 0xa0);
  const [serial, , issuer, , subject] = fields;
  return { issuer: present(issuer).whole, serial: present(serial).whole, subject: present(subject).whole };
}

/** Whether a signer's identifier means this certificate: issuer and serial, or the identifier of its key. */
function isNamed(certificate: Bytes, sid: Value): boolean {
  if (sid.tag === 0x30) {
    const { issuer, serial } = namesOf(certificate);
    return der.sameBytes(sid.contents, der.concat([issuer, serial]));
  }
  const wanted = der.sequence(
    der.objectIdentifier(oids.subjectKeyIdentifier),
    der.octetString(der.octetString(sid.contents)),
  );
  return Buffer.from(certificate).includes(Buffer.from(wanted));
}

/** `[number] IMPLICIT` over what was a SET. */
const implicit = (number: number, set: Bytes): Bytes => Uint8Array.from([0xa0 | number, ...set.subarray(1)]);
