import { ok, refuse, type Result } from '../../kernel/result.ts';

/** HMAC-SHA-256 (RFC 2104), 32 bytes. */
export type HmacSha256 = (key: Uint8Array, message: Uint8Array) => Uint8Array;

declare const signingSecret: unique symbol;
/** `whsec_` and 24 to 64 bytes in base64, shown to the receiver and kept sealed here. */
export type SigningSecret = string & { readonly [signingSecret]: true };

export type SecretRefusal = { readonly kind: 'secret-unreadable' } | { readonly kind: 'secret-length' };

const PREFIX = 'whsec_';
const FEWEST_BYTES = 24;
const MOST_BYTES = 64;

export function parseSigningSecret(text: string): Result<SigningSecret, SecretRefusal> {
  const key = keyOf(text);
  // Base64 has one spelling of some bytes here: decoders disagree about the others.
  if (secretTextOf(key) !== text) return refuse({ kind: 'secret-unreadable' });
  return key.length >= FEWEST_BYTES && key.length <= MOST_BYTES
    ? ok(text as SigningSecret)
    : refuse({ kind: 'secret-length' });
}

/** @param key 24 to 64 bytes of chance. */
export const secretTextOf = (key: Uint8Array): string => `${PREFIX}${Buffer.from(key).toString('base64')}`;

const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(PREFIX.length), 'base64');

/** What is signed: a delivery keeps its ID through all attempts, each attempt has its time. */
export type Signed = {
  /** Of the delivery: at most 64 letters, digits, `_` and `-`. */
  readonly id: string;
  readonly at: Date;
  readonly body: Uint8Array;
};

/**
 * The headers with which a receiver knows that a delivery is from here, is whole and is new.
 * @param secrets one, or two while a receiver changes from one to the other: it accepts whichever signature it can check.
 * Source: Standard Webhooks 1.0.0, signature scheme v1.
 */
export function signatureHeaders(
  signed: Signed,
  secrets: readonly SigningSecret[],
  hmacSha256: HmacSha256,
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  if (!/^[\w-]{1,64}$/.test(signed.id)) throw new RangeError('an ID of a delivery is made of letters, digits, _ and -');
  const timestamp = String(Math.floor(signed.at.getTime() / 1000));
  const message = Buffer.concat([Buffer.from(`${signed.id}.${timestamp}.`), signed.body]);
  const signatures = secrets.map(
    (secret) => `v1,${Buffer.from(hmacSha256(keyOf(secret), message)).toString('base64')}`,
  );
  return { 'webhook-id': signed.id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
