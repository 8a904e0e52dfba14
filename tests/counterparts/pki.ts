import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bytes } from '../../src/certificate/der.ts';
import {
  issueCertificate,
  issueCrl,
  type X509Issuer,
  type X509Profile,
} from '../../src/certificate/issue-x509.client.ts';

export type Issued = { readonly key: KeyObject; readonly certificate: Bytes; readonly serial: Bytes };
export type CertificateAuthority = {
  readonly root: Bytes;
  readonly issue: (order: {
    readonly commonName: string;
    readonly profile: X509Profile;
    readonly notBefore: Date;
    readonly notAfter: Date;
    readonly keyKind?: 'rsa' | 'ec';
    readonly crlUrl?: string;
  }) => Issued;
  readonly revoke: (issued: Issued, at: Date) => void;
  /** The list as it stands. */
  readonly crl: (at: Date) => Bytes;
};

export const drawBytes = (length: number): Bytes => Uint8Array.from(randomBytes(length));

const newKey = (kind: 'rsa' | 'ec'): KeyObject =>
  kind === 'rsa'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    : generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;

/** An authority as there are many: a root of its own, certificates under it, a list of those that were revoked. */
export function openCertificateAuthority(name: string, from: Date, until: Date): CertificateAuthority {
  const privateKey = newKey('ec');
  const issuer: X509Issuer = {
    name: { commonName: `${name} root`, organization: name },
    privateKey,
    publicKey: createPublicKey(privateKey),
  };
  const period = { notBefore: from, notAfter: until };
  const root = issueCertificate({
    subject: issuer.name,
    publicKey: issuer.publicKey,
    issuer,
    serial: drawBytes(16),
    profile: 'authority',
    ...period,
  });
  const revoked: { serial: Bytes; at: Date }[] = [];
  return {
    root,
    issue({ commonName, profile, notBefore, notAfter, keyKind = 'rsa', crlUrl }) {
      const key = newKey(keyKind);
      const serial = drawBytes(16);
      const certificate = issueCertificate({
        subject: { commonName, organization: name },
        publicKey: createPublicKey(key),
        issuer,
        serial,
        profile,
        notBefore,
        notAfter,
        ...(crlUrl === undefined ? {} : { crlUrl }),
      });
      return { key, certificate, serial };
    },
    revoke: ({ serial }, at) => void revoked.push({ serial, at }),
    crl: (at) =>
      issueCrl({
        issuer,
        number: revoked.length + 1,
        thisUpdate: at,
        nextUpdate: new Date(at.getTime() + 7 * 86_400_000),
        revoked,
      }),
  };
}

export const pem = (certificate: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate)
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')}\n-----END CERTIFICATE-----\n`;

/** A key file as certification services hand them out, written by OpenSSL. */
export function keyFile(
  { key, certificate }: Issued,
  root: Bytes,
  password: string,
  extra: readonly string[] = [],
): Buffer {
  const folder = mkdtempSync(path.join(tmpdir(), 'key-file-'));
  try {
    writeFileSync(path.join(folder, 'key.pem'), key.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(path.join(folder, 'own.pem'), pem(certificate));
    writeFileSync(path.join(folder, 'root.pem'), pem(root));
    const files = ['-inkey', 'key.pem', '-in', 'own.pem', '-certfile', 'root.pem', '-out', 'keys.p12'];
    execFileSync('openssl', ['pkcs12', '-export', ...files, '-passout', `pass:${password}`, ...extra], { cwd: folder });
    return readFileSync(path.join(folder, 'keys.p12'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
