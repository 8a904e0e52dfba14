import type { Mrz, Side } from './document.ts';
import { likenessOf } from './find-labels.ts';
import { layouts, spanText } from './mrz/formats.ts';
import type { Segment } from './segments.ts';
import type { DocumentType } from './types/document-type.ts';
import { unknownType } from './types/icao.ts';
import { documentTypes } from './types/index.ts';
import { findValues, fold } from './values.ts';

/** What a picture shows that tells types apart. */
export type Evidence = { readonly segments: readonly Segment[]; readonly mrz: Mrz | null };

const LEAST_MARKS = 2.5; // less than a title and a label, or a label and a number of the series, tells no type
const MRZ_WEIGHT = 6;
const SERIES_WEIGHT = 3; // letter that the support numbers of a generation begin with

/** The type that the pictures speak for; `unknown` when none does. Of equals, the first of the list. */
export function recogniseType(pictures: readonly Evidence[]): DocumentType {
  let best = { type: unknownType, score: 0 };
  for (const type of documentTypes) {
    const score = scoreOf(type, pictures);
    if (score > best.score) best = { type, score };
  }
  return best.type;
}

function scoreOf(type: DocumentType, pictures: readonly Evidence[]): number {
  const zones = pictures.flatMap(({ mrz }) => (mrz === null ? [] : [mrz]));
  if (zones.some((mrz) => !fitsMrz(type, mrz))) return 0;
  const marks = pictures.reduce(
    (sum, picture) => sum + markScore(type, 'front', picture) + markScore(type, 'back', picture),
    0,
  );
  const byZone = zones.length > 0 ? (type.issuingState === null ? 1 : MRZ_WEIGHT) : 0;
  const series = byZone > 0 ? seriesInZones(type, zones) : seriesInPrint(type, pictures);
  if (byZone === 0 && (type.issuingState === null || marks < 1 || marks + series < LEAST_MARKS)) return 0;
  return marks + byZone + series;
}

function fitsMrz({ mrz: pattern }: DocumentType, mrz: Mrz): boolean {
  if (pattern === null || !pattern.formats.includes(mrz.format)) return false;
  const layout = layouts[mrz.format];
  const isIssuer = pattern.issuingState === null || spanText(mrz.lines, layout.issuingState) === pattern.issuingState;
  return isIssuer && pattern.documentCode.test(spanText(mrz.lines, layout.documentCode));
}

const SURELY_FRONT = 5; // title and several labels

/** Rows of print taken for a zone: on the front of a card that has its zone on the back, and of no state's that fits. */
export const isStray = (mrz: Mrz, segments: readonly Segment[]): boolean =>
  documentTypes.some(
    (type) => !type.oneSided && markScore(type, 'front', { segments }) >= SURELY_FRONT && !fitsMrz(type, mrz),
  ) && !documentTypes.some((type) => type.issuingState !== null && fitsMrz(type, mrz));

const seriesInZones = ({ mrz: pattern }: DocumentType, zones: readonly Mrz[]): number =>
  zones.some((mrz) => pattern?.documentNumber?.test(spanText(mrz.lines, layouts[mrz.format].documentNumber)))
    ? SERIES_WEIGHT
    : 0;

const seriesInPrint = ({ mrz: pattern }: DocumentType, pictures: readonly Evidence[]): number =>
  pictures.some(({ segments }) =>
    segments.some(({ text }) =>
      findValues('spanish-support', text).some(
        ({ value, repairs }) => repairs === 0 && pattern?.documentNumber?.test(value),
      ),
    ),
  )
    ? SERIES_WEIGHT
    : 0;

/** How much a picture looks like that side of the type. */
export function markScore(type: DocumentType, side: Side, { segments }: Pick<Evidence, 'segments'>): number {
  const texts = segments.map(({ text }) => fold(text));
  return type.marks[side].reduce(
    (sum, mark) => sum + (texts.some((text) => shows(text, fold(mark.text))) ? mark.weight : 0),
    0,
  );
}

function shows(text: string, mark: string): boolean {
  if (mark.length < 6) return text === mark;
  const isCutOff = text.length >= 12 && text.length >= 0.6 * mark.length && mark.startsWith(text);
  return isCutOff || text.includes(mark) || likenessOf(text, mark) >= 0.8;
}
