import type { MrzFormat, Side } from '../../engine/document/document.ts';
import type { Random } from '../../kernel/random.ts';
import type { MrzHolder } from '../mrz-lines.ts';
import type { Person, PersonKind } from '../person.ts';
import type { Ink, Sheet } from '../sheet.ts';

/** What is printed on one document. */
export type Contents = {
  readonly holder: Person;
  /** DNI or NIE with its letter, as printed; null on documents that know none. */
  readonly personNumber: string | null;
  /** Number of the physical document: of the support of a card, of the booklet of a passport. */
  readonly documentNumber: string;
  readonly issueDate: string;
  readonly expiryDate: string;
  /** What the visual zone shows as date of birth: that of the holder, unless the document contradicts itself on purpose. */
  readonly printedBirthDate: string;
  readonly mrz: readonly string[];
  /** Draws the word that marks specimens, next to the small words that every drawn document carries. */
  readonly isMarkedSpecimen: boolean;
};

/** A kind of document: its measures, its rules and its drawing. */
export type Layout = {
  /** Tenths of a millimetre. */
  readonly size: { readonly width: number; readonly height: number };
  readonly personKind: PersonKind;
  readonly mrz: { readonly side: Side; readonly format: MrzFormat };
  documentNumber(random: Random): string;
  mrzLines(holder: MrzHolder, personNumber: string | null): readonly string[];
  /** Years of validity for a holder of that age at issue. */
  validYears(age: number): number;
  front(sheet: Sheet, contents: Contents, random: Random): void;
  back?(sheet: Sheet, contents: Contents, random: Random): void;
};

/** ISO/IEC 7810 ID-1, ID-2 and ID-3, the sizes of TD1, TD2 and TD3. */
export const idCard = { width: 856, height: 540 } as const;
export const id2Card = { width: 1050, height: 740 } as const;
export const passportPage = { width: 1250, height: 880 } as const;

/** Baseline distances: six lines an inch on TD1, four on TD2 and TD3, as issued documents show. */
export const td1RowPitch = 42.3;
export const td3RowPitch = 63.5;

export const ink = '#1b1b22';

export const value = (size: number, more: Partial<Ink> = {}): Ink => ({
  face: 'ocr-b',
  size,
  colour: ink,
  stretch: 0.88,
  ...more,
});
export const label = (size: number, more: Partial<Ink> = {}): Ink => ({
  face: 'condensed-bold',
  size,
  colour: '#2c2c38',
  ...more,
});

/** `1980-02-01` as `01 02 1980`, or with another mark between. */
export const dayFirst = (iso: string, mark = ' '): string =>
  [iso.slice(8, 10), iso.slice(5, 7), iso.slice(0, 4)].join(mark);

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** `1980-02-01` as `01 FEB 1980`. */
export const monthInWords = (iso: string): string =>
  `${iso.slice(8, 10)} ${months[Number(iso.slice(5, 7)) - 1]} ${iso.slice(0, 4)}`;

/** Letters, then digits: `series('C', 2, 6)` gives numbers like CAB012345. */
export function series(random: Random, start: string, letters: number, digits: number): string {
  let number = start;
  for (let i = 0; i < letters; i++) number += 'ABCDEFGHJKLM'[Math.floor(random() * 12)];
  for (let i = 0; i < digits; i++) number += Math.floor(random() * 10);
  return number;
}

/**
 * Says that this is no real document: always in small words at the edge; with `isMarkedSpecimen` also across a free place, in the
 * word that readers know.
 */
export function mark(
  sheet: Sheet,
  contents: Contents,
  small: { x: number; y: number; turn?: number },
  across: { x: number; y: number; turn: number; size: number; word: 'ESPECIMEN' | 'SPECIMEN' },
): void {
  sheet.text(small.x, small.y, 'PRUEBA / TEST', {
    face: 'condensed',
    size: 11,
    colour: '#8a2a3c',
    opacity: 0.85,
    ...(small.turn === undefined ? {} : { turn: small.turn }),
  });
  if (contents.isMarkedSpecimen)
    sheet.text(across.x, across.y, across.word, {
      face: 'ocr-b',
      size: across.size,
      spacing: across.size * 0.15,
      colour: '#33333a',
      opacity: 0.8,
      turn: across.turn,
    });
}
