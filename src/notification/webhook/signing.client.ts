import { createHmac, randomBytes } from 'node:crypto';
import { secretTextOf, type HmacSha256, type SigningSecret } from './signature.ts';

export const hmacSha256: HmacSha256 = (key, message) => createHmac('sha256', key).update(message).digest();

/** 256 bits from the system's generator. */
export const newSigningSecret = (): SigningSecret => secretTextOf(randomBytes(32)) as SigningSecret;
