import type { DocumentRequest } from '../specimen/document.ts';
import { type Person, controlLetter, makePerson } from '../specimen/person.ts';
import type { TestApplicant } from '../verification/rehearsal.ts';

/**
 * The document that a test applicant brings. It follows from the day alone: the same holder with the same number on every day, issued and
 * ending on the same days of other years, so that what the engine reads of it does not hang on when it is asked.
 * @param requestedNumber put on the document where it is a whole DNI or NIE: companies test with numbers of their own.
 * @param at ISO date on which it will be assessed.
 */
export function testDocument(
  applicant: TestApplicant,
  { requestedNumber, at }: { readonly requestedNumber: string | null; readonly at: string },
): DocumentRequest {
  const kind = requestedNumber !== null && isNie(requestedNumber) ? 'resident' : 'spanish';
  const year = Number(at.slice(0, 4));
  const expiryYear = applicant === 'expired' ? year - 2 : year + (applicant === 'minor' ? 3 : 8);
  const holder = makePerson(SEED, { kind, at: `${year}-12-31`, ages: [41, 41] });
  const isCarried = requestedNumber !== null && isWhole(requestedNumber) && applicant !== 'other-number';
  const person: Person = {
    ...holder,
    birthDate: `${year - (applicant === 'minor' ? 12 : 41)}-04-17`,
    number: isCarried ? requestedNumber : anotherNumber(holder.number!, requestedNumber),
  };
  return {
    type: kind === 'resident' ? 'esp-tie' : 'esp-dni-4',
    seed: SEED,
    at,
    person,
    issueDate: `${expiryYear - (applicant === 'minor' ? 5 : 10)}-03-12`,
    expiryDate: `${expiryYear}-03-12`,
    flaws: flawsOf[applicant] ?? [],
  };
}

const SEED = 21;

const flawsOf: Partial<Record<TestApplicant, NonNullable<DocumentRequest['flaws']>>> = {
  'other-back': ['other-person-back'],
  'not-valid': ['wrong-check-digit'],
  backless: ['one-sided'],
};

const isNie = (number: string): boolean => /^[XYZ]/.test(number);

/** Digits and the letter that belongs to them. */
const isWhole = (number: string): boolean =>
  /^(\d{8}|[XYZ]\d{7})[A-Z]$/.test(number) && controlLetter(number.slice(0, -1)) === number.at(-1);

/** The holder's own number, or the one after it should that be what was asked for. */
function anotherNumber(own: string, requested: string | null): string {
  if (own !== requested) return own;
  const digits = own.slice(0, -2) + String((Number(own.at(-2)) + 1) % 10);
  return digits + controlLetter(digits);
}
