import { createPrivateKey, X509Certificate } from 'node:crypto';
import { watch, type FSWatcher } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { SecureContextOptions, Server, TlsOptions } from 'node:tls';
import { ok, refuse, type Result } from '../kernel/result.ts';

export type OpenTls = {
  /** The server's certificate, followed by those between it and its root, in PEM. */
  readonly certificateFile: string;
  /** Its key in PEM, without a password. */
  readonly keyFile: string;
  readonly now: () => Date;
  readonly log: (sentence: string) => void;
  /** How often the files are looked at where no change of them was announced. */
  readonly checkIntervalMs?: number;
};

export type Tls = {
  /** For `https.createServer` and for fastify's `https`. */
  readonly options: TlsOptions;
  /** When the certificate in use ends. */
  readonly validTo: () => Date;
  /** From now on the server answers new connections with the files as they are then; those that are open stay open. */
  readonly follow: (server: Server) => void;
  readonly stop: () => void;
};

export type TlsRefusal = { readonly kind: 'tls-files-unusable'; readonly detail: string };

/** Opens a certificate and its key, and keeps up with them when they are renewed. Two files that do not fit together are never used. */
export async function openTls({
  certificateFile,
  keyFile,
  now,
  log,
  checkIntervalMs = 60_000,
}: OpenTls): Promise<Result<Tls, TlsRefusal>> {
  const first = await readPair(certificateFile, keyFile);
  if (!first.ok) return first;
  let current = first.value;
  tellOfEnd(current, now(), log);
  await tellOfReaders(keyFile, log);

  const servers = new Set<Server>();
  let lastRefusal = '';
  const check = async (): Promise<void> => {
    const read = await readPair(certificateFile, keyFile);
    if (!read.ok) {
      // A renewal writes one file after the other: it is told when it stays so, and once.
      if (lastRefusal !== read.refusal.detail) log(`${read.refusal.detail}: the certificate of before stays in use`);
      lastRefusal = read.refusal.detail;
      return;
    }
    lastRefusal = '';
    if (read.value.certificatePem.equals(current.certificatePem) && read.value.keyPem.equals(current.keyPem)) return;
    current = read.value;
    for (const server of servers) server.setSecureContext(secureContextOf(current));
    log(`the certificate was renewed: good until ${dayOf(current.certificate.validToDate)}`);
    tellOfEnd(current, now(), log);
  };
  const watching = watchFolders([certificateFile, keyFile], check, checkIntervalMs);
  return ok({
    options: { ...secureContextOf(current), handshakeTimeout: 10_000, ALPNProtocols: ['http/1.1'] },
    validTo: () => current.certificate.validToDate,
    follow: (server) => {
      servers.add(server);
      server.setSecureContext(secureContextOf(current)); // they may have changed since the options were read
      server.once('close', () => servers.delete(server));
    },
    stop: () => watching.stop(),
  });
}

type Pair = { readonly certificatePem: Buffer; readonly keyPem: Buffer; readonly certificate: X509Certificate };

async function readPair(certificateFile: string, keyFile: string): Promise<Result<Pair, TlsRefusal>> {
  const unusable = (detail: string): { ok: false; refusal: TlsRefusal } =>
    refuse({ kind: 'tls-files-unusable', detail });
  let certificatePem, keyPem;
  try {
    certificatePem = await readFile(certificateFile);
    keyPem = await readFile(keyFile);
  } catch (error) {
    return unusable((error as Error).message); // names the file
  }
  let certificate, key;
  try {
    certificate = new X509Certificate(certificatePem);
  } catch {
    return unusable(`${certificateFile} is not a certificate in PEM`);
  }
  try {
    key = createPrivateKey(keyPem);
  } catch {
    return unusable(`${keyFile} is not a private key in PEM without a password`);
  }
  if (!certificate.checkPrivateKey(key)) return unusable(`${keyFile} is not the key of ${certificateFile}`);
  return ok({ certificatePem, keyPem, certificate });
}

/** Mozilla's "intermediate" set: forward secrecy and authenticated encryption, as every client since 2013 has them. */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':');

const secureContextOf = ({ certificatePem, keyPem }: Pair): SecureContextOptions => ({
  cert: certificatePem,
  key: keyPem,
  minVersion: 'TLSv1.2',
  ciphers,
});

const daysOfWarning = 14;

function tellOfEnd({ certificate }: Pair, now: Date, log: (sentence: string) => void): void {
  const daysLeft = Math.floor((certificate.validToDate.getTime() - now.getTime()) / 86_400_000);
  if (daysLeft < 0) log(`the certificate ended on ${dayOf(certificate.validToDate)}: browsers refuse it`);
  else if (daysLeft < daysOfWarning)
    log(`the certificate ends in ${daysLeft} days, on ${dayOf(certificate.validToDate)}`);
}

async function tellOfReaders(keyFile: string, log: (sentence: string) => void): Promise<void> {
  if (((await stat(keyFile)).mode & 0o007) !== 0) log(`${keyFile} can be read by every user of this machine`);
}

const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

/** How long a renewal may take from its first file to its last. */
const settleMs = 250;

/**
 * Calls `check` some time after anything happened in the folders of the files, and every so often besides. Folders are watched, not files:
 * certbot and Kubernetes put a new link or a new file in the place of the old one.
 */
function watchFolders(
  files: readonly string[],
  check: () => Promise<void>,
  checkIntervalMs: number,
): { readonly stop: () => void } {
  let settling: NodeJS.Timeout | undefined;
  const soon = (): void => {
    clearTimeout(settling);
    settling = setTimeout(() => void check(), settleMs).unref();
  };
  const watchers: FSWatcher[] = [];
  for (const folder of new Set(files.map((file) => path.dirname(file))))
    try {
      const watcher = watch(folder, { persistent: false }, soon);
      watcher.on('error', () => watcher.close()); // the folder went away: the interval goes on
      watchers.push(watcher);
    } catch {
      // no more watches to be had: the interval does it alone
    }
  const interval = setInterval(() => void check(), checkIntervalMs).unref();
  return {
    stop: () => {
      clearTimeout(settling);
      clearInterval(interval);
      for (const watcher of watchers) watcher.close();
    },
  };
}
