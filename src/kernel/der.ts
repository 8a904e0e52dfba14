/** Writing ASN.1 (X.690, distinguished encoding): values as bytes, so that whatever came from elsewhere goes in as it came. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** One value: its tag, its length, its contents. */
export function encode(tag: number, ...contents: readonly Bytes[]): Bytes {
  const length = contents.reduce((sum, { byteLength }) => sum + byteLength, 0);
  return concat([Uint8Array.of(tag, ...encodeLength(length)), ...contents]);
}

export const sequence = (...items: readonly Bytes[]): Bytes => encode(0x30, ...items);
/** A SET OF: its members stand in the order of their bytes (X.690, 11.6). */
export const setOf = (...items: readonly Bytes[]): Bytes => encode(0x31, ...[...items].sort(byBytes));
export const octetString = (bytes: Bytes): Bytes => encode(0x04, bytes);
export const bitString = (bytes: Bytes, unusedBits = 0): Bytes => encode(0x03, Uint8Array.of(unusedBits), bytes);
export const utf8String = (text: string): Bytes => encode(0x0c, new TextEncoder().encode(text));
export const nothing: Bytes = encode(0x05);
export const isTrue: Bytes = encode(0x01, Uint8Array.of(0xff));
/** `[number] EXPLICIT`, or an implicit tag over a constructed value. */
export const tagged = (number: number, ...items: readonly Bytes[]): Bytes => encode(0xa0 | number, ...items);
/** `[number] IMPLICIT` over a plain value. */
export const taggedBytes = (number: number, bytes: Bytes): Bytes => encode(0x80 | number, bytes);

/** A number that is not negative, big end first. */
export function unsignedInteger(bytes: Uint8Array): Bytes {
  const from = bytes.findIndex((byte) => byte !== 0);
  const digits = from === -1 ? Uint8Array.of(0) : Uint8Array.from(bytes.subarray(from));
  return encode(0x02, ...(digits[0]! >= 0x80 ? [Uint8Array.of(0)] : []), digits);
}
/** A number of at most 32 bits that is not negative. */
export const smallInteger = (value: number): Bytes =>
  unsignedInteger(Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255));

/** An object identifier such as `2.5.29.17`. */
export function objectIdentifier(text: string): Bytes {
  const [first, second, ...rest] = text.split('.').map(Number);
  return encode(0x06, Uint8Array.from([first! * 40 + second!, ...rest.flatMap(encodeBase128)]));
}

const digitsOf = (instant: Date): string => instant.toISOString().replace(/[-:T]|\.\d+/g, '');
export const generalizedTime = (instant: Date): Bytes => encode(0x18, new TextEncoder().encode(digitsOf(instant)));
/** UTCTime, and GeneralizedTime from 2050 on (RFC 5280, section 4.1.2.5). */
export const time = (instant: Date): Bytes =>
  instant.getUTCFullYear() >= 2050
    ? generalizedTime(instant)
    : encode(0x17, new TextEncoder().encode(digitsOf(instant).slice(2)));

export function concat(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

export const sameBytes = (one: Uint8Array, other: Uint8Array): boolean =>
  one.byteLength === other.byteLength && one.every((byte, at) => byte === other[at]);

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

function byBytes(one: Bytes, other: Bytes): number {
  const at = one.findIndex((byte, index) => byte !== other[index]);
  return at === -1 ? one.byteLength - other.byteLength : (one[at] ?? -1) - (other[at] ?? -1);
}
