// What a telephone does with the octets of an SMS: tables and rules of its own, so that a slip of the sender is seen here.

/** GSM 7-bit default alphabet, eight characters a row, septets 0x00–0x7F (3GPP TS 23.038, 6.2.1). The escape is at 0x1B. */
const ROWS = [
  ['@', '£', '$', '¥', 'è', 'é', 'ù', 'ì'],
  ['ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å'],
  ['Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ'],
  ['Σ', 'Θ', 'Ξ', '', 'Æ', 'æ', 'ß', 'É'],
  [' ', '!', '"', '#', '¤', '%', '&', "'"],
  ['(', ')', '*', '+', ',', '-', '.', '/'],
  ['0', '1', '2', '3', '4', '5', '6', '7'],
  ['8', '9', ':', ';', '<', '=', '>', '?'],
  ['¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G'],
  ['H', 'I', 'J', 'K', 'L', 'M', 'N', 'O'],
  ['P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W'],
  ['X', 'Y', 'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§'],
  ['¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g'],
  ['h', 'i', 'j', 'k', 'l', 'm', 'n', 'o'],
  ['p', 'q', 'r', 's', 't', 'u', 'v', 'w'],
  ['x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à'],
];
const EXTENSION: Readonly<Record<number, string>> = {
  ...{ 10: '\f', 20: '^', 40: '{', 41: '}', 47: '\\', 60: '[', 61: '~', 62: ']', 64: '|', 101: '€' },
};

function gsmText(septets: readonly number[]): string {
  let text = '';
  for (let at = 0; at < septets.length; at++) {
    const septet = septets[at]!;
    if (septet > 0x7f) throw new Error('an octet with its high bit set where septets were promised');
    if (septet !== 0x1b) {
      text += ROWS[septet >> 3]![septet & 7]!;
      continue;
    }
    const extended = EXTENSION[septets[++at] ?? -1];
    if (extended === undefined) throw new Error('an escape with nothing to escape');
    text += extended;
  }
  return text;
}

function unpacked(octets: Uint8Array, fillBits: number): number[] {
  const count = Math.floor((octets.length * 8 - fillBits) / 7);
  const septets = Array.from({ length: count }, (_, index) => {
    const bit = fillBits + index * 7;
    return (((octets[bit >> 3]! | ((octets[(bit >> 3) + 1] ?? 0) << 8)) >> (bit & 7)) & 0x7f) >>> 0;
  });
  return septets;
}

export type Concatenation = { readonly reference: number; readonly total: number; readonly part: number };

/** A user data header and what follows it. */
export function splitHeader(
  octets: Uint8Array,
  hasHeader: boolean,
): { concatenation: Concatenation | null; body: Uint8Array; headerOctets: number } {
  if (!hasHeader) return { concatenation: null, body: octets, headerOctets: 0 };
  const length = octets[0]! + 1;
  if (octets.length < length) throw new Error('the header is longer than the message');
  let concatenation: Concatenation | null = null;
  for (let at = 1; at < length; at += 2 + octets[at + 1]!)
    if (octets[at] === 0 && octets[at + 1] === 3)
      concatenation = { reference: octets[at + 2]!, total: octets[at + 3]!, part: octets[at + 4]! };
  return { concatenation, body: octets.subarray(length), headerOctets: length };
}

/** @param isPacked septets arrive packed instead of one an octet. */
export function textOf(body: Uint8Array, dataCoding: number, isPacked: boolean, headerOctets: number): string {
  if (dataCoding === 8) {
    if (body.length % 2 !== 0) throw new Error('half a UCS-2 character');
    return Buffer.from(body).swap16().toString('utf16le');
  }
  if (dataCoding !== 0) throw new Error(`data coding ${dataCoding} is not spoken here`);
  if (!isPacked) return gsmText([...body]);
  const septets = unpacked(body, (7 - ((headerOctets * 8) % 7)) % 7);
  // A carriage return that ends on the last bit is there to fill it.
  const bits = headerOctets * 8 + body.length * 8;
  if (septets.at(-1) === 0x0d && bits % 7 === 0) septets.pop();
  return gsmText(septets);
}
