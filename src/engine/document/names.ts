import { fold } from './values.ts';

/** Doc 9303-3 writes Ä, Ö, Ü, Å as two letters where the issuer wants it; others drop the mark. */
const withoutDigraphs = (folded: string): string => folded.replace(/(AE|OE|UE|AA)/g, (pair) => pair[0]!);

/**
 * Whether a printed name and the one of a machine readable zone are the same: letters alone count, marks, blanks and hyphens do
 * not. `mayBeCut`: the zone had no room left, so that its name may be the beginning only.
 */
export function isSameName(printed: string, zone: string, mayBeCut = false): boolean {
  const [a, b] = [fold(printed), fold(zone)];
  if (a === b || withoutDigraphs(a) === withoutDigraphs(b)) return true;
  return mayBeCut && b !== '' && (a.startsWith(b) || withoutDigraphs(a).startsWith(withoutDigraphs(b)));
}

/** The blanks of `zone` put into `printed`, which the recogniser runs together, where the letters agree. */
export function withBlanksOf(printed: string, zone: string): string {
  const letters = [...printed.replaceAll(' ', '')];
  if (fold(letters.join('')) !== fold(zone)) return printed;
  let text = '';
  let at = 0;
  for (const glyph of zone.trim()) {
    if (glyph === ' ') {
      // A hyphen or apostrophe is a filler or nothing in the zone: what the print shows there stays.
      if (at < letters.length && !/\p{L}/u.test(letters[at]!)) text += letters[at++]!;
      else text += ' ';
      continue;
    }
    while (at < letters.length && !/\p{L}/u.test(letters[at]!)) text += letters[at++]!;
    text += letters[at++] ?? '';
  }
  return text + letters.slice(at).join('');
}
