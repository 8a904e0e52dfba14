import type { CrossCheck, DocumentReading, FieldName, Mrz } from './document.ts';
import type { Fields } from './merge-fields.ts';
import { isSameName } from './names.ts';
import { hasRightLetter } from './spanish-number.ts';
import type { ZoneFields } from './zone-fields.ts';

export type CheckedReading = Pick<
  DocumentReading,
  'fields' | 'mrz' | 'numberOnFront' | 'numberOnBack' | 'oneSided' | 'specimenWords' | 'issuingState'
> & {
  /** The fields as printed, before the zone had a say. */
  readonly printed: Fields;
  readonly zone: ZoneFields | null;
  /** ISO date of the assessment. */
  readonly at: string;
};

const holds = (name: string): CrossCheck => ({ name, holds: true });
const fails = (name: string, reason: string): CrossCheck => ({ name, holds: false, reason });
const unknown = (name: string, reason: string): CrossCheck => ({ name, holds: null, reason });
const is = (name: string, condition: boolean, reason: string): CrossCheck =>
  condition ? holds(name) : fails(name, reason);

/** Every check that a document allows on itself, in a fixed order. One that could not be made is there with its reason. */
export function crossChecks(reading: CheckedReading): CrossCheck[] {
  return [
    checkDigits(reading.mrz),
    readersAgree(reading.mrz),
    numberLetter(reading),
    holdersNumberInZone(reading),
    ...printAgainstZone(reading),
    numberOnBothSides(reading),
    birthIsPlausible(reading),
    issueIsPlausible(reading),
    ofAge(reading),
    notExpired(reading),
    noSpecimen(reading),
  ];
}

// The glyph reader's mean probability from which a failing check digit is the document's fault, not the reading's.
const SURELY_READ = 0.9;

/** Check digits that hold as read. Those that hold only after a repair prove nothing, either way. */
function checkDigits(mrz: Mrz | null): CrossCheck {
  const name = 'mrz-check-digits';
  if (mrz === null) return unknown(name, 'no-zone-read');
  if (mrz.checks.every(({ passedRaw }) => passedRaw)) return holds(name);
  if (mrz.checks.every(({ passed }) => passed)) return unknown(name, 'only-after-repair');
  const glyphs = mrz.glyphConfidence.flat();
  const mean = glyphs.reduce((sum, p) => sum + p, 0) / Math.max(1, glyphs.length);
  return mean >= SURELY_READ ? fails(name, 'check-digit-wrong') : unknown(name, 'zone-uncertain');
}

function readersAgree(mrz: Mrz | null): CrossCheck {
  const name = 'mrz-readers-agree';
  if (mrz === null) return unknown(name, 'no-zone-read');
  if (mrz.agreement === 'both') return holds(name);
  return mrz.agreement === 'differ' ? fails(name, 'readers-differ') : unknown(name, mrz.agreement);
}

/** DNI and NIE end in a letter that follows from the digits. */
function numberLetter({ fields, issuingState }: CheckedReading): CrossCheck {
  const name = 'number-letter';
  const number = fields.documentNumber;
  if (issuingState !== 'ESP') return unknown(name, 'not-spanish');
  if (number === undefined) return unknown(name, 'number-not-read');
  const right = hasRightLetter(number.text);
  return right === null ? unknown(name, 'no-dni-or-nie') : is(name, right, 'letter-wrong');
}

/** Spain repeats the holder's DNI or NIE in the optional data of the zone. */
function holdersNumberInZone({ zone, mrz, issuingState }: CheckedReading): CrossCheck {
  const name = 'number-in-zone';
  if (issuingState !== 'ESP') return unknown(name, 'not-spanish');
  if (zone === null || mrz === null) return unknown(name, 'no-zone-read');
  if (zone.fields.supportNumber !== undefined) return holds(name);
  return mrz.accepted ? fails(name, 'holders-number-missing') : unknown(name, 'zone-uncertain');
}

const compared: readonly { name: string; field: FieldName; isName?: true }[] = [
  { name: 'number-viz-mrz', field: 'documentNumber' },
  { name: 'support-viz-mrz', field: 'supportNumber' },
  { name: 'surnames-viz-mrz', field: 'surnames', isName: true },
  { name: 'given-names-viz-mrz', field: 'givenNames', isName: true },
  { name: 'birth-viz-mrz', field: 'birthDate' },
  { name: 'expiry-viz-mrz', field: 'expiryDate' },
  { name: 'sex-viz-mrz', field: 'sex' },
  { name: 'nationality-viz-mrz', field: 'nationality' },
];

// Print that is read less surely than this is no witness against the zone.
const PRINT_CONFIDENCE = 0.8;

function printAgainstZone({ printed, zone, mrz }: CheckedReading): CrossCheck[] {
  return compared.map(({ name, field, isName }) => {
    const onPrint = printed[field];
    const inZone = zone?.fields[field];
    if (onPrint === undefined) return unknown(name, 'print-not-read');
    if (zone === null || mrz === null) return unknown(name, 'no-zone-read');
    if (inZone === undefined) return unknown(name, 'not-in-zone');
    if (isName ? isSameName(onPrint.text, inZone.text, zone.isNameCut) : onPrint.text === inZone.text)
      return holds(name);
    if (!mrz.accepted) return unknown(name, 'zone-uncertain');
    return onPrint.confidence < PRINT_CONFIDENCE
      ? unknown(name, 'print-uncertain')
      : fails(name, 'print-and-zone-differ');
  });
}

function numberOnBothSides({ numberOnFront, numberOnBack, oneSided, mrz, printed }: CheckedReading): CrossCheck {
  const name = 'number-front-back';
  if (oneSided) return unknown(name, 'one-sided');
  if (numberOnFront === null) return unknown(name, 'front-not-read');
  if (numberOnBack === null) return unknown(name, 'back-not-read');
  if (numberOnFront === numberOnBack) return holds(name);
  const isSure = mrz?.accepted === true && (printed.documentNumber?.confidence ?? 0) >= PRINT_CONFIDENCE;
  return isSure ? fails(name, 'sides-differ') : unknown(name, 'reading-uncertain');
}

const ADULT_YEARS = 18;
const OLDEST_YEARS = 125;

function birthIsPlausible({ fields, at }: CheckedReading): CrossCheck {
  const name = 'birth-plausible';
  const birth = fields.birthDate;
  if (birth === undefined) return unknown(name, 'birth-not-read');
  return is(name, birth.text <= at && ageAt(birth.text, at) <= OLDEST_YEARS, 'birth-implausible');
}

/** Spain issues for ten years at most, or for ever; others for as long or less. */
const LONGEST_VALID_YEARS = 15;

function issueIsPlausible({ fields, at }: CheckedReading): CrossCheck {
  const name = 'issue-plausible';
  const { issueDate, birthDate, expiryDate } = fields;
  if (issueDate === undefined) return unknown(name, 'issue-not-read');
  const issue = issueDate.text;
  if (issue > at) return fails(name, 'issued-in-the-future');
  if (birthDate !== undefined && issue < birthDate.text) return fails(name, 'issued-before-birth');
  if (expiryDate === undefined) return unknown(name, 'expiry-not-read');
  if (expiryDate.text <= issue) return fails(name, 'expired-before-issue');
  const isEndless = expiryDate.text.startsWith('9999');
  return is(name, isEndless || ageAt(issue, expiryDate.text) <= LONGEST_VALID_YEARS, 'valid-too-long');
}

function ofAge({ fields, at }: CheckedReading): CrossCheck {
  const name = 'of-age';
  const birth = fields.birthDate;
  return birth === undefined
    ? unknown(name, 'birth-not-read')
    : is(name, ageAt(birth.text, at) >= ADULT_YEARS, 'minor');
}

/** A document is valid on its last day. */
function notExpired({ fields, at }: CheckedReading): CrossCheck {
  const name = 'not-expired';
  const expiry = fields.expiryDate;
  return expiry === undefined ? unknown(name, 'expiry-not-read') : is(name, expiry.text >= at, 'expired');
}

const noSpecimen = ({ specimenWords }: CheckedReading): CrossCheck =>
  is('no-specimen', specimenWords.length === 0, 'specimen-words');

/** Completed years from one day to another, both ISO. */
export function ageAt(birth: string, at: string): number {
  const years = Number(at.slice(0, 4)) - Number(birth.slice(0, 4));
  return at.slice(5) < birth.slice(5) ? years - 1 : years;
}
