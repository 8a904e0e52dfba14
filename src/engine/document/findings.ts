import type { Finding } from '../../verification/assessment.ts';
import { citeOf } from '../runtime/manifest.ts';
import type { CrossCheck, DocumentReading, FieldName } from './document.ts';
import { sameNumber } from './spanish-number.ts';

export type DocumentQuestion = {
  /** ISO date of the assessment. */
  readonly at: string;
  /** The number that the relying party expects; null when none was given. */
  readonly requestedNumber: string | null;
};

/** What an assessment needs to know of the holder and the document. */
const required: readonly FieldName[] = ['documentNumber', 'surnames', 'givenNames', 'birthDate', 'expiryDate'];

/**
 * What the document says of itself, as findings:
 *
 * | check | score |
 * |---|---|
 * | `document/fields` | share of the required fields that were read, 0 … 1 |
 * | `document/confidence` | the least sure of the required fields, 0 … 1 |
 * | `document/zone` | 1 when the reader vouches for the machine readable zone, else 0 |
 * | `document/zone-repairs` | glyphs of the zone that were changed so that check digits hold |
 * | `document/requested-number` | 1 when the document shows the requested number, else 0 |
 * | `document/<cross-check>` | 1 when it holds, 0 when not |
 */
export function documentFindings(reading: DocumentReading, { requestedNumber }: DocumentQuestion): Finding[] {
  return [
    fieldsFinding(reading),
    confidenceFinding(reading),
    ...zoneFindings(reading),
    requestedNumberFinding(reading, requestedNumber),
    ...reading.crossChecks.map(crossCheckFinding),
  ];
}

// Reading is timed as a whole where it runs; what follows from it takes no time worth measuring.
const durationMs = 0;

function fieldsFinding({ fields, type }: DocumentReading): Finding {
  const missing = required.filter((name) => fields[name] === undefined);
  return {
    check: 'document/fields',
    score: 1 - missing.length / required.length,
    higherMeans: 'more of the document could be read',
    model: citeOf('text-recogniser'),
    durationMs,
    details: { type, missing },
  };
}

function confidenceFinding({ fields }: DocumentReading): Finding {
  const check = 'document/confidence';
  const read = required.flatMap((name) => (fields[name] === undefined ? [] : [{ name, field: fields[name] }]));
  const least = read.sort((a, b) => a.field.confidence - b.field.confidence)[0];
  if (least === undefined) return { check, inconclusive: 'nothing-read', durationMs };
  return {
    check,
    score: least.field.confidence,
    higherMeans: 'read more surely',
    durationMs,
    details: {
      leastSure: least.name,
      folded: read.filter(({ field }) => field.folded === true).map(({ name }) => name),
    },
  };
}

function zoneFindings({ mrz }: DocumentReading): Finding[] {
  if (mrz === null) return [{ check: 'document/zone', inconclusive: 'no-zone-read', durationMs }];
  return [
    {
      check: 'document/zone',
      score: mrz.accepted ? 1 : 0,
      higherMeans: 'zone read surely',
      model: citeOf('ocrb-reader'),
      durationMs,
      details: { format: mrz.format, agreement: mrz.agreement },
    },
    {
      check: 'document/zone-repairs',
      score: mrz.repairedGlyphs,
      higherMeans: 'more glyphs changed',
      durationMs,
      details: { priceNats: mrz.repairPriceNats },
    },
  ];
}

function requestedNumberFinding(reading: DocumentReading, requestedNumber: string | null): Finding {
  const check = 'document/requested-number';
  if (requestedNumber === null || requestedNumber === '') return { check, inconclusive: 'none-requested', durationMs };
  const number = reading.fields.documentNumber;
  if (number === undefined) return { check, inconclusive: 'number-not-read', durationMs };
  const shown = [number.text, reading.fields.supportNumber?.text, reading.numberOnFront, reading.numberOnBack];
  const isShown = shown.some((text) => typeof text === 'string' && sameNumber(text, requestedNumber));
  return { check, score: isShown ? 1 : 0, higherMeans: 'the requested number', durationMs };
}

function crossCheckFinding({ name, holds, reason }: CrossCheck): Finding {
  const check = `document/${name}`;
  if (holds === null) return { check, inconclusive: reason ?? 'not-checked', durationMs };
  return {
    check,
    score: holds ? 1 : 0,
    higherMeans: 'holds',
    durationMs,
    ...(reason === undefined ? {} : { details: { reason } }),
  };
}
