import type { MrzFormat } from '../document.ts';
import { layouts, longNumberRule, spanText, type MrzLayout } from './formats.ts';

/** A calendar day, `YYYY-MM-DD`. */
export type IsoDate = string;

/** What an MRZ says, filler taken away. Nothing is judged here: check digits are `verifyChecks`. */
export type MrzFields = {
  readonly documentCode: string; // 'P', 'ID', 'V', …
  readonly issuingState: string;
  /** The number of the document; on Spanish cards that of the physical card (número de soporte). */
  readonly documentNumber: string;
  /** The holder's own number where the issuing state is known to print it as optional data: Spain's DNI and NIE. */
  readonly personalNumber: string | null;
  readonly surnames: string;
  readonly givenNames: string;
  readonly birthDate: IsoDate | null; // null: not a day of the calendar, or partly unknown (filler)
  readonly expiryDate: IsoDate | null;
  readonly sex: 'M' | 'F' | 'X' | null;
  readonly nationality: string | null; // null: the format has none
  readonly optionalData: readonly string[];
};

/**
 * Splits the lines of an MRZ into its fields.
 * @param referenceDate the day that two-digit years are resolved against: births lie before it, expiries around it.
 */
export function parseMrz(format: MrzFormat, lines: readonly string[], referenceDate: IsoDate): MrzFields {
  const layout = layouts[format];
  const issuingState = unfilled(spanText(lines, layout.issuingState));
  const optionalData = optionalDataOf(layout, lines);
  const [surnames, givenNames] = namesOf(layout, lines);
  const expiry = layout.expiryDate === null ? null : spanText(lines, layout.expiryDate);
  return {
    documentCode: unfilled(spanText(lines, layout.documentCode)),
    issuingState,
    documentNumber: numberOf(layout, lines),
    personalNumber: issuingState === 'ESP' ? spanishNumber(optionalData) : null,
    surnames,
    givenNames,
    birthDate: birthDateOf(spanText(lines, layout.birthDate), referenceDate),
    expiryDate: expiry === null ? null : expiryDateOf(expiry, referenceDate, issuingState),
    sex: sexOf(spanText(lines, layout.sex)),
    nationality: layout.nationality === null ? null : unfilled(spanText(lines, layout.nationality)),
    optionalData,
  };
}

/** Filler at the ends goes; inside it stands for a blank. */
const unfilled = (glyphs: string): string => glyphs.replace(/^<+|<+$/g, '').replace(/<+/g, ' ');

function numberOf(layout: MrzLayout, lines: readonly string[]): string {
  const long = longNumberRule(layout, lines);
  const spans = long === null ? [layout.documentNumber] : long.over;
  return spans
    .map((span) => spanText(lines, span))
    .join('')
    .replace(/<+$/, '');
}

function optionalDataOf(layout: MrzLayout, lines: readonly string[]): readonly string[] {
  const long = longNumberRule(layout, lines);
  return layout.optionalData.map((span, at) => {
    const from = long !== null && at === 0 ? long.at.to + 1 : span.from;
    return unfilled(spanText(lines, { ...span, from }));
  });
}

function namesOf(layout: MrzLayout, lines: readonly string[]): [surnames: string, givenNames: string] {
  const [first, second] = layout.names.map((span) => spanText(lines, span));
  if (second !== undefined) return [unfilled(first!), unfilled(second)];
  const [surnames, ...givenNames] = first!.replace(/<+$/, '').split('<<');
  return [unfilled(surnames ?? ''), unfilled(givenNames.join('<'))];
}

/** F and M as printed; `<` is "unspecified", which the visual zone prints as X (Doc 9303-4, note f). */
function sexOf(glyph: string): MrzFields['sex'] {
  if (glyph === 'M' || glyph === 'F') return glyph;
  return glyph === '<' || glyph === 'X' ? 'X' : null;
}

/** DNI (eight digits and a letter) or NIE (X, Y or Z, seven digits and a letter). */
function spanishNumber(optionalData: readonly string[]): string | null {
  for (const text of optionalData) {
    const found = /^(?:\d{8}|[XYZ]\d{7})[A-Z](?= |$)/.exec(text);
    if (found !== null) return found[0];
  }
  return null;
}

const isoDay = (year: number, month: string, day: string): IsoDate | null => {
  const at = new Date(Date.UTC(year, Number(month) - 1, Number(day)));
  const text = `${String(year).padStart(4, '0')}-${month}-${day}`;
  return at.toISOString().startsWith(text) ? text : null;
};

/** The latest year that does not lie after the reference: nobody is born in the future. */
function birthDateOf(yymmdd: string, referenceDate: IsoDate): IsoDate | null {
  const parts = /^(\d\d)(\d\d)(\d\d)$/.exec(yymmdd);
  if (parts === null) return null;
  const [, year, month, day] = parts;
  const century = Math.floor(Number(referenceDate.slice(0, 4)) / 100) * 100;
  const inThis = isoDay(century + Number(year), month!, day!);
  if (inThis !== null && inThis <= referenceDate) return inThis;
  return isoDay(century - 100 + Number(year), month!, day!);
}

const YEARS_EXPIRED_AT_MOST = 30;

/**
 * The year from 30 before the reference to 69 after it. Spain prints the first of January of 9999 for holders above
 * seventy, which leaves `990101` in the MRZ.
 */
function expiryDateOf(yymmdd: string, referenceDate: IsoDate, issuingState: string): IsoDate | null {
  const parts = /^(\d\d)(\d\d)(\d\d)$/.exec(yymmdd);
  if (parts === null) return null;
  if (issuingState === 'ESP' && yymmdd === '990101') return '9999-01-01';
  const [, year, month, day] = parts;
  const earliest = Number(referenceDate.slice(0, 4)) - YEARS_EXPIRED_AT_MOST;
  const century = Math.floor(earliest / 100) * 100;
  const full = century + Number(year) < earliest ? century + 100 + Number(year) : century + Number(year);
  return isoDay(full, month!, day!);
}
