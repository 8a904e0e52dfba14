import { type KeyObject, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { secretTextOf, type HmacSha256, type SigningSecret } from './signature.ts';

export const hmacSha256: HmacSha256 = (key, message) => createHmac('sha256', key).update(message).digest();

const MOST_KEPT = 1_000;

/** The same for keys that come again and again: to make one ready takes several times as long as the digest. */
export function hmacSha256KeepingKeys(): HmacSha256 {
  const kept = new Map<string, KeyObject>();
  return (key, message) => {
    const name = Buffer.from(key).toString('latin1');
    const known = kept.get(name) ?? createSecretKey(key);
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(name, known);
    return createHmac('sha256', known).update(message).digest();
  };
}

/** 256 bits from the system's generator. */
export const newSigningSecret = (): SigningSecret => secretTextOf(randomBytes(32)) as SigningSecret;
