/** The few shapes of ASN.1 (X.690, distinguished encoding) that a certificate is made of. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** One value: its tag, its length, its contents. */
export function encode(tag: number, ...contents: readonly Bytes[]): Bytes {
  const length = contents.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return concat([Uint8Array.of(tag, ...encodeLength(length)), ...contents]);
}

export const sequence = (...items: readonly Bytes[]): Bytes => encode(0x30, ...items);
export const set = (...items: readonly Bytes[]): Bytes => encode(0x31, ...items);
export const octetString = (bytes: Bytes): Bytes => encode(0x04, bytes);
export const utf8String = (text: string): Bytes => encode(0x0c, new TextEncoder().encode(text));
export const bitString = (bytes: Bytes, unusedBits = 0): Bytes => encode(0x03, Uint8Array.of(unusedBits), bytes);
export const isTrue: Bytes = encode(0x01, Uint8Array.of(0xff));
/** `[number] EXPLICIT`, or an implicit tag over a constructed value. */
export const tagged = (number: number, ...items: readonly Bytes[]): Bytes => encode(0xa0 | number, ...items);
/** `[number] IMPLICIT` over a plain value. */
export const taggedBytes = (number: number, bytes: Bytes): Bytes => encode(0x80 | number, bytes);

/** A number that is not negative, big end first. */
export function unsignedInteger(bytes: Bytes): Bytes {
  const from = bytes.findIndex((byte) => byte !== 0);
  const digits = from === -1 ? Uint8Array.of(0) : bytes.slice(from);
  return encode(0x02, ...(digits[0]! >= 0x80 ? [Uint8Array.of(0)] : []), digits);
}

/** An object identifier such as `2.5.29.17`. */
export function objectIdentifier(text: string): Bytes {
  const [first, second, ...rest] = text.split('.').map(Number);
  return encode(0x06, Uint8Array.from([first! * 40 + second!, ...rest.flatMap(encodeBase128)]));
}

/** UTCTime, and GeneralizedTime from 2050 on (RFC 5280, section 4.1.2.5). */
export function time(instant: Date): Bytes {
  const digits = instant.toISOString().replace(/[-:T]|\.\d+/g, '');
  const isLate = instant.getUTCFullYear() >= 2050;
  return encode(isLate ? 0x18 : 0x17, new TextEncoder().encode(isLate ? digits : digits.slice(2)));
}

export type Value = { readonly tag: number; readonly contents: Bytes };

/** The values that follow each other in `bytes`. @throws RangeError when they do not end where the bytes do. */
export function decode(bytes: Bytes): Value[] {
  const values: Value[] = [];
  for (let at = 0; at < bytes.byteLength;) {
    const tag = bytes[at]!;
    let length = bytes[at + 1] ?? Number.NaN;
    at += 2;
    if (length >= 0x80) {
      const lengthBytes = length & 0x7f;
      length = bytes.slice(at, at + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
      at += lengthBytes;
    }
    if (!(at + length <= bytes.byteLength)) throw new RangeError('a value is longer than what holds it');
    values.push({ tag, contents: bytes.slice(at, at + length) });
    at += length;
  }
  return values;
}

export function concat(parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

function encodeLength(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes = encodeBase256(length);
  return [0x80 | bytes.length, ...bytes];
}

const encodeBase256 = (value: number): number[] =>
  value < 256 ? [value] : [...encodeBase256(Math.floor(value / 256)), value % 256];

function encodeBase128(value: number): number[] {
  const bytes = [value % 128];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift(0x80 | (rest % 128));
  return bytes;
}
