import type { VerificationId } from '../kernel/id.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';

/**
 * [Note: Money]
 * An account's credits lie in four books whose sum is always zero. Every movement takes from one and gives to another, so nothing
 * can appear or vanish; entries are only ever added. A verification reserves when it is accepted, and the reservation is either posted
 * (the SMS gateway took the message) or voided (it never will), once. Amounts are whole hundredths of a credit: no fractions to lose.
 */
export type Book = 'funding' | 'available' | 'reserved' | 'spent';

/** What lies in each book, in hundredths of a credit. `funding` is what was ever put in, as a negative number. */
export type Balances = Readonly<Record<Book, number>>;

export type EntryKind = 'top-up' | 'withdrawal' | 'reserve' | 'post' | 'void';

/** One movement, as it is written down for ever. */
export type LedgerEntry =
  | { readonly kind: 'top-up' | 'withdrawal'; readonly hundredths: number; readonly note: string }
  | {
      readonly kind: 'reserve' | 'post' | 'void';
      readonly hundredths: number;
      readonly verificationId: VerificationId;
    };

export const booksOf: Readonly<Record<EntryKind, { readonly from: Book; readonly to: Book }>> = {
  'top-up': { from: 'funding', to: 'available' },
  withdrawal: { from: 'available', to: 'funding' },
  reserve: { from: 'available', to: 'reserved' },
  post: { from: 'reserved', to: 'spent' },
  void: { from: 'reserved', to: 'available' },
};

export const emptyBalances: Balances = { funding: 0, available: 0, reserved: 0, spent: 0 };

export type LedgerRefusal =
  | { readonly kind: 'credits-exhausted'; readonly neededHundredths: number; readonly availableHundredths: number }
  | { readonly kind: 'amount-invalid' };

/** The books after one more entry. Only `funding` may be negative. */
export function applyEntry(before: Balances, entry: LedgerEntry): Result<Balances, LedgerRefusal> {
  const { from, to } = booksOf[entry.kind];
  if (!Number.isSafeInteger(entry.hundredths) || entry.hundredths <= 0) return refuse({ kind: 'amount-invalid' });
  const left = before[from] - entry.hundredths;
  if (from !== 'funding' && left < 0)
    return refuse({ kind: 'credits-exhausted', neededHundredths: entry.hundredths, availableHundredths: before[from] });
  return ok({ ...before, [from]: left, [to]: before[to] + entry.hundredths });
}

/** Credits as people write them: 98, 12345.67. */
export const creditsOf = (hundredths: number): number => hundredths / 100;
