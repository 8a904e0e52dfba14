import { type DecipherGCM, createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { EvidenceDamaged } from './evidence.ts';

/**
 * [Note: Sealed bytes]
 * Bytes of any length are sealed in segments of 64 KiB, so that none of them is handed out before it is authenticated and no more than one
 * lies in memory. It is the STREAM construction with AES-256-GCM: each stream has a key of its own, derived from the verification's data key,
 * 256 bits of chance and what the bytes are; the nonce counts the segments and its last byte marks the end. A segment flipped, moved, left out or
 * added, a stream cut short, and one that lies under another's name do not open.
 *
 *     format (1 byte: 1) | salt (32 bytes) | segment: ciphertext, tag (16 bytes) | segment | …
 *
 * Source: V. T. Hoang, R. Reyhanitabar, P. Rogaway, D. Vizár, "Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance",
 * CRYPTO 2015; as in the age file format, version 1.
 */
const FORMAT = 1;
const SALT_BYTES = 32;
const HEADER_BYTES = 1 + SALT_BYTES;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
export const SEGMENT_BYTES = 64 * 1024;

/** 256 bits for one verification. */
export const newDataKey = (): Buffer => randomBytes(32);

/** @param context what the bytes are; opening needs the same. */
export async function* sealed(
  dataKey: Uint8Array,
  context: string,
  plain: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const salt = randomBytes(SALT_BYTES);
  const key = streamKey(dataKey, salt, context);
  yield Buffer.concat([Buffer.of(FORMAT), salt]);
  let number = 0;
  for await (const { segment, isLast } of inSegments(plain, SEGMENT_BYTES)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number++, isLast));
    yield Buffer.concat([cipher.update(segment), cipher.final(), cipher.getAuthTag()]);
  }
}

/** @throws EvidenceDamaged as soon as something is not as it was sealed. */
export async function* unsealed(
  dataKey: Uint8Array,
  context: string,
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  let key: Buffer | null = null;
  let number = 0;
  for await (const { segment, isLast } of inSegments(bytes, SEGMENT_BYTES + TAG_BYTES, HEADER_BYTES)) {
    if (key === null) {
      if (segment.length !== HEADER_BYTES || segment[0] !== FORMAT) throw damaged();
      key = streamKey(dataKey, segment.subarray(1), context);
      if (isLast) throw damaged();
      continue;
    }
    if (segment.length < TAG_BYTES) throw damaged();
    yield openSegment(createDecipheriv('aes-256-gcm', key, nonceOf(number++, isLast)), segment);
  }
}

function openSegment(decipher: DecipherGCM, segment: Buffer): Buffer {
  decipher.setAuthTag(segment.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(segment.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw damaged();
  }
}

const damaged = (): EvidenceDamaged => new EvidenceDamaged('sealed bytes do not open');

const streamKey = (dataKey: Uint8Array, salt: Uint8Array, context: string): Buffer =>
  Buffer.from(hkdfSync('sha256', dataKey, salt, `cotejo/evidence/${context}`, 32));

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUInt32BE(number, NONCE_BYTES - 5);
  nonce[NONCE_BYTES - 1] = isLast ? 1 : 0;
  return nonce;
}

type Segment = { readonly segment: Buffer; readonly isLast: boolean };

/** Cuts bytes into pieces of one size, the first perhaps of another; the last one is known as such and may be shorter, also empty. */
async function* inSegments(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  segmentBytes: number,
  firstBytes = segmentBytes,
): AsyncGenerator<Segment> {
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let wantedBytes = firstBytes;
  for await (const piece of bytes) {
    if (piece.length === 0) continue;
    waiting.push(piece);
    waitingBytes += piece.length;
    if (waitingBytes <= wantedBytes) continue;
    // One byte more than a segment: it is not the last.
    const joined = Buffer.concat(waiting);
    let at = 0;
    while (joined.length - at > wantedBytes) {
      yield { segment: joined.subarray(at, at + wantedBytes), isLast: false };
      at += wantedBytes;
      wantedBytes = segmentBytes;
    }
    waiting = [joined.subarray(at)];
    waitingBytes = joined.length - at;
  }
  yield { segment: Buffer.concat(waiting), isLast: true };
}

/** A short text, sealed at once. */
export async function sealText(dataKey: Uint8Array, context: string, text: string): Promise<Buffer> {
  return gathered(sealed(dataKey, context, [Buffer.from(text, 'utf8')]));
}

/** @throws EvidenceDamaged */
export async function unsealText(dataKey: Uint8Array, context: string, bytes: Uint8Array): Promise<string> {
  return (await gathered(unsealed(dataKey, context, [bytes]))).toString('utf8');
}

/** All of it in memory. */
export async function gathered(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}
