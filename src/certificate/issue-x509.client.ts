import { type KeyObject, createHash, sign } from 'node:crypto';
import { oids, signatureIdentifier } from './algorithms.ts';
import * as der from '../kernel/der.ts';
import type { Bytes } from '../kernel/der.ts';
import { childrenOf, present, readOnly } from '../kernel/der-reader.ts';

/** Whoever signs certificates and lists: a name and the key that belongs to it. */
export type X509Issuer = { readonly name: X509Name; readonly privateKey: KeyObject; readonly publicKey: KeyObject };
export type X509Name = { readonly commonName: string; readonly organization: string };
export type X509Profile = 'authority' | 'signer' | 'time-stamper';

export type X509Order = {
  readonly subject: X509Name;
  readonly publicKey: KeyObject;
  readonly issuer: X509Issuer;
  /** Up to 20 bytes that nobody can foretell. */
  readonly serial: Uint8Array;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly profile: X509Profile;
  /** Where the list of revoked certificates, or a responder, is asked for; written into the certificate. */
  readonly crlUrl?: string;
  readonly ocspUrl?: string;
};

/** A certificate (RFC 5280) for an authority, for who signs certificates of ours, or for a time-stamping unit; DER. */
export function issueCertificate(order: X509Order): Bytes {
  const { issuer } = order;
  const algorithm = signatureIdentifier(keyKindOf(issuer.privateKey));
  const body = der.sequence(
    der.tagged(0, der.smallInteger(2)),
    der.unsignedInteger(order.serial),
    algorithm,
    encodeName(issuer.name),
    der.sequence(der.time(order.notBefore), der.time(order.notAfter)),
    encodeName(order.subject),
    spkiOf(order.publicKey),
    der.tagged(3, der.sequence(...extensionsOf(order))),
  );
  return der.sequence(body, algorithm, der.bitString(signedBy(issuer, body)));
}

export type CrlOrder = {
  readonly issuer: X509Issuer;
  readonly number: number;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly revoked: readonly { readonly serial: Uint8Array; readonly at: Date }[];
};

/** A list of revoked certificates (RFC 5280, section 5); DER. */
export function issueCrl({ issuer, number, thisUpdate, nextUpdate, revoked }: CrlOrder): Bytes {
  const algorithm = signatureIdentifier(keyKindOf(issuer.privateKey));
  const entries = revoked.map(({ serial, at }) => der.sequence(der.unsignedInteger(serial), der.time(at)));
  const body = der.sequence(
    der.smallInteger(1),
    algorithm,
    encodeName(issuer.name),
    der.time(thisUpdate),
    der.time(nextUpdate),
    ...(entries.length > 0 ? [der.sequence(...entries)] : []),
    der.tagged(
      0,
      der.sequence(
        extension(oids.authorityKeyIdentifier, der.sequence(der.taggedBytes(0, keyIdentifier(issuer.publicKey)))),
        extension(oids.crlNumber, der.smallInteger(number)),
      ),
    ),
  );
  return der.sequence(body, algorithm, der.bitString(signedBy(issuer, body)));
}

/** @throws RangeError for a kind of key that is not used here. */
export function keyKindOf(key: KeyObject): 'rsa' | 'ec' {
  const kind = key.asymmetricKeyType;
  if (kind === 'rsa' || kind === 'ec') return kind;
  throw new RangeError(`keys of kind ${kind ?? 'unknown'} do not sign here`);
}

export function encodeName({ commonName, organization }: X509Name): Bytes {
  const part = (oid: string, text: string): Bytes =>
    der.setOf(der.sequence(der.objectIdentifier(oid), der.utf8String(text)));
  return der.sequence(part(oids.organization, organization), part(oids.commonName, commonName));
}

function extensionsOf({ profile, publicKey, issuer, crlUrl, ocspUrl }: X509Order): Bytes[] {
  const critical = (oid: string, value: Bytes): Bytes => extension(oid, value, true);
  const address = (url: string): Bytes => der.taggedBytes(6, Uint8Array.from(Buffer.from(url, 'ascii')));
  // Bits of keyUsage: digitalSignature 0, nonRepudiation 1, keyCertSign 5, cRLSign 6.
  const usage = { authority: [0x06, 1], signer: [0xc0, 6], 'time-stamper': [0x80, 7] }[profile];
  return [
    critical(oids.basicConstraints, profile === 'authority' ? der.sequence(der.isTrue) : der.sequence()),
    critical(oids.keyUsage, der.bitString(Uint8Array.of(usage[0]!), usage[1]!)),
    ...(profile === 'time-stamper'
      ? [critical(oids.extendedKeyUsage, der.sequence(der.objectIdentifier(oids.timeStamping)))]
      : []),
    extension(oids.subjectKeyIdentifier, der.octetString(keyIdentifier(publicKey))),
    extension(oids.authorityKeyIdentifier, der.sequence(der.taggedBytes(0, keyIdentifier(issuer.publicKey)))),
    ...(crlUrl === undefined
      ? []
      : [
          extension(
            oids.crlDistributionPoints,
            der.sequence(der.sequence(der.tagged(0, der.tagged(0, address(crlUrl))))),
          ),
        ]),
    ...(ocspUrl === undefined
      ? []
      : [
          extension(
            oids.authorityInformationAccess,
            der.sequence(der.sequence(der.objectIdentifier(oids.ocsp), address(ocspUrl))),
          ),
        ]),
  ];
}

const extension = (oid: string, value: Bytes, isCritical = false): Bytes =>
  der.sequence(der.objectIdentifier(oid), ...(isCritical ? [der.isTrue] : []), der.octetString(value));

const spkiOf = (key: KeyObject): Bytes => Uint8Array.from(key.export({ type: 'spki', format: 'der' }));

/** SHA-1 of the key's bits, as RFC 5280 (4.2.1.2) names keys; no security rests on it. */
function keyIdentifier(key: KeyObject): Bytes {
  const bits = present(childrenOf(readOnly(spkiOf(key)))[1]).contents.subarray(1);
  return Uint8Array.from(createHash('sha1').update(bits).digest());
}

const signedBy = ({ privateKey }: X509Issuer, body: Bytes): Bytes => Uint8Array.from(sign('sha256', body, privateKey));
