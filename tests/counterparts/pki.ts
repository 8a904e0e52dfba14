import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bytes } from '../../src/kernel/der.ts';
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
    readonly ocspUrl?: string;
  }) => Issued;
  readonly revoke: (issued: Issued, at: Date) => void;
  /** What OpenSSL's responder answers in this authority's name (RFC 6960), by the machine's clock. */
  readonly answerOcsp: (query: Uint8Array) => Bytes;
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
  const known: Bytes[] = [];
  return {
    root,
    issue({ commonName, profile, notBefore, notAfter, keyKind = 'rsa', crlUrl, ocspUrl }) {
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
        ...(ocspUrl === undefined ? {} : { ocspUrl }),
      });
      known.push(serial);
      return { key, certificate, serial };
    },
    revoke: ({ serial }, at) => void revoked.push({ serial, at }),
    answerOcsp(query) {
      const folder = mkdtempSync(path.join(tmpdir(), 'responder-'));
      const digits = (at: Date): string =>
        at
          .toISOString()
          .replace(/[-:T]|\.\d+/g, '')
          .slice(2);
      const line = (serial: Bytes): string => {
        const since = revoked.find((own) => own.serial === serial)?.at;
        const number = Buffer.from(serial)
          .toString('hex')
          .toUpperCase()
          .replace(/^(00)+/, '');
        return [
          since === undefined ? 'V' : 'R',
          digits(until),
          since === undefined ? '' : digits(since),
          number,
          'unknown',
          '/CN=x',
        ].join('\t');
      };
      try {
        writeFileSync(path.join(folder, 'index'), `${known.map(line).join('\n')}\n`);
        writeFileSync(path.join(folder, 'root.pem'), pem(root));
        writeFileSync(path.join(folder, 'root.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
        writeFileSync(path.join(folder, 'query'), query);
        const own = ['-CA', 'root.pem', '-rsigner', 'root.pem', '-rkey', 'root.key', '-index', 'index', '-ndays', '7'];
        execFileSync('openssl', ['ocsp', ...own, '-reqin', 'query', '-respout', 'answer'], {
          cwd: folder,
          stdio: 'pipe',
        });
        return Uint8Array.from(readFileSync(path.join(folder, 'answer')));
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
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
