/**
 * Machine readable zones as an issuer prints them (ICAO Doc 9303-3 to -7). Written apart from the reader on purpose: the
 * two agree only if both follow the standard.
 */

export type MrzHolder = {
  readonly surnames: string;
  readonly givenNames: string;
  /** ISO dates. */
  readonly birthDate: string;
  readonly expiryDate: string;
  readonly sex: 'M' | 'F' | 'X';
  /** Three-letter codes of Doc 9303-3 section 5; Germany is `D`. */
  readonly nationality: string;
  readonly issuer: string;
  readonly documentCode: string;
  readonly number: string;
  readonly optional?: string;
};

/** Modulus 10, weights 7 3 1; digits count as themselves, A–Z as 10–35, the filler as 0 (Doc 9303-3 section 4.9). */
export function mrzCheckDigit(field: string): string {
  const weights = [7, 3, 1];
  let sum = 0;
  [...field].forEach((glyph, place) => {
    sum += (glyph === '<' ? 0 : Number.parseInt(glyph, 36)) * weights[place % 3]!;
  });
  return String(sum % 10);
}

// Doc 9303-3 section 6, table A: letters whose recommended form is not simply the letter without its mark.
const expansions: Readonly<Record<string, string>> = {
  Ä: 'AE',
  Å: 'AA',
  Æ: 'AE',
  Ð: 'D',
  Đ: 'D',
  Ħ: 'H',
  İ: 'I',
  ı: 'I',
  Ĳ: 'IJ',
  Ł: 'L',
  Ñ: 'N',
  Ö: 'OE',
  Ø: 'OE',
  Œ: 'OE',
  ß: 'SS',
  ẞ: 'SS',
  Þ: 'TH',
  Ü: 'UE',
};

/** A name as its MRZ letters: marks dropped or expanded, apostrophes omitted, hyphens and spaces as fillers. */
export function transliterate(name: string, issuer: string): string {
  // Spain prints the vowel alone for the diaeresis of GÜELL; German-speaking issuers expand it.
  const plain = (letter: string): string =>
    letter === 'Ü' && issuer === 'ESP' ? 'U' : (expansions[letter] ?? letter.normalize('NFD').replace(/\p{M}/gu, ''));
  return [...name.toUpperCase().normalize('NFC')]
    .map(plain)
    .join('')
    .replace(/['’.]/g, '')
    .replace(/[^A-Z]+/g, '<');
}

/**
 * The name field of Doc 9303-3 section 4.6: primary identifier, two fillers, secondary identifier. When both do not fit, the
 * end is cut off; when not even one letter of the secondary identifier would be left, the primary one is shortened for it.
 */
export function nameField(surnames: string, givenNames: string, issuer: string, places: number): string {
  const primary = transliterate(surnames, issuer);
  const secondary = transliterate(givenNames, issuer);
  if (secondary === '') return primary.slice(0, places).padEnd(places, '<');
  const kept = primary.slice(0, places - 3).replace(/<+$/, '');
  return `${kept}<<${secondary}`.slice(0, places).padEnd(places, '<');
}

const shortDate = (iso: string): string => iso.slice(2, 4) + iso.slice(5, 7) + iso.slice(8, 10);
const withCheck = (field: string): string => field + mrzCheckDigit(field);
const sexGlyph = (sex: MrzHolder['sex']): string => (sex === 'X' ? '<' : sex);
const country = (code: string): string => code.padEnd(3, '<');

/** Three lines of 30 (Doc 9303-5). A number of more than nine glyphs runs on in the optional data, as note j there says. */
export function td1Lines(of: MrzHolder, secondOptional = ''): [string, string, string] {
  const head = of.documentCode.padEnd(2, '<') + country(of.issuer);
  const optional = of.optional ?? '';
  const numberPart =
    of.number.length <= 9
      ? withCheck(of.number.padEnd(9, '<')) + optional
      : `${of.number.slice(0, 9)}<${of.number.slice(9)}${mrzCheckDigit(of.number)}<${optional}`;
  const line1 = (head + numberPart).slice(0, 30).padEnd(30, '<');
  const birth = withCheck(shortDate(of.birthDate));
  const expiry = withCheck(shortDate(of.expiryDate));
  const rest = secondOptional.padEnd(11, '<');
  const composite = mrzCheckDigit(line1.slice(5) + birth + expiry + rest);
  const line2 = birth + sexGlyph(of.sex) + expiry + country(of.nationality) + rest + composite;
  return [line1, line2, nameField(of.surnames, of.givenNames, of.issuer, 30)];
}

/** Two lines of 36 (Doc 9303-6). */
export function td2Lines(of: MrzHolder): [string, string] {
  const line1 =
    of.documentCode.padEnd(2, '<') + country(of.issuer) + nameField(of.surnames, of.givenNames, of.issuer, 31);
  const number = withCheck(of.number.padEnd(9, '<'));
  const birth = withCheck(shortDate(of.birthDate));
  const expiry = withCheck(shortDate(of.expiryDate));
  const optional = (of.optional ?? '').padEnd(7, '<');
  const composite = mrzCheckDigit(number + birth + expiry + optional);
  return [line1, number + country(of.nationality) + birth + sexGlyph(of.sex) + expiry + optional + composite];
}

/** Two lines of 44 (Doc 9303-4). The check digit of an empty personal number may be a filler; here it is printed as 0. */
export function td3Lines(of: MrzHolder): [string, string] {
  const line1 =
    of.documentCode.padEnd(2, '<') + country(of.issuer) + nameField(of.surnames, of.givenNames, of.issuer, 39);
  const number = withCheck(of.number.padEnd(9, '<'));
  const birth = withCheck(shortDate(of.birthDate));
  const expiry = withCheck(shortDate(of.expiryDate));
  const optional = withCheck((of.optional ?? '').padEnd(14, '<'));
  const composite = mrzCheckDigit(number + birth + expiry + optional);
  return [line1, number + country(of.nationality) + birth + sexGlyph(of.sex) + expiry + optional + composite];
}

/** Two lines of 44 (Doc 9303-7): a visa has no composite check digit. */
export function mrvaLines(of: MrzHolder): [string, string] {
  const line1 =
    of.documentCode.padEnd(2, '<') + country(of.issuer) + nameField(of.surnames, of.givenNames, of.issuer, 39);
  const line2 =
    withCheck(of.number.padEnd(9, '<')) +
    country(of.nationality) +
    withCheck(shortDate(of.birthDate)) +
    sexGlyph(of.sex) +
    withCheck(shortDate(of.expiryDate)) +
    (of.optional ?? '').padEnd(16, '<');
  return [line1, line2];
}
