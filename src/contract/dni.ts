import { type Result, ok, refuse } from '../kernel/result.ts';

export type DniRefusal =
  { readonly kind: 'number-unreadable' } | { readonly kind: 'number-too-long'; readonly most: number };

/** No state prints longer document numbers; the machine readable zone has room for 9, and 14 with its overflow. */
const MOST_CHARACTERS = 20;

/**
 * The document number that is expected: capital letters and digits, everything else dropped. A number whose letter is wrong is
 * taken as it is, because the document decides; `hasWrongLetter` tells.
 * @param text as sent; null: any document.
 */
export function parseDni(text: string | null): Result<string | null, DniRefusal> {
  if (text === null) return ok(null);
  const number = text.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (number === '') return refuse({ kind: 'number-unreadable' });
  if (number.length > MOST_CHARACTERS) return refuse({ kind: 'number-too-long', most: MOST_CHARACTERS });
  return ok(number);
}

const LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

/**
 * Whether a number has the form of a Spanish DNI or NIE and another letter at its end than its digits ask for.
 * Source: Real Decreto 1553/2005 and 338/1990: the remainder by 23; X, Y, Z count as 0, 1, 2.
 */
export function hasWrongLetter(number: string): boolean {
  const [, first, digits, letter] = /^([XYZ]?)(\d{7,8})([A-Z])$/.exec(number) ?? [];
  if (digits === undefined || (first === '') !== (digits.length === 8)) return false;
  const counted = Number(`${first === '' ? '' : 'XYZ'.indexOf(first!)}${digits}`);
  return LETTERS[counted % 23] !== letter;
}
