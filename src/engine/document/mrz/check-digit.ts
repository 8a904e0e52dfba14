import { classOf, valueOfClass } from './alphabet.ts';

/** Weights of the positions, repeated (ICAO Doc 9303-3, 4.9). */
export const CHECK_WEIGHTS = [7, 3, 1] as const;

/**
 * The check digit of a string of MRZ glyphs (ICAO Doc 9303-3, 4.9): weighted sum modulo 10.
 *
 * [Note: What check digits miss] The weights 7, 3 and 1 have no factor in common with 10, so one digit misread as another
 * always shows. Glyphs whose values differ by a multiple of 10 never show, at any position: `<`, 0, A, K and U are all
 * worth 0 modulo 10; 1, B, L and V; 2, C, M and W; … So `<` for K, A for 0 or B for 1 pass unseen, and a name row has no
 * check digit at all. Passing check digits is therefore not proof of an exact reading.
 *
 * @throws RangeError for a glyph outside of A–Z, 0–9 and `<`.
 */
export function checkDigit(glyphs: string): string {
  let sum = 0;
  for (let at = 0; at < glyphs.length; at++) sum += valueOfClass(classOf(glyphs[at]!)) * CHECK_WEIGHTS[at % 3]!;
  return String(sum % 10);
}
