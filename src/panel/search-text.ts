/** What somebody who looks for a request may have typed: everything that it can mean, as prefixes in the form in which values are kept. */
export type Sought = {
  readonly id: number | null;
  /** Digits with a calling code. */
  readonly phones: readonly string[];
  /** Of a document, in capitals. */
  readonly number: string | null;
  /** As it was typed; the whole of it where it is too short to begin many. */
  readonly reference: string;
  readonly isWholeReference: boolean;
};

/** Fewer characters than this begin too many values. */
const LEAST_CHARACTERS = 4;
const MOST_ID = 2_147_483_647;

/** @param countryCallingCode of the account's national numbers, digits: '34'. */
export function soughtBy(text: string, countryCallingCode: string): Sought {
  const compact = text.normalize('NFC').replace(/[\s.\-/()]/g, '');
  const digits = /^(?:\+|00)?(\d+)$/.exec(compact)?.[1] ?? null;
  const number = compact.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const id =
    digits !== null && digits === compact && Number(digits) >= 1 && Number(digits) <= MOST_ID ? Number(digits) : null;
  const isInternational = digits !== null && digits !== compact;
  const phones =
    digits === null || digits.length < LEAST_CHARACTERS
      ? []
      : isInternational
        ? [digits]
        : [digits, `${countryCallingCode}${digits}`];
  const reference = text.normalize('NFC').trim();
  return {
    id,
    phones,
    number: number.length < LEAST_CHARACTERS ? null : number,
    reference,
    isWholeReference: reference.length < LEAST_CHARACTERS,
  };
}

/** Where texts that begin so end, in the order of their code points. */
export const endOfPrefix = (prefix: string): string => `${prefix}\u{10ffff}`;
