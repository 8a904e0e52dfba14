/**
 * The GSM 7-bit default alphabet and its extension table.
 * Source: 3GPP TS 23.038 (formerly GSM 03.38), sections 6.1.2.1.1, 6.2.1 and 6.2.1.1.
 */

/** Septet 0x1B: the next septet is read from the extension table. */
const ESCAPE = 0x1b;

/** Position is septet; NUL stands where the escape is. */
const ALPHABET =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\0ÆæßÉ' +
  ' !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§' +
  '¿abcdefghijklmnopqrstuvwxyzäöñüà';

const EXTENSION: Readonly<Record<string, number>> = {
  '\f': 0x0a,
  '^': 0x14,
  '{': 0x28,
  '}': 0x29,
  '\\': 0x2f,
  '[': 0x3c,
  '~': 0x3d,
  ']': 0x3e,
  '|': 0x40,
  '€': 0x65,
};

const SEPTETS: ReadonlyMap<string, readonly number[]> = new Map<string, readonly number[]>([
  ...[...ALPHABET].flatMap((character, septet) => (character === '\0' ? [] : [[character, [septet]] as const])),
  ...Object.entries(EXTENSION).map(([character, septet]) => [character, [ESCAPE, septet]] as const),
]);

/** The one or two septets of a character, or null when the alphabet does not have it. */
export const septetsOf = (character: string): readonly number[] | null => SEPTETS.get(character) ?? null;

/** A text as septets, one a byte. @throws RangeError on a character that the alphabet does not have, which is a bug. */
export function encodeGsm7(text: string): Uint8Array {
  return Uint8Array.from(
    [...text].flatMap((character) => {
      const septets = septetsOf(character);
      if (septets === null) throw new RangeError('a character is not in the GSM 7-bit alphabet');
      return septets;
    }),
  );
}

/**
 * Septets packed into octets, the first septet in the lowest bits.
 * @param fillBits 0–6 zero bits before the first septet, so that it begins on a septet boundary after a user data header.
 * Source: 3GPP TS 23.038, section 6.1.2.1.1; fill bits: 3GPP TS 23.040, section 9.2.3.24.
 */
export function packSeptets(septets: Uint8Array, fillBits = 0): Uint8Array {
  const packed = new Uint8Array(Math.ceil((fillBits + septets.length * 7) / 8));
  septets.forEach((septet, index) => {
    const bit = fillBits + index * 7;
    const shifted = septet << (bit % 8);
    const octet = bit >> 3;
    packed[octet]! |= shifted & 0xff;
    if (shifted > 0xff) packed[octet + 1]! |= shifted >> 8;
  });
  return packed;
}
