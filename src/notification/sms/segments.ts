import { encodeGsm7, septetsOf } from './gsm-7.ts';

export type SmsEncoding = 'gsm-7' | 'ucs-2';

/** A text as the parts in which it travels. A part is charged as one SMS: a segment. */
export type Segments = {
  readonly encoding: SmsEncoding;
  /** The text, cut. A character of two septets or of two UTF-16 units is never cut in two. One empty part for an empty text. */
  readonly parts: readonly string[];
};

/** Room in one SMS, in septets or UTF-16 units: alone, and as a part with a header of 6 octets. Source: 3GPP TS 23.040. */
const ROOM: Readonly<Record<SmsEncoding, { readonly alone: number; readonly part: number }>> = {
  'gsm-7': { alone: 160, part: 153 },
  'ucs-2': { alone: 70, part: 67 },
};

/** The text in the GSM alphabet when that has every character, else in UCS-2, and cut when it is longer than one SMS. */
export function segmentsOf(text: string): Segments {
  const characters = [...text];
  const encoding: SmsEncoding = characters.every((character) => septetsOf(character) !== null) ? 'gsm-7' : 'ucs-2';
  const unitsOf = (character: string): number =>
    encoding === 'gsm-7' ? septetsOf(character)!.length : character.length;
  const units = characters.reduce((sum, character) => sum + unitsOf(character), 0);
  if (units <= ROOM[encoding].alone) return { encoding, parts: [text] };

  const parts: string[] = [];
  let part = '';
  let used = 0;
  for (const character of characters) {
    if (used + unitsOf(character) > ROOM[encoding].part) {
      parts.push(part);
      part = '';
      used = 0;
    }
    part += character;
    used += unitsOf(character);
  }
  return { encoding, parts: [...parts, part] };
}

/** What goes over the air for one part. */
export type EncodedPart = {
  /** User data header with the concatenation element, 6 octets; null when the text is one SMS. */
  readonly header: Uint8Array | null;
  /** Septets, one an octet, for the GSM alphabet; UTF-16BE for UCS-2. */
  readonly body: Uint8Array;
};

/**
 * @param reference 0–255, the same for all parts of a text; the phone puts together what has the same sender, count and reference.
 * @throws RangeError above 255 parts, which the header cannot number.
 * Source: 3GPP TS 23.040, section 9.2.3.24.1 (concatenated short messages, 8-bit reference).
 */
export function encodeParts({ encoding, parts }: Segments, reference: number): readonly EncodedPart[] {
  if (parts.length > 255) throw new RangeError('a message has at most 255 parts');
  return parts.map((part, index) => ({
    header: parts.length === 1 ? null : Uint8Array.of(5, 0, 3, reference & 0xff, parts.length, index + 1),
    body: encoding === 'gsm-7' ? encodeGsm7(part) : encodeUcs2(part),
  }));
}

/** The text whole, without headers, for gateways that cut it themselves. */
export const encodeWhole = ({ encoding, parts }: Segments): Uint8Array =>
  encoding === 'gsm-7' ? encodeGsm7(parts.join('')) : encodeUcs2(parts.join(''));

function encodeUcs2(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at));
  return bytes;
}
