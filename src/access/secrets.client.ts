import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  randomBytes,
  randomInt,
  sign,
  timingSafeEqual,
} from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DrawInteger } from '../kernel/id.ts';

/**
 * [Note: The installation's key]
 * One key of 256 bits stands behind everything that must not be read from a copy of the database: API tokens are stored as HMACs under it,
 * messages that wait to be sent are sealed under it. It lies outside the database, and all processes of an installation share it. Purposes
 * get keys of their own, derived by HKDF (RFC 5869), so that what one shows says nothing of another.
 */
export type Secrets = {
  /** HMAC-SHA-256 of an API token, 32 bytes. */
  tokenHmac(token: string): Buffer;
  seal(text: string): Buffer;
  /** @throws Error when the bytes were not sealed under this key. */
  unseal(sealed: Uint8Array): string;
  /**
   * A key of something whose loss must take its data with it, locked under the installation's.
   * @param context what the key is of: unlocked under another, it does not open.
   */
  wrapKey(key: Uint8Array, context: string): Buffer;
  /** @throws Error when it was not wrapped under this key and for this context. */
  unwrapKey(wrapped: Uint8Array, context: string): Buffer;
  /** HMAC-SHA-256 of a recovery code, 32 bytes. */
  codeHmac(code: string): Buffer;
  /** HMAC-SHA-256 over where an audit log ends, 32 bytes. */
  auditSeal(line: string): Buffer;
  /** The same for others: an Ed25519 signature, 64 bytes, which `auditPublicKey` checks. */
  auditSignature(line: string): Buffer;
  /** 32 bytes, base64. */
  readonly auditPublicKey: string;
  /** Names the key without telling it: the database remembers which one it belongs to. */
  readonly fingerprint: string;
  /** Part of an address that only those know who were told it: where an SMS provider sends its receipts. */
  readonly receiptSecret: string;
};

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410, section 7). */
const ED25519_PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

export function secretsFrom(installationKey: Uint8Array): Secrets {
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', installationKey, '', `cotejo/${purpose}`, KEY_BYTES));
  const tokenKey = derive('api-token');
  const sealKey = derive('seal');
  const wrapKey = derive('evidence-key');
  const codeKey = derive('recovery-code');
  const auditKey = derive('audit-seal');
  const auditSigner = createPrivateKey({
    key: Buffer.concat([ED25519_PKCS8, derive('audit-signature')]),
    format: 'der',
    type: 'pkcs8',
  });
  return {
    tokenHmac: (token) => createHmac('sha256', tokenKey).update(token).digest(),
    seal(text) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealKey, iv);
      return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    unseal(sealed) {
      const decipher = createDecipheriv('aes-256-gcm', sealKey, sealed.subarray(0, IV_BYTES));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      return decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    },
    wrapKey(key, context) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', wrapKey, iv).setAAD(Buffer.from(context));
      return Buffer.concat([iv, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
    },
    unwrapKey(wrapped, context) {
      const decipher = createDecipheriv('aes-256-gcm', wrapKey, wrapped.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      }).setAAD(Buffer.from(context));
      decipher.setAuthTag(wrapped.subarray(-TAG_BYTES));
      return Buffer.concat([decipher.update(wrapped.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
    },
    codeHmac: (code) => createHmac('sha256', codeKey).update(code).digest(),
    auditSeal: (line) => createHmac('sha256', auditKey).update(line).digest(),
    auditSignature: (line) => sign(null, Buffer.from(line), auditSigner),
    auditPublicKey: createPublicKey(auditSigner)
      .export({ format: 'der', type: 'spki' })
      .subarray(-KEY_BYTES)
      .toString('base64'),
    receiptSecret: derive('sms-receipts').toString('base64url').slice(0, 32),
    fingerprint: createHash('sha256').update(derive('fingerprint')).digest('hex').slice(0, 16),
  };
}

/** Reads the installation's key from its file, making it on the first start: 0600, on disk before anything depends on it. */
export async function installationKeyOf(dataFolder: string): Promise<Buffer> {
  const folder = path.join(dataFolder, 'keys');
  const file = path.join(folder, 'installation.key');
  const existing = await readFile(file, 'utf8').catch(absent);
  if (existing !== null) return keyFromText(existing.trim(), file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const key = randomBytes(KEY_BYTES);
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(`${key.toString('base64')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    const directory = await open(folder, 'r');
    await directory.sync().finally(() => directory.close());
    return key;
  } catch (error) {
    // Another process was first: its key is the key.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return installationKeyOf(dataFolder);
    throw error;
  }
}

/** @param source what holds the text, for the error. @throws Error when it is not 32 bytes in base64. */
export function keyFromText(text: string, source: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES) throw new Error(`${source} must hold ${KEY_BYTES} bytes in base64`);
  return key;
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** Even integers from the system's generator. */
export const drawInteger: DrawInteger = (from, to) => randomInt(from, to + 1);

/** 256 bits as text for cookies and links: 43 characters. */
export const newToken = (): string => randomBytes(KEY_BYTES).toString('base64url');

/** 256 bits as text that survives any form, shell or header. */
export const newApiToken = (): string => `ct_${randomBytes(KEY_BYTES).toString('base64url')}`;

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

export const sha256 = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** Whether two digests are the same, in a time that does not tell where they differ. */
export const sameDigest = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b);
