const REPLACEMENT = '\ufffd';
/** Controls, marks that turn the direction of text, and what takes no room: none of it may change how a page reads. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\ufe00-\ufe0f]+/gu;
/** More marks upon one letter than any language writes. */
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;

/**
 * A text of somebody else's as a page may show it: what is not seen is replaced, spaces are one, characters that the font has not are
 * written by their number, and what is longer than `mostCharacters` ends in an ellipsis; the statement beside the page has all of it.
 */
export function plainText(text: string, hasGlyph: (codePoint: number) => boolean, mostCharacters = 160): string {
  const seen = text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\t\n\r]+/g, ' ')
    .replace(UNSEEN, REPLACEMENT)
    .replace(/\p{Zs}+/gu, ' ')
    .replace(PILED_MARKS, '$1')
    .trim();
  const characters = Array.from(seen);
  const shown = characters.length <= mostCharacters ? characters : [...characters.slice(0, mostCharacters - 1), '…'];
  return shown
    .map((character) => {
      const codePoint = character.codePointAt(0)!;
      return hasGlyph(codePoint) ? character : `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;
    })
    .join('');
}
