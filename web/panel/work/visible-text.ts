/** A piece of a text from outside: as it is, or the name of a character that would not be seen, or would turn round what follows it. */
export type Piece = { readonly text: string } | { readonly hidden: string };

const BY_NAME: Readonly<Record<number, string>> = {
  0x09: 'TAB',
  0x0a: 'LF',
  0x0d: 'CR',
  0x7f: 'DEL',
  0xad: 'SHY',
  0x61c: 'ALM',
  0x200b: 'ZWSP',
  0x200c: 'ZWNJ',
  0x200d: 'ZWJ',
  0x200e: 'LRM',
  0x200f: 'RLM',
  0x2028: 'LS',
  0x2029: 'PS',
  0x202a: 'LRE',
  0x202b: 'RLE',
  0x202c: 'PDF',
  0x202d: 'LRO',
  0x202e: 'RLO',
  0x2060: 'WJ',
  0x2066: 'LRI',
  0x2067: 'RLI',
  0x2068: 'FSI',
  0x2069: 'PDI',
  0xfeff: 'BOM',
};

// Control, format, private and unassigned characters, lone surrogates, and separators of lines.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * A text that somebody outside wrote, so that nothing in it can hide or disguise what stands beside it.
 * @param keepsLines whether a line feed is a line's end, and not a character to be shown.
 */
export function visiblePieces(text: string, keepsLines = false): readonly Piece[] {
  const pieces: Piece[] = [];
  let plain = '';
  for (const character of text) {
    const isKept = !HIDDEN.test(character) || (keepsLines && character === '\n');
    if (isKept) {
      plain += character;
      continue;
    }
    if (plain !== '') pieces.push({ text: plain });
    plain = '';
    const code = character.codePointAt(0)!;
    pieces.push({ hidden: BY_NAME[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}` });
  }
  return plain === '' ? pieces : [...pieces, { text: plain }];
}

/** The same as one string, for where no markup can be: a character that would not be seen is named as `⟨RLO⟩`. */
export const visibleText = (text: string, keepsLines = false): string =>
  visiblePieces(text, keepsLines)
    .map((piece) => ('text' in piece ? piece.text : `⟨${piece.hidden}⟩`))
    .join('');

// Letters that are written from right to left: Hebrew, Arabic and their neighbours, and their forms of presentation.
const TURNED = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** The same within a sentence of ours, which goes on in its own direction after it. */
export function visibleWithin(text: string): string {
  const visible = visibleText(text, true);
  return TURNED.test(visible) ? `\u2068${visible}\u2069` : visible;
}
