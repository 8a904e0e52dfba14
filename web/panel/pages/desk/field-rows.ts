import type { CaseDetail } from '../../../../src/panel/case.schema.ts';
import { type LetterPair, lettersBeside } from './letters.ts';

/** One field of the document as print and zone have it. */
export type FieldRow = {
  readonly name: string;
  readonly inPrint: string | null;
  readonly inZone: string | null;
  /** Held against each other; null: only one of them has it. */
  readonly pairs: readonly LetterPair[] | null;
  /** Accents or Ñ may be missing from what was read in print. */
  readonly isFolded: boolean;
};

/** In the order in which people look for them; others follow in theirs. */
const ORDER: readonly string[] = [
  'surnames',
  'givenNames',
  'documentNumber',
  'supportNumber',
  'birthDate',
  'expiryDate',
  'sex',
  'nationality',
  'issuingState',
  'issueDate',
  'birthPlace',
];

const place = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

/** Compares names of fields by where people look for them. */
export const inOrder = (a: string, b: string): number => place(a) - place(b);

/** Every field that was read anywhere. A case without both readings still shows the one that it went by, in the column it came from. */
export function fieldRows({ readings, document }: Pick<CaseDetail, 'readings' | 'document'>): readonly FieldRow[] {
  const fields = new Map((document?.fields ?? []).map((field) => [field.name, field]));
  const names = new Set([...readings.map(({ name }) => name), ...fields.keys()]);
  return [...names].sort(inOrder).map((name) => {
    const reading = readings.find((each) => each.name === name);
    const field = fields.get(name);
    const inPrint = reading?.inPrint ?? (reading === undefined && field?.from !== 'mrz' ? (field?.text ?? null) : null);
    const inZone = reading?.inZone ?? (reading === undefined && field?.from === 'mrz' ? field.text : null);
    return {
      name,
      inPrint,
      inZone,
      pairs: inPrint === null || inZone === null ? null : lettersBeside(inZone, inPrint),
      isFolded: field?.folded === true && inPrint !== null && field.from === 'viz',
    };
  });
}
