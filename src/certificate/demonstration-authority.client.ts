import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { later, MS_PER_DAY, MS_PER_HOUR, type Clock } from '../kernel/instant.ts';
import type { Bytes } from '../kernel/der.ts';
import { issueCertificate, issueCrl, type X509Issuer, type X509Profile } from './issue-x509.client.ts';
import { signingKey, type Signer } from './signer.client.ts';
import { encodeGranted, makeToken, readQuery } from './time-stamp-token.client.ts';
import type { TimeStampAuthority } from './tsa.client.ts';

/**
 * [Note: The demonstration authority]
 * Without keys and without a time-stamping authority of its own, an installation signs and stamps with an authority that it makes on its
 * first start, so that everything can be tried. What it signs shows that no byte was changed since; nobody else vouches for who signed and
 * when. It says so in its names, on the first page of each certificate and when a certificate is checked.
 */
export type DemonstrationAuthority = {
  readonly signer: Signer;
  readonly timeStamping: TimeStampAuthority;
  /** What who checks must be given: DER. */
  readonly root: Bytes;
};

const FILE = 'demonstration-authority.json';
const ORGANIZATION = 'DEMONSTRATION, no legal value';
const ROOT_DAYS = 30 * 365;
const DAYS = 3 * 365;
const RENEW_DAYS = 60;
/** A policy of nobody, from the tree of examples. */
const POLICY = '2.999.1';

const heldSchema = z.object({ key: z.string(), certificate: z.base64() });
const fileSchema = z.object({ root: heldSchema, signer: heldSchema, timeStamper: heldSchema });
type Held = { readonly key: KeyObject; readonly certificate: Bytes };
type Holdings = { readonly root: Held; readonly signer: Held; readonly timeStamper: Held };

/**
 * The authority that lies in `folder`, made when there is none. Certificates that end within 60 days are issued anew; the root stays.
 * @param draw that many bytes which nobody can foretell.
 */
export function openDemonstrationAuthority(
  folder: string,
  { clock, draw }: { readonly clock: Clock; readonly draw: (bytes: number) => Bytes },
): DemonstrationAuthority {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = path.join(folder, FILE);
  const found = read(file) ?? makeFirst(file, made(clock(), draw)) ?? read(file)!;
  const isFresh = [found.signer, found.timeStamper].every(
    ({ certificate }) => new X509Certificate(certificate).validToDate > later(clock(), RENEW_DAYS * MS_PER_DAY),
  );
  const { root, signer, timeStamper } = isFresh ? found : replaced(file, { ...made(clock(), draw, found.root) });
  const listAt = hourlyList(issuerOf(root));
  return {
    root: root.certificate,
    signer: {
      name: names.signer,
      isDemonstration: true,
      key: signingKey(signer.key, signer.certificate),
      chain: [signer.certificate, root.certificate],
      revocation: (at) => ({ crls: [listAt(at)], ocsps: [] }),
    },
    timeStamping: {
      name: 'demonstration',
      async ask(query) {
        const { imprint, nonce } = readQuery(query);
        const key = signingKey(timeStamper.key, timeStamper.certificate);
        const certificates = [timeStamper.certificate, root.certificate];
        const order = { imprint: imprint.whole, nonce: nonce?.whole ?? null, serial: draw(12), at: clock() };
        return encodeGranted(await makeToken({ key, certificates, policy: POLICY, ...order }));
      },
    },
  };
}

const names = {
  root: 'Cotejo DEMONSTRATION root',
  signer: 'Cotejo DEMONSTRATION signer',
  timeStamper: 'Cotejo DEMONSTRATION time-stamping',
} as const;
const nameOf = (part: keyof typeof names) => ({ commonName: names[part], organization: ORGANIZATION });

const issuerOf = ({ key }: Held): X509Issuer => ({
  name: nameOf('root'),
  privateKey: key,
  publicKey: createPublicKey(key),
});

/** Nothing was ever revoked; said for a week from a little before, so that clocks may differ. */
const emptyList = (issuer: X509Issuer, at: Date): Bytes =>
  issueCrl({
    issuer,
    number: Math.floor(at.getTime() / MS_PER_HOUR),
    thisUpdate: later(at, -MS_PER_HOUR),
    nextUpdate: later(at, 7 * MS_PER_DAY),
    revoked: [],
  });

/** The list of an hour is signed once. */
function hourlyList(issuer: X509Issuer): (at: Date) => Bytes {
  let last: { readonly hour: number; readonly list: Bytes } | null = null;
  return (at) => {
    const hour = Math.floor(at.getTime() / MS_PER_HOUR);
    if (last?.hour !== hour) last = { hour, list: emptyList(issuer, new Date(hour * MS_PER_HOUR)) };
    return last.list;
  };
}

function made(now: Date, draw: (bytes: number) => Bytes, root: Held = makeRoot(now, draw)): Holdings {
  const issuer = issuerOf(root);
  const hold = (part: 'signer' | 'timeStamper', profile: X509Profile): Held => {
    const { privateKey, publicKey } = newKey();
    const period = { notBefore: later(now, -MS_PER_DAY), notAfter: later(now, DAYS * MS_PER_DAY) };
    const certificate = issueCertificate({
      subject: nameOf(part),
      publicKey,
      issuer,
      serial: draw(16),
      profile,
      ...period,
    });
    return { key: privateKey, certificate };
  };
  return { root, signer: hold('signer', 'signer'), timeStamper: hold('timeStamper', 'time-stamper') };
}

function makeRoot(now: Date, draw: (bytes: number) => Bytes): Held {
  const { privateKey, publicKey } = newKey();
  const issuer = { name: nameOf('root'), privateKey, publicKey };
  const period = { notBefore: later(now, -MS_PER_DAY), notAfter: later(now, ROOT_DAYS * MS_PER_DAY) };
  const certificate = issueCertificate({
    subject: issuer.name,
    publicKey,
    issuer,
    serial: draw(16),
    profile: 'authority',
    ...period,
  });
  return { key: privateKey, certificate };
}

const newKey = () => generateKeyPairSync('rsa', { modulusLength: 3072 });

function read(file: string): Holdings | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const { root, signer, timeStamper } = fileSchema.parse(JSON.parse(text));
  const held = ({ key, certificate }: z.infer<typeof heldSchema>): Held => ({
    key: createPrivateKey(key),
    certificate: Uint8Array.from(Buffer.from(certificate, 'base64')),
  });
  return { root: held(root), signer: held(signer), timeStamper: held(timeStamper) };
}

/** Of two processes that start at once one makes it; null: the other one did. */
function makeFirst(file: string, holdings: Holdings): Holdings | null {
  const draft = write(file, holdings);
  try {
    linkSync(draft, file);
    return holdings;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw error;
  } finally {
    rmSync(draft);
  }
}

function replaced(file: string, holdings: Holdings): Holdings {
  renameSync(write(file, holdings), file);
  return holdings;
}

/** The whole file under another name, on disk. */
function write(file: string, { root, signer, timeStamper }: Holdings): string {
  const held = ({ key, certificate }: Held): z.infer<typeof heldSchema> => ({
    key: key.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificate: Buffer.from(certificate).toString('base64'),
  });
  const draft = `${file}.${process.pid}`;
  const descriptor = openSync(draft, 'w', 0o600);
  writeSync(
    descriptor,
    `${JSON.stringify({ root: held(root), signer: held(signer), timeStamper: held(timeStamper) }, null, 2)}\n`,
  );
  fsyncSync(descriptor);
  closeSync(descriptor);
  return draft;
}
