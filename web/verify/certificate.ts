import { oids, type DigestName } from '../../src/certificate/algorithms.ts';
import type { Bytes } from '../../src/kernel/der.ts';
import { sameBytes } from '../../src/kernel/der.ts';
import { childrenOf, mismatch, present, readOid, readOnly, readTime, type Value } from '../../src/kernel/der-reader.ts';
import { signatureSchemeOf } from '../../src/certificate/signature-scheme.ts';
import { extensionOf, isForTimeStampsAlone } from '../../src/certificate/x509-extension.ts';

/** What a certificate says (RFC 5280), as far as it is looked at here. */
export type Certificate = {
  readonly whole: Bytes;
  readonly body: Bytes;
  readonly issuer: Bytes;
  readonly subject: Bytes;
  readonly name: string;
  readonly from: Date;
  readonly until: Date;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Bytes;
  readonly isAuthority: boolean;
  readonly stampsTime: boolean;
  readonly algorithm: Value;
  readonly signature: Bytes;
};

/** @throws NotAsEncoded */
export function readCertificate(bytes: Bytes): Certificate {
  const [body, algorithm, signature] = childrenOf(readOnly(bytes));
  const fields = childrenOf(present(body)).filter(({ tag }) => tag !== 0xa0);
  const [, , issuer, validity, subject, publicKey] = fields;
  const [from, until] = childrenOf(present(validity));
  const constraints = extensionOf(bytes, oids.basicConstraints)?.value ?? null;
  return {
    whole: bytes,
    body: present(body).whole,
    issuer: present(issuer).whole,
    subject: present(subject).whole,
    name: commonNameOf(present(subject)),
    from: readTime(present(from)),
    until: readTime(present(until)),
    publicKey: present(publicKey).whole,
    isAuthority: constraints !== null && childrenOf(constraints)[0]?.contents[0] === 0xff,
    stampsTime: isForTimeStampsAlone(bytes),
    algorithm: present(algorithm),
    signature: bitsOf(present(signature)),
  };
}

const bitsOf = ({ tag, contents }: Value): Bytes =>
  tag === 0x03 && contents[0] === 0 ? contents.subarray(1) : mismatch('no bits');

/** Encodings of names: UTF-8 and its subsets, Latin-1, and two bytes a character. */
const DECODERS: Readonly<Record<number, string>> = {
  0x0c: 'utf-8',
  0x13: 'utf-8',
  0x16: 'utf-8',
  0x14: 'latin1',
  0x1e: 'utf-16be',
};

function commonNameOf(subject: Value): string {
  for (const part of childrenOf(subject))
    for (const [oid, value] of childrenOf(part).map(childrenOf))
      if (readOid(present(oid)) === oids.commonName)
        return new TextDecoder(DECODERS[present(value).tag] ?? 'utf-8').decode(present(value).contents);
  return '';
}

const HASHES = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const;
const SALT_BYTES = { sha256: 32, sha384: 48, sha512: 64 } as const;
const CURVES: Readonly<Record<string, { readonly name: string; readonly bytes: number }>> = {
  '1.2.840.10045.3.1.7': { name: 'P-256', bytes: 32 },
  '1.3.132.0.34': { name: 'P-384', bytes: 48 },
  '1.3.132.0.35': { name: 'P-521', bytes: 66 },
};

/** Digest by the browser's own cryptography; SHA-1 only where an old attribute is defined by it. */
export const digestOf = async (name: DigestName | 'sha1', bytes: Bytes): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest(name === 'sha1' ? 'SHA-1' : HASHES[name], bytes));

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Whether a signature over `bytes` is by the key of a certificate. */
export async function signatureHolds(
  { algorithm, digest }: { readonly algorithm: Value; readonly digest?: DigestName },
  bytes: Bytes,
  signature: Bytes,
  { publicKey }: Certificate,
): Promise<boolean> {
  const scheme = signatureSchemeOf(algorithm, digest);
  if (scheme === null) return false;
  const hash = HASHES[scheme.digest];
  if (scheme.key !== 'ec') {
    const name = scheme.key === 'rsa' ? 'RSASSA-PKCS1-v1_5' : 'RSA-PSS';
    const key = await crypto.subtle.importKey('spki', publicKey, { name, hash }, false, ['verify']);
    return crypto.subtle.verify({ name, saltLength: SALT_BYTES[scheme.digest] }, key, signature, bytes);
  }
  const [, parameters] = childrenOf(present(childrenOf(readOnly(publicKey))[0]));
  const curve = CURVES[readOid(present(parameters))];
  if (curve === undefined) return false;
  const key = await crypto.subtle.importKey('spki', publicKey, { name: 'ECDSA', namedCurve: curve.name }, false, [
    'verify',
  ]);
  return crypto.subtle.verify({ name: 'ECDSA', hash }, key, pairOf(signature, curve.bytes), bytes);
}

/** The two numbers of an ECDSA signature at a fixed length, as browsers want them. */
function pairOf(signature: Bytes, byteLength: number): Bytes {
  const pair = new Uint8Array(byteLength * 2);
  for (const [at, { contents }] of childrenOf(readOnly(signature)).entries()) {
    const digits = contents.subarray(Math.max(0, contents.byteLength - byteLength));
    pair.set(digits, byteLength * (at + 1) - digits.byteLength);
  }
  return pair;
}

export const isIssuedBy = async (own: Certificate, issuer: Certificate): Promise<boolean> =>
  sameBytes(own.issuer, issuer.subject) &&
  issuer.isAuthority &&
  (await signatureHolds({ algorithm: own.algorithm }, own.body, own.signature, issuer).catch(() => false));

const LONGEST = 6;

/** The way up, each issued by the next one, to one that issued itself; null: it is not all there. */
export async function chainTo(own: Certificate, pool: readonly Certificate[]): Promise<readonly Certificate[] | null> {
  const chain = [own];
  while (chain.length <= LONGEST) {
    const last = chain.at(-1)!;
    if (await isIssuedBy(last, last)) return chain;
    let above: Certificate | undefined;
    for (const candidate of pool)
      if (!chain.includes(candidate) && (await isIssuedBy(last, candidate))) above ??= candidate;
    if (above === undefined) return null;
    chain.push(above);
  }
  return null;
}
