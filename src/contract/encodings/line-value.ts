import type { WireValue } from '../answer.ts';

/**
 * A value on one line of a text answer. Whatever some client takes for the end of a line or of a value becomes harmless: all that
 * ends a line in any language (CR, LF, VT, FF, the separators 1C–1E, NEL, U+2028, U+2029) and every other control character a
 * space, a semicolon a comma. Halves of characters become U+FFFD.
 */
export function lineValue(value: WireValue): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return PLAIN.test(text)
    ? text
    : text
        .toWellFormed()
        .replace(/[\p{Cc}\u2028\u2029]/gu, ' ')
        .replaceAll(';', ',');
}

const PLAIN = /^[\x20-\x3a\x3c-\x7e]*$/;
