import type { Bytes } from './der.ts';

/** A value as it stands in its bytes: `whole` with tag and length, `contents` without. */
export type Value = { readonly tag: number; readonly contents: Bytes; readonly whole: Bytes };

/** What was read is not what its standard says it is. It says which thing, never what is in it. */
export class NotAsEncoded extends Error {
  override readonly name = 'NotAsEncoded';
}

/** The values that follow each other in `bytes`, lengths written out (DER). @throws NotAsEncoded when they do not end where the bytes do. */
export function readValues(bytes: Uint8Array): Value[] {
  const values: Value[] = [];
  for (let at = 0; at < bytes.byteLength;) {
    const value = readFirst(bytes.subarray(at));
    values.push(value);
    at += value.whole.byteLength;
  }
  return values;
}

/** The first value, whatever stands after it: a field of a fixed size is filled up with zeros. @throws NotAsEncoded */
export function readFirst(bytes: Uint8Array): Value {
  const [tag, short] = bytes;
  if (tag === undefined || short === undefined || (tag & 0x1f) === 0x1f || short === 0x80 || short > 0x84)
    throw new NotAsEncoded('no tag and length where a value should begin');
  const lengthBytes = short < 0x80 ? 0 : short & 0x7f;
  const length = short < 0x80 ? short : bytes.subarray(2, 2 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
  if (lengthBytes > 0 && (length < 0x80 || bytes[2] === 0))
    throw new NotAsEncoded('a length that is longer than it needs');
  const from = 2 + lengthBytes;
  if (from + length > bytes.byteLength) throw new NotAsEncoded('a value is longer than what holds it');
  const whole = Uint8Array.from(bytes.subarray(0, from + length));
  return { tag, contents: whole.subarray(from), whole };
}

/** What a SEQUENCE, a SET or an explicit tag holds. */
export const childrenOf = (value: Value): Value[] => readValues(value.contents);

/** The one value that `bytes` are. @throws NotAsEncoded when there is none, or more. */
export function readOnly(bytes: Uint8Array): Value {
  const [value, more] = readValues(bytes);
  return more === undefined ? present(value) : mismatch('one value is more than one');
}

/** A value that must be there. @throws NotAsEncoded */
export const present = <Present>(value: Present | undefined): Present => value ?? mismatch('a value is missing');

/** The value, of which the tag is known. @throws NotAsEncoded */
export const tagged = (tag: number, value: Value | undefined): Value =>
  value?.tag === tag ? value : mismatch(`no value of tag ${tag.toString(16)}`);

export const mismatch = (what: string): never => {
  throw new NotAsEncoded(what);
};

export function readOid({ tag, contents }: Value): string {
  if (tag !== 0x06 || contents.byteLength === 0) return mismatch('no object identifier');
  const numbers: number[] = [];
  let number = 0;
  for (const byte of contents) {
    number = number * 128 + (byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(number);
      number = 0;
    }
  }
  const [first, ...rest] = numbers;
  const root = Math.min(2, Math.floor(first! / 40));
  return [root, first! - root * 40, ...rest].join('.');
}

/** A number of at most 48 bits that is not negative: an INTEGER, or as asked an ENUMERATED. */
export function readSmallInteger({ tag, contents }: Value, wanted: 0x02 | 0x0a = 0x02): number {
  if (tag !== wanted || contents.byteLength === 0 || contents.byteLength > 6 || contents[0]! >= 0x80)
    return mismatch('no small number');
  return contents.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** UTCTime or GeneralizedTime, in UTC. */
export function readTime({ tag, contents }: Value): Date {
  const text = new TextDecoder().decode(contents);
  const match = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\.\d+)?Z$/.exec(text);
  if (match === null || (tag !== 0x17 && tag !== 0x18) || (tag === 0x17) !== (match[1]!.length === 2))
    return mismatch('no time');
  const [, digits, month, day, hour, minute, second, fraction] = match;
  const year = tag === 0x18 ? digits! : `${Number(digits) >= 50 ? 19 : 20}${digits}`;
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${(fraction ?? '').slice(0, 4)}Z`);
  return Number.isNaN(instant.getTime()) ? mismatch('no time') : instant;
}
