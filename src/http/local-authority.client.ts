import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomBytes,
  sign,
  X509Certificate,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ok, refuse, type Result } from '../kernel/result.ts';
import { parseAddress } from './client-address-notation.ts';
import {
  authorityCertificate,
  certificate,
  isInScope,
  scopeOf,
  serverCertificate,
  type Scope,
} from './local-authority-certificate.ts';
import type { Bytes } from '../kernel/der.ts';
import { namesOf, readName, scopeFor, thisMachine, type Machine } from './local-authority-names.client.ts';

export type LocalAuthority = {
  /** The server's certificate and key, in PEM; written anew when they are renewed. */
  readonly certificateFile: string;
  readonly keyFile: string;
  /** What is installed on a phone, once: the authority's certificate, in PEM (`ca.crt`) and in DER (`ca.cer`). */
  readonly authorityFile: string;
  readonly authorityDerFile: string;
  /** SHA-256 of the authority's certificate, as phones show it: `AB:CD:…`. */
  readonly fingerprint: string;
  /** Domain names and addresses that the server's certificate is for. */
  readonly names: () => readonly string[];
  /** Renews the server's certificate if it has to be; answers whether it was. Done every minute without being asked. */
  readonly renew: () => Promise<boolean>;
  readonly stop: () => void;
};

export type LocalAuthorityRefusal =
  | { readonly kind: 'not-a-name'; readonly name: string }
  /** The authority was made for other names, and phones trust it for those alone. */
  | { readonly kind: 'name-not-covered'; readonly name: string };

export type OpenLocalAuthority = {
  /** `<data>/tls`: made when it is not there. Its keys are readable by this user alone. */
  readonly folder: string;
  /** Domain names and addresses besides those of this machine, such as the host of the public address. */
  readonly names: readonly string[];
  readonly now: () => Date;
  readonly log: (sentence: string) => void;
  readonly machine?: () => Machine;
};

/**
 * A certificate authority for one installation, made on first start, and a certificate of it for this server that follows the machine's
 * addresses. A phone that was told once to trust the authority opens the camera on any of them.
 *
 * @throws Error when its files cannot be read, or are not of one piece: they are never replaced, phones trust them.
 */
export async function openLocalAuthority({
  folder,
  names,
  now,
  log,
  machine = thisMachine,
}: OpenLocalAuthority): Promise<Result<LocalAuthority, LocalAuthorityRefusal>> {
  const asked: string[] = [];
  for (const name of names) {
    const read = readName(name);
    if (read === null) return refuse({ kind: 'not-a-name', name });
    asked.push(read);
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const authority = await openAuthority(folder, () => scopeFor(asked, machine()), machine().hostName, now());
  const notCovered = asked.find((name) => !isInScope(name, authority.scope));
  if (notCovered !== undefined) return refuse({ kind: 'name-not-covered', name: notCovered });

  const files = { certificate: path.join(folder, 'server.crt'), key: path.join(folder, 'server.key') };
  let current: readonly string[] = [];
  const renew = async (): Promise<boolean> => {
    const wanted = [...new Set(['localhost', ...asked, ...namesOf(machine())])].filter((name) =>
      isInScope(name, authority.scope),
    );
    current = wanted;
    if (await isGood(files, authority, wanted, now())) return false;
    await issue(files, authority, wanted, now());
    log(`made a certificate for ${wanted.join(', ')}`);
    return true;
  };
  await renew();
  const timer = setInterval(() => {
    renew().catch((error: unknown) => log(`the certificate could not be renewed: ${(error as Error).message}`));
  }, checkIntervalMs).unref();
  return ok({
    certificateFile: files.certificate,
    keyFile: files.key,
    authorityFile: path.join(folder, 'ca.crt'),
    authorityDerFile: path.join(folder, 'ca.cer'),
    fingerprint: authority.certificate.fingerprint256,
    names: () => current,
    renew,
    stop: () => clearInterval(timer),
  });
}

const checkIntervalMs = 60_000;
const dayMs = 86_400_000;
const authorityDays = 3653;
/** Phones refuse a server's certificate that is good for longer than 398 days. */
const certificateDays = 397;
const renewDaysBefore = 30;
/** A certificate is good from the day before: clocks of phones differ. */
const daysBefore = 1;

type Authority = { readonly certificate: X509Certificate; readonly key: KeyObject; readonly scope: Scope };

async function openAuthority(folder: string, scope: () => Scope, hostName: string, now: Date): Promise<Authority> {
  const files = { certificate: path.join(folder, 'ca.crt'), key: path.join(folder, 'ca.key') };
  const [certificatePem, keyPem] = await Promise.all([readIfThere(files.certificate), readIfThere(files.key)]);
  // The key is written first: without a certificate nobody can have trusted it yet.
  if (certificatePem === null) return makeAuthority(folder, scope(), hostName, now);
  if (keyPem === null)
    throw new Error(`${files.key} is missing: put it back, or remove ${files.certificate} and trust a new one`);
  const found = new X509Certificate(certificatePem);
  const key = createPrivateKey(keyPem);
  if (!found.checkPrivateKey(key)) throw new Error(`${files.key} is not the key of ${files.certificate}`);
  if (found.validToDate <= now) throw new Error(`${files.certificate} ended: remove it and trust the new one`);
  const readScope = scopeOf(new Uint8Array(found.raw));
  if (readScope === null) throw new Error(`${files.certificate} does not say what it is for`);
  return { certificate: found, key, scope: readScope };
}

async function makeAuthority(folder: string, scope: Scope, hostName: string, now: Date): Promise<Authority> {
  const keys = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const name = `Cotejo local authority (${(readName(hostName) ?? 'local').slice(0, 32)})`; // at most 64 characters: RFC 5280, ub-common-name
  const toSign = authorityCertificate(
    {
      ...validity(now, authorityDays),
      serial: randomSerial(),
      issuer: name,
      subject: name,
      publicKey: spkiOf(keys.publicKey),
      keyId: keyIdOf(keys.publicKey),
      issuerKeyId: keyIdOf(keys.publicKey),
    },
    scope,
  );
  const made = new X509Certificate(signed(toSign, keys.privateKey));
  await writeWhole(path.join(folder, 'ca.key'), keyToPem(keys.privateKey), 0o600);
  await writeWhole(path.join(folder, 'ca.cer'), made.raw, 0o644);
  await writeWhole(path.join(folder, 'ca.crt'), made.toString(), 0o644);
  return { certificate: made, key: keys.privateKey, scope };
}

type PairFiles = { readonly certificate: string; readonly key: string };

async function issue(files: PairFiles, authority: Authority, names: readonly string[], now: Date): Promise<void> {
  const keys = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const { notBefore, notAfter } = validity(now, certificateDays);
  const lastDay = authority.certificate.validToDate;
  const toSign = serverCertificate(
    {
      notBefore,
      notAfter: notAfter < lastDay ? notAfter : lastDay,
      serial: randomSerial(),
      issuer: commonNameOf(authority.certificate),
      subject: 'localhost',
      publicKey: spkiOf(keys.publicKey),
      keyId: keyIdOf(keys.publicKey),
      issuerKeyId: keyIdOf(createPublicKey(authority.key)),
    },
    names,
  );
  await writeWhole(files.key, keyToPem(keys.privateKey), 0o600);
  await writeWhole(files.certificate, new X509Certificate(signed(toSign, authority.key)).toString(), 0o644);
}

async function isGood(files: PairFiles, authority: Authority, names: readonly string[], now: Date): Promise<boolean> {
  try {
    const found = new X509Certificate(await readFile(files.certificate));
    const authorityEnd = authority.certificate.validToDate.getTime();
    return (
      found.verify(authority.certificate.publicKey) &&
      found.checkPrivateKey(createPrivateKey(await readFile(files.key))) &&
      found.validFromDate <= now &&
      (found.validToDate.getTime() > now.getTime() + renewDaysBefore * dayMs ||
        found.validToDate.getTime() === authorityEnd) &&
      names.every((name) => (parseAddress(name) === null ? found.checkHost(name) : found.checkIP(name)) !== undefined)
    );
  } catch {
    return false; // missing or unreadable
  }
}

function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  const notBefore = new Date(now.getTime() - daysBefore * dayMs);
  return { notBefore, notAfter: new Date(notBefore.getTime() + days * dayMs) };
}

const signed = (toSign: Bytes, key: KeyObject): Bytes =>
  certificate(toSign, new Uint8Array(sign('sha256', toSign, key)));

const randomSerial = (): Bytes => new Uint8Array(randomBytes(16));

const spkiOf = (key: KeyObject): Bytes => new Uint8Array(key.export({ type: 'spki', format: 'der' }));

/** RFC 7093, section 2, method 4: twenty bytes of the digest of the key. */
const keyIdOf = (key: KeyObject): Bytes =>
  new Uint8Array(createHash('sha256').update(spkiOf(key)).digest().subarray(0, 20));

const keyToPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

const commonNameOf = ({ subject }: X509Certificate): string => subject.replace(/^CN=/, '');

const readIfThere = (file: string): Promise<Buffer | null> =>
  readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });

async function writeWhole(file: string, content: string | Buffer, mode: number): Promise<void> {
  const handle = await open(`${file}.new`, 'w', mode);
  await handle.writeFile(content);
  await handle.sync();
  await handle.close();
  await rename(`${file}.new`, file);
}
