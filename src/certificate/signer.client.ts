import { createPrivateKey, createPublicKey, sign, X509Certificate, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import * as pkijs from 'pkijs';
import { ok, refuse, type Result } from '../kernel/result.ts';
import { signatureIdentifier } from './algorithms.ts';
import { chainOf } from './certificate-path.client.ts';
import type { Bytes } from '../kernel/der.ts';
import { keyKindOf } from './issue-x509.client.ts';
import type { RevocationData } from './revocation.client.ts';
import type { SigningKey } from './signed-data.client.ts';
import { commonNameOf } from './time-stamp-token.client.ts';

/** Who signs certificates. */
export type Signer = {
  /** As its certificate says. */
  readonly name: string;
  /** Made by the installation for itself: it proves that nothing was changed, and nothing of who signed. */
  readonly isDemonstration: boolean;
  readonly key: SigningKey;
  /** Its certificate first, then those above it as far as they are known. */
  readonly chain: readonly Bytes[];
  /** What is known of revocation without asking anybody. */
  readonly revocation: KnownRevocation;
};

export type KnownRevocation = (at: Date) => RevocationData | Promise<RevocationData>;

export type KeyFileRefusal =
  /** Not PKCS#12, the wrong password, or encrypted as before OpenSSL 3 (RC2, 3DES): `openssl pkcs12` writes it anew. */
  | { readonly kind: 'key-file-unreadable' }
  /** No private key, or no certificate that belongs to it. */
  | { readonly kind: 'key-file-incomplete' }
  /** The key is neither RSA of 2048 bits or more nor elliptic on P-256, P-384 or P-521. */
  | { readonly kind: 'key-not-suitable' };

/**
 * A signer from a key file: PKCS#12 (RFC 7292) with AES encryption, as certification services hand them out, or PEM with the key, its
 * certificate and those above it.
 * @param password of the file, or of the key in it; empty: there is none.
 */
export async function signerFromKeyFile(file: Uint8Array, password: string): Promise<Result<Signer, KeyFileRefusal>> {
  const isPem = Buffer.from(file).includes('-----BEGIN ');
  const opened = await (isPem ? pemOf(file, password) : bagsOf(file, password)).catch(() => null);
  if (opened === null) return refuse({ kind: 'key-file-unreadable' });
  const { key, certificates } = opened;
  if (key === null) return refuse({ kind: 'key-file-incomplete' });
  const own = certificates.find((certificate) => new X509Certificate(certificate).checkPrivateKey(key));
  if (own === undefined) return refuse({ kind: 'key-file-incomplete' });
  if (!isSuitable(key)) return refuse({ kind: 'key-not-suitable' });
  return ok({
    name: commonNameOf(own),
    isDemonstration: false,
    key: signingKey(key, own),
    chain: chainOf(own, certificates),
    revocation: () => ({ crls: [], ocsps: [] }),
  });
}

/** On a helper thread: whoever else is served by this process does not wait. */
const signElsewhere = promisify<string, Uint8Array, KeyObject, Buffer>(sign);

export const signingKey = (key: KeyObject, certificate: Bytes): SigningKey => ({
  certificate,
  algorithm: signatureIdentifier(keyKindOf(key)),
  sign: async (bytes) => Uint8Array.from(await signElsewhere('sha256', bytes, key)),
});

function isSuitable(key: KeyObject): boolean {
  const { modulusLength, namedCurve } = createPublicKey(key).asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') return (modulusLength ?? 0) >= 2048;
  return key.asymmetricKeyType === 'ec' && ['prime256v1', 'secp384r1', 'secp521r1'].includes(namedCurve ?? '');
}

const BLOCK = /-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----/g;

/** @throws when the key cannot be read, or the password is not its own. */
async function pemOf(file: Uint8Array, password: string): Promise<Opened> {
  const blocks = [...Buffer.from(file).toString('latin1').matchAll(BLOCK)];
  const keys = blocks.flatMap(([block, label]) => (label!.endsWith('PRIVATE KEY') ? [block] : []));
  return {
    key: keys[0] === undefined ? null : createPrivateKey({ key: keys[0], passphrase: password }),
    certificates: blocks.flatMap(([block, label]) =>
      label === 'CERTIFICATE' ? [Uint8Array.from(new X509Certificate(block).raw)] : [],
    ),
  };
}

type Opened = { readonly key: KeyObject | null; readonly certificates: readonly Bytes[] };

/** @throws when the file is not what it should be, or the password is not its own. */
async function bagsOf(file: Uint8Array, text: string): Promise<Opened> {
  const password = Uint8Array.from(Buffer.from(text, 'utf8')).buffer;
  const container = pkijs.PFX.fromBER(Uint8Array.from(file).buffer);
  await container.parseInternalValues({ password, checkIntegrity: true });
  const safe = container.parsedValue!.authenticatedSafe!;
  await safe.parseInternalValues({ safeContents: safe.safeContents.map(() => ({ password })) });
  const contents: readonly { readonly value: pkijs.SafeContents }[] = safe.parsedValue.safeContents;
  let key: KeyObject | null = null;
  const certificates: Bytes[] = [];
  for (const { bagValue } of contents.flatMap(({ value }) => value.safeBags)) {
    if (bagValue instanceof pkijs.CertBag && 'valueBlock' in bagValue.certValue)
      certificates.push(Uint8Array.from(bagValue.certValue.valueBlock.valueHexView));
    let plain: pkijs.PrivateKeyInfo | null = bagValue instanceof pkijs.PrivateKeyInfo ? bagValue : null;
    if (bagValue instanceof pkijs.PKCS8ShroudedKeyBag) {
      await (
        bagValue as unknown as { parseInternalValues(with_: { password: ArrayBuffer }): Promise<void> }
      ).parseInternalValues({ password });
      plain = bagValue.parsedValue ?? null;
    }
    if (plain !== null)
      key ??= createPrivateKey({ key: Buffer.from(plain.toSchema().toBER()), format: 'der', type: 'pkcs8' });
  }
  return { key, certificates };
}
