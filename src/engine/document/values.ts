import type { FieldName } from './document.ts';
import { isStateCode } from './mrz/countries.ts';
import { controlLetter } from './spanish-number.ts';

/**
 * What a printed value looks like. `dni`: eight digits and a letter; `nie`: X, Y or Z, seven digits and a letter; `spanish-support`:
 * the number of a Spanish card or passport; the others say what they are.
 */
export type ValueFormat =
  'dni' | 'nie' | 'spanish-support' | 'document-number' | 'date' | 'sex' | 'nationality' | 'name' | 'place';

/** A value found in a line: `from`/`to` count glyphs of the line, `repairs` those that were taken for a like one. */
export type FoundValue = {
  readonly value: string;
  readonly from: number;
  readonly to: number;
  readonly repairs: number;
};

// Glyphs that a recogniser takes for one another, in a place that must hold a digit or a letter.
const asDigit: Readonly<Record<string, string>> = {
  O: '0', o: '0', D: '0', Q: '0', U: '0', I: '1', l: '1', i: '1', '|': '1', L: '1', Z: '2', z: '2', A: '4', S: '5', s: '5',
  G: '6', b: '6', T: '7', B: '8', g: '9', q: '9',
}; // prettier-ignore
const asLetter: Readonly<Record<string, string>> = {
  '0': 'O',
  '1': 'I',
  '2': 'Z',
  '4': 'A',
  '5': 'S',
  '6': 'G',
  '8': 'B',
  '7': 'T',
};

/** Finds what has the shape of a value in the text of a line, the least repaired first. */
export function findValues(format: ValueFormat, text: string): FoundValue[] {
  const found = finders[format](text);
  return found.sort((a, b) => a.repairs - b.repairs || a.from - b.from);
}

const finders: Readonly<Record<ValueFormat, (text: string) => FoundValue[]>> = {
  dni: (text) => patterned(text, 'ddddddddA').map(withPossibleLetter),
  nie: (text) => patterned(text, 'xdddddddA').map(withPossibleLetter),
  'spanish-support': (text) => [...patterned(text, 'AAAdddddd'), ...patterned(text, 'Edddddddd')],
  'document-number': documentNumbers,
  date: findDates,
  sex: findSex,
  nationality: findNationality,
  name: findName,
  place: findName,
};

// I, O and U end no DNI or NIE, because they look like these; read there, they were one of them.
const likeImpossible: Readonly<Record<string, string>> = { O: 'QD', U: 'V', I: 'LJT' };

function withPossibleLetter(found: FoundValue): FoundValue {
  const right = controlLetter(found.value.slice(0, -1));
  const isMisread = right !== null && likeImpossible[found.value.at(-1)!]?.includes(right) === true;
  return isMisread ? { ...found, value: found.value.slice(0, -1) + right, repairs: found.repairs + 1 } : found;
}

/** Windows of the text that fit a pattern (A letter, d digit, x one of XYZ, another capital itself), blanks left out. */
function patterned(text: string, pattern: string): FoundValue[] {
  const glyphs = [...text].flatMap((glyph, at) => (/[\s.·-]/.test(glyph) ? [] : [{ glyph, at }]));
  const found: FoundValue[] = [];
  for (let start = 0; start + pattern.length <= glyphs.length; start++) {
    let value = '';
    let repairs = 0;
    for (let k = 0; k < pattern.length; k++) {
      const { glyph } = glyphs[start + k]!;
      const fitted = fit(glyph, pattern[k]!);
      if (fitted === null) break;
      value += fitted;
      if (fitted !== glyph) repairs++;
    }
    if (value.length < pattern.length || repairs > MAX_REPAIRS) continue;
    // A longer run of digits is another number.
    const before = glyphs[start - 1]?.glyph;
    const after = glyphs[start + pattern.length]?.glyph;
    if (isDigit(pattern[0]!) && before !== undefined && /\d/.test(before)) continue;
    if (isDigit(pattern.at(-1)!) && after !== undefined && /\d/.test(after)) continue;
    found.push({ value, from: glyphs[start]!.at, to: glyphs[start + pattern.length - 1]!.at, repairs });
  }
  return found;
}

const MAX_REPAIRS = 3;
const isDigit = (slot: string): boolean => slot === 'd';

function fit(glyph: string, slot: string): string | null {
  const upper = glyph.toUpperCase();
  if (slot === 'd') return /\d/.test(glyph) ? glyph : (asDigit[glyph] ?? null);
  const letter = /[A-Z]/.test(upper) ? upper : (asLetter[glyph] ?? null);
  if (slot === 'A') return letter;
  if (slot === 'x') return letter !== null && 'XYZ'.includes(letter) ? letter : null;
  return letter === slot ? letter : null;
}

/** A number of unknown build: 6 to 14 capitals and digits with at least four digits. */
function documentNumbers(text: string): FoundValue[] {
  const found: FoundValue[] = [];
  for (const match of text.matchAll(/[A-Z0-9][A-Z0-9 -]{4,16}[A-Z0-9]/g)) {
    const value = match[0].replace(/[ -]/g, '');
    if (value.length < 6 || value.length > 14 || (value.match(/\d/g) ?? []).length < 4) continue;
    found.push({ value, from: match.index, to: match.index + match[0].length - 1, repairs: 0 });
  }
  return found;
}

// Months as passports print them: in the languages of most of the world's travel documents.
const months: Readonly<Record<string, number>> = {
  JAN: 1, ENE: 1, GEN: 1, JANV: 1, FEB: 2, FEV: 2, MAR: 3, MARS: 3, APR: 4, ABR: 4, AVR: 4, MAY: 5, MAI: 5, MAG: 5,
  JUN: 6, JUIN: 6, GIU: 6, JUL: 7, JUIL: 7, LUG: 7, AUG: 8, AGO: 8, AOUT: 8, SEP: 9, SEPT: 9, SET: 9, OCT: 10, OKT: 10,
  OUT: 10, OTT: 10, NOV: 11, DEC: 12, DIC: 12, DEZ: 12,
}; // prettier-ignore

/** Days as DD MM YYYY or YYYY MM DD with or without marks between, or with the month as a word. Two-digit years are left out. */
function findDates(text: string): FoundValue[] {
  const found: FoundValue[] = [];
  const { glyphs, repaired } = digitsWherePlausible(text);
  const add = (day: string, month: number, year: string, from: number, length: number, doubts: number): void => {
    const value = `${year}-${String(month).padStart(2, '0')}-${day.padStart(2, '0')}`;
    if (!isDay(value)) return;
    let repairs = doubts;
    for (let at = from; at < from + length; at++) if (repaired.has(at)) repairs++;
    found.push({ value, from, to: from + length - 1, repairs });
  };
  for (const run of glyphs.matchAll(/\d(?:[ ./-]{0,3}\d){7,}/g)) {
    const places = [...run[0]].flatMap((glyph, i) => (/\d/.test(glyph) ? [run.index + i] : []));
    const digits = places.map((place) => glyphs[place]).join('');
    for (let i = 0; i + 8 <= digits.length; i++) {
      const isAligned = i % 8 === 0 && digits.length % 8 === 0;
      if (!isAligned && digits.length % 8 === 0) continue;
      const [, day, month, year] = /^(\d\d)(\d\d)((?:18|19|20|21|99)\d\d)/.exec(digits.slice(i)) ?? [];
      const length = places[i + 7]! - places[i]! + 1;
      // Two dates that touch are as good as two; digits left over are a fault of the reading.
      if (day !== undefined) add(day, Number(month), year!, places[i]!, length, isAligned ? 0 : 1);
    }
  }
  for (const m of glyphs.matchAll(/(?<!\d)((?:19|20)\d{2})[ ./-](\d{2})[ ./-](\d{2})(?!\d)/g))
    add(m[3]!, Number(m[2]), m[1]!, m.index, m[0].length, 0);
  const words = [...text].map((glyph) => fold(glyph) || glyph).join('');
  for (const m of words.matchAll(
    /(?<!\d)(\d{1,2})[ .-]{0,2}([A-Z]{3,9})[ ./-]*(?:[A-Z]{3,9})?[ .-]{0,2}((?:19|20)\d{2})(?!\d)/g,
  )) {
    const month = months[m[2]!.slice(0, 4)] ?? months[m[2]!.slice(0, 3)];
    if (month !== undefined) add(m[1]!, month, m[3]!, m.index, m[0].length, 0);
  }
  return found;
}

/** Letters that look like digits become digits where nearly all of the text is digits. */
function digitsWherePlausible(text: string): { glyphs: string; repaired: ReadonlySet<number> } {
  const repaired = new Set<number>();
  const glyphs = [...text];
  const digits = glyphs.filter((glyph) => /\d/.test(glyph)).length;
  const others = glyphs.filter((glyph) => /[A-Za-z|]/.test(glyph)).length;
  if (others > 0 && others <= 2 && digits >= 5)
    glyphs.forEach((glyph, at) => {
      const digit = asDigit[glyph];
      if (digit === undefined) return;
      glyphs[at] = digit;
      repaired.add(at);
    });
  return { glyphs: glyphs.join(''), repaired };
}

/** A day of the calendar; Spain's `9999-01-01` of the holders whose card does not expire is one. */
export function isDay(iso: string): boolean {
  const day = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(iso);
}

function findSex(text: string): FoundValue[] {
  const match = /^[^A-Za-z]*([MFX])(?![A-Za-z])/.exec(text.toUpperCase());
  return match === null ? [] : [{ value: match[1]!, from: match[0].length - 1, to: match[0].length - 1, repairs: 0 }];
}

function findNationality(text: string): FoundValue[] {
  const found: FoundValue[] = [];
  for (const m of text.toUpperCase().matchAll(/(?<![A-Z])[A-Z]{3}(?![A-Z])/g))
    if (isStateCode(m[0])) found.push({ value: m[0], from: m.index, to: m.index + 2, repairs: 0 });
  return found;
}

/** Letters with the marks that stand inside names. What is not a letter at the ends goes. */
function findName(text: string): FoundValue[] {
  const match = /\p{L}[\p{L} '’.,·/-]*/u.exec(text.replace(/[0]/g, 'O'));
  if (match === null) return [];
  const value = match[0].replace(/[ '’.,·/-]+$/u, '').toUpperCase();
  return [{ value, from: match.index, to: match.index + value.length - 1, repairs: 0 }];
}

/** Capitals without accents, blanks and marks: how names are held against each other. Ñ counts as N. */
export const fold = (text: string): string =>
  text
    .toUpperCase()
    .normalize('NFD')
    .replace(/[^A-Z0-9]/g, '');

/** Whether a field holds a name, whose letters may carry marks. */
export const isValueOfNames = (name: FieldName): boolean => name === 'surnames' || name === 'givenNames';
