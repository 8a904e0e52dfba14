import { type Result, ok, refuse } from './result.ts';

declare const accountId: unique symbol;
declare const verificationId: unique symbol;

/** Names an account. Ten digits, drawn by chance; not a secret. Every key in the database begins with it. */
export type AccountId = number & { readonly [accountId]: true };

/** Names a verification within its account. Chance, not a sequence; at most 2,147,483,647, because clients read an int32. */
export type VerificationId = number & { readonly [verificationId]: true };

/** Whole numbers in [from, to], evenly spread, from a source that nobody can foretell. */
export type DrawInteger = (from: number, to: number) => number;

const ACCOUNT_FROM = 1_000_000_000;
const ACCOUNT_TO = 9_999_999_999;
/** Nine digits at least: old clients show IDs in columns of that width. */
const VERIFICATION_FROM = 100_000_000;
const VERIFICATION_TO = 2_147_483_647;

export const drawAccountId = (draw: DrawInteger): AccountId => draw(ACCOUNT_FROM, ACCOUNT_TO) as AccountId;

export const drawVerificationId = (draw: DrawInteger): VerificationId =>
  draw(VERIFICATION_FROM, VERIFICATION_TO) as VerificationId;

export type IdRefusal = { readonly kind: 'id-unreadable' };

/** Digits as a client sends them back. Anything that cannot be an ID is refused without saying why. */
export function parseVerificationId(text: string): Result<VerificationId, IdRefusal> {
  const number = Number(text);
  return /^\d{1,10}$/.test(text) && number >= 1 && number <= VERIFICATION_TO
    ? ok(number as VerificationId)
    : refuse({ kind: 'id-unreadable' });
}

export function parseAccountId(text: string): Result<AccountId, IdRefusal> {
  const number = Number(text);
  return /^\d{10}$/.test(text) && number >= ACCOUNT_FROM ? ok(number as AccountId) : refuse({ kind: 'id-unreadable' });
}
