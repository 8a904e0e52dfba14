import type { Field, FieldName, Mrz, Side } from './document.ts';
import { layouts, spanText } from './mrz/formats.ts';
import { parseMrz, type MrzFields } from './mrz/parse.ts';
import { dniOfPassport } from './spanish-number.ts';

export type ZoneFields = {
  readonly fields: Readonly<Partial<Record<FieldName, Field>>>;
  /** The number of the holder, or of the document where there is none, as the zone says it. */
  readonly number: string | null;
  /** A name that fills its line to the end may be cut off. */
  readonly isNameCut: boolean;
  readonly parsed: MrzFields;
};

const UNSURE = 0.75; // what is left of the confidence in a zone that its reader does not vouch for

/** The fields that a machine readable zone carries. @param at ISO date that two-digit years are resolved against. */
export function zoneFields(mrz: Mrz, side: Side, at: string): ZoneFields {
  const parsed = parseMrz(mrz.format, mrz.lines, at);
  const glyphs = mrz.glyphConfidence.flat();
  const least = glyphs.length === 0 ? 0 : glyphs.reduce((sum, p) => sum + p, 0) / glyphs.length;
  const confidence = mrz.accepted ? least : least * UNSURE;
  const field = (text: string | null): Field | undefined =>
    text === null || text === '' ? undefined : { text, from: 'mrz', side, confidence };
  const name = (text: string): Field | undefined => {
    const plain = field(text);
    return plain === undefined ? undefined : { ...plain, folded: true };
  };
  const number = holdersNumber(parsed);
  const fields: Partial<Record<FieldName, Field | undefined>> = {
    documentNumber: field(number ?? parsed.documentNumber),
    supportNumber: number === null ? undefined : field(parsed.documentNumber),
    surnames: name(parsed.surnames),
    givenNames: name(parsed.givenNames),
    birthDate: field(parsed.birthDate),
    expiryDate: field(parsed.expiryDate),
    sex: field(parsed.sex),
    nationality: field(parsed.nationality),
    issuingState: field(parsed.issuingState),
  };
  return {
    fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    number: number ?? (parsed.documentNumber === '' ? null : parsed.documentNumber),
    isNameCut: layouts[mrz.format].names.some((span) => !spanText(mrz.lines, span).endsWith('<')),
    parsed,
  };
}

function holdersNumber(parsed: MrzFields): string | null {
  if (parsed.personalNumber !== null) return parsed.personalNumber;
  if (parsed.issuingState !== 'ESP') return null;
  for (const text of parsed.optionalData) {
    const dni = dniOfPassport(text);
    if (dni !== null) return dni;
  }
  return null;
}
