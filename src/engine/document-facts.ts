import type { DocumentFacts } from '../verification/assessment.ts';
import { ageAt } from './document/crosscheck.ts';
import type { DocumentReading } from './document/document.ts';
import { sameNumber } from './document/spanish-number.ts';

const sizeOfFormat = { TD1: 'ID-1', TD2: 'ID-2', IDFRA: 'ID-2', TD3: 'ID-3', MRVA: 'ID-3', MRVB: 'ID-2' } as const;

/** Where no zone was read, the type that the print was recognised as tells. */
function sizeOfType(type: string): DocumentFacts['size'] {
  if (type === 'esp-passport') return 'ID-3';
  return type.startsWith('esp-') ? 'ID-1' : null;
}

/** The reading without its pictures, in the words that wire, report and operator share. */
export function documentFacts(
  reading: DocumentReading,
  { at, requestedNumber }: { readonly at: string; readonly requestedNumber: string | null },
): DocumentFacts {
  const { fields, mrz, crossChecks } = reading;
  const holds = (name: string): boolean | null => crossChecks.find((check) => check.name === name)?.holds ?? null;
  const notExpired = holds('not-expired');
  const birth = fields.birthDate?.text;
  const number = fields.documentNumber?.text ?? null;
  return {
    type: reading.type,
    size: mrz === null ? sizeOfType(reading.type) : sizeOfFormat[mrz.format],
    oneSided: reading.oneSided,
    issuingState: reading.issuingState,
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, { text, from, folded }]) => [name, { text, from, folded: folded === true }]),
    ),
    ageYears: birth === undefined || birth > at ? null : ageAt(birth, at),
    isExpired: notExpired === null ? null : !notExpired,
    numberOnFront: reading.numberOnFront,
    numberOnBack: reading.numberOnBack,
    sidesAgree: reading.oneSided ? null : holds('number-front-back'),
    isRequestedNumber: requestedNumber === null || number === null ? null : sameNumber(requestedNumber, number),
    requestedNumber,
    mrz: mrz && {
      format: mrz.format,
      lines: mrz.lines,
      rawLines: mrz.rawLines,
      accepted: mrz.accepted,
      repairedGlyphs: mrz.repairedGlyphs,
      agreement: mrz.agreement,
      checks: mrz.checks,
    },
    crossChecks,
  };
}
