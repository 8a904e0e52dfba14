/** The 37 glyphs of an MRZ, in the order of the reader's classes: digits, letters, filler (ICAO Doc 9303-3, 4.3). */
export const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<';

export const GLYPHS = ALPHABET.length;

/** Class of the filler `<`. */
export const FILLER = GLYPHS - 1;

/** Class of the first letter; digits are 0 … 9 and stand for themselves. */
export const FIRST_LETTER = 10;

const classes = new Map([...ALPHABET].map((glyph, at) => [glyph, at]));

/** Class of a glyph. @throws RangeError for anything that an MRZ cannot hold. */
export function classOf(glyph: string): number {
  const found = classes.get(glyph);
  if (found === undefined) throw new RangeError('not a glyph of an MRZ');
  return found;
}

export const classesOf = (glyphs: string): number[] => [...glyphs].map(classOf);

/** What a class weighs in a check digit: digits their value, A = 10 … Z = 35, filler 0. */
export const valueOfClass = (glyphClass: number): number => (glyphClass === FILLER ? 0 : glyphClass);

export const textOf = (glyphClasses: ArrayLike<number>): string =>
  Array.from(glyphClasses, (glyphClass) => ALPHABET[glyphClass]!).join('');
