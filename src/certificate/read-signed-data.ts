import { digestByOid, oids, type DigestName } from './algorithms.ts';
import * as der from '../kernel/der.ts';
import type { Bytes } from '../kernel/der.ts';
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
} from '../kernel/der-reader.ts';

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
  // All of them are read at once: what is no attribute is found whichever of them is asked for.
  const attributesOf = (encoded: readonly Value[]) => {
    const attributes = encoded.map((attribute) => {
      const [name, values] = childrenOf(attribute);
      return { oid: readOid(present(name)), values: childrenOf(present(values)) };
    });
    return (oid: string): Value | null => {
      const found = attributes.filter((attribute) => attribute.oid === oid);
      const values = found.length === 1 ? found[0]!.values : [];
      return values.length === 1 ? values[0]! : null;
    };
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
    signedAttribute: attributesOf(childrenOf(tagged(0xa0, signed))),
    unsignedAttribute: attributesOf(unsigned === undefined ? [] : childrenOf(tagged(0xa1, unsigned))),
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

/**
 * How the signature names its signer's certificate, so that no other can be put in its place (RFC 5035): by a digest of it. null: it does not.
 */
export function namedCertificateOf(
  read: ReadSignedData,
): { readonly digest: DigestName | 'sha1'; readonly hash: Bytes } | null {
  const second = read.signedAttribute(oids.signingCertificateV2);
  const attributeValue = second ?? read.signedAttribute(oids.signingCertificate);
  if (attributeValue === null) return null;
  const id = childrenOf(present(childrenOf(present(childrenOf(attributeValue)[0]))[0]));
  const hash = id.find(({ tag }) => tag === OCTETS);
  const algorithm =
    id[0]?.tag === SEQUENCE && second !== null ? digestByOid(readOid(present(childrenOf(id[0])[0]))) : 'sha256';
  if (hash === undefined || algorithm === null) return null;
  return { digest: second === null ? 'sha1' : algorithm, hash: hash.contents };
}

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
  return includes(certificate, wanted);
}

function includes(bytes: Uint8Array, wanted: Uint8Array): boolean {
  for (let at = bytes.indexOf(wanted[0]!); at !== -1; at = bytes.indexOf(wanted[0]!, at + 1))
    if (der.sameBytes(bytes.subarray(at, at + wanted.byteLength), wanted)) return true;
  return false;
}
