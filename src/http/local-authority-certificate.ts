import { formatAddress, isWithin, parseAddress, type Address, type Network } from './client-address-notation.ts';
import {
  bitString,
  isTrue,
  objectIdentifier,
  octetString,
  sequence,
  setOf,
  tagged,
  taggedBytes,
  time,
  unsignedInteger,
  utf8String,
  type Bytes,
} from '../kernel/der.ts';
import { readValues } from '../kernel/der-reader.ts';

/** What a certificate says; who signs is the caller's affair. */
export type CertificateContent = {
  /** Up to 20 bytes, unlike those of any other certificate of this authority. */
  readonly serial: Bytes;
  readonly issuer: string;
  readonly subject: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Bytes;
  readonly keyId: Bytes;
  readonly issuerKeyId: Bytes;
};

/** Names that an authority may vouch for: each with all that lies below it. */
export type Scope = { readonly domains: readonly string[]; readonly networks: readonly Network[] };

/**
 * The part of an authority's certificate that is signed (RFC 5280, section 4.1). It vouches for servers alone, and only for names within
 * its scope: whoever steals its key cannot pass for a bank on the phones that trust it.
 */
export function authorityCertificate(content: CertificateContent, scope: Scope): Bytes {
  const subtrees = [...scope.domains.map(domainName), ...scope.networks.map(networkName)].map((name) => sequence(name));
  return certificateToSign(content, [
    extension('2.5.29.19', sequence(isTrue, unsignedInteger(Uint8Array.of(0))), 'critical'), // basicConstraints: no further authority
    extension('2.5.29.15', bitString(Uint8Array.of(0b0000_0110), 1), 'critical'), // keyUsage: keyCertSign, cRLSign
    extension(NAME_CONSTRAINTS, sequence(tagged(0, ...subtrees)), 'critical'),
  ]);
}

/** The part of a server's certificate that is signed. @param names domain names and addresses. */
export function serverCertificate(content: CertificateContent, names: readonly string[]): Bytes {
  const alternativeNames = names.map((name) => {
    const address = parseAddress(name);
    return address === null ? domainName(name) : taggedBytes(7, Uint8Array.from(address));
  });
  return certificateToSign(content, [
    extension('2.5.29.19', sequence(), 'critical'), // basicConstraints: no authority
    extension('2.5.29.15', bitString(Uint8Array.of(0b1000_0000), 7), 'critical'), // keyUsage: digitalSignature
    extension('2.5.29.37', sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'))), // extKeyUsage: serverAuth
    extension('2.5.29.17', sequence(...alternativeNames)), // subjectAltName
  ]);
}

/** A certificate from its signed part and the signature over it (ECDSA with SHA-256, in DER). */
export const certificate = (toSign: Bytes, signature: Bytes): Bytes =>
  sequence(toSign, ecdsaWithSha256, bitString(signature));

/** Reads an authority's scope back from its certificate; null when it has none that we can read. */
export function scopeOf(certificateBytes: Bytes): Scope | null {
  const toSign = readValues(readValues(certificateBytes)[0]!.contents)[0]!;
  const extensions = readValues(toSign.contents).find(({ tag }) => tag === 0xa3);
  if (extensions === undefined) return null;
  const id = readValues(objectIdentifier(NAME_CONSTRAINTS))[0]!.contents.join('.');
  for (const { contents } of readValues(readValues(extensions.contents)[0]!.contents)) {
    const parts = readValues(contents);
    if (parts[0]!.contents.join('.') !== id) continue;
    const permitted = readValues(readValues(parts.at(-1)!.contents)[0]!.contents).find(({ tag }) => tag === 0xa0);
    const names = readValues(permitted?.contents ?? new Uint8Array()).map(
      (subtree) => readValues(subtree.contents)[0]!,
    );
    return {
      domains: names.filter(({ tag }) => tag === 0x82).map((name) => new TextDecoder().decode(name.contents)),
      networks: names.filter(({ tag }) => tag === 0x87).map((name) => networkOf([...name.contents])),
    };
  }
  return null;
}

/** Whether a domain name or an address lies within the scope. */
export function isInScope(name: string, { domains, networks }: Scope): boolean {
  const address = parseAddress(name);
  if (address !== null) return networks.some((network) => isWithin(address, network));
  return domains.some((domain) => name === domain || name.endsWith(`.${domain}`));
}

/** The network as it is written: two equal ones are the same text. */
export const formatNetwork = ({ address, prefixBits }: Network): string => `${formatAddress(address)}/${prefixBits}`;

const NAME_CONSTRAINTS = '2.5.29.30';
const ecdsaWithSha256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));

function certificateToSign(content: CertificateContent, extensions: readonly Bytes[]): Bytes {
  return sequence(
    tagged(0, unsignedInteger(Uint8Array.of(2))), // version 3
    unsignedInteger(content.serial),
    ecdsaWithSha256,
    commonName(content.issuer),
    sequence(time(content.notBefore), time(content.notAfter)),
    commonName(content.subject),
    content.publicKey,
    tagged(
      3,
      sequence(
        ...extensions,
        extension('2.5.29.14', octetString(content.keyId)), // subjectKeyIdentifier
        extension('2.5.29.35', sequence(taggedBytes(0, content.issuerKeyId))), // authorityKeyIdentifier
      ),
    ),
  );
}

const commonName = (name: string): Bytes => sequence(setOf(sequence(objectIdentifier('2.5.4.3'), utf8String(name))));

const extension = (id: string, value: Bytes, weight?: 'critical'): Bytes =>
  sequence(objectIdentifier(id), ...(weight === undefined ? [] : [isTrue]), octetString(value));

const domainName = (name: string): Bytes => taggedBytes(2, new TextEncoder().encode(name));

const networkName = ({ address, prefixBits }: Network): Bytes =>
  taggedBytes(7, Uint8Array.from([...address, ...maskOf(address.length, prefixBits)]));

const maskOf = (length: number, prefixBits: number): Address =>
  Array.from({ length }, (_, index) => (0xff << (8 - Math.min(Math.max(prefixBits - 8 * index, 0), 8))) & 0xff);

function networkOf(bytes: readonly number[]): Network {
  const mask = bytes.slice(bytes.length / 2);
  const prefixBits = mask
    .map((byte) => byte.toString(2).replaceAll('0', '').length)
    .reduce((sum, bits) => sum + bits, 0);
  return { address: bytes.slice(0, bytes.length / 2), prefixBits };
}
