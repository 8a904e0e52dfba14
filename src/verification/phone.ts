import {
  parsePhoneNumberFromString,
  type CountryCallingCode,
  type PhoneNumber,
  type PhoneNumberType,
} from 'libphonenumber-js/max';
import { ok, refuse, type Result } from '../kernel/result.ts';

declare const phone: unique symbol;

/** A mobile number as E.164 digits without the plus sign: 34600000001. */
export type Phone = string & { readonly [phone]: true };

/** What remains of a number when its person is forgotten. */
export const FORGOTTEN_PHONE = '' as Phone;

/** Why a text is not a number that an invitation may go to. None carries the number. */
export type PhoneRefusal =
  | { readonly kind: 'phone-missing' }
  /** Something besides digits, spaces, `-().` and one leading plus sign. */
  | { readonly kind: 'phone-characters' }
  /** E.164 knows at most 15 digits, and no mobile number has fewer than 5. */
  | { readonly kind: 'phone-length' }
  /** No country has this calling code. */
  | { readonly kind: 'phone-country-unknown' }
  /** The country's numbering plan has no such number: a digit too many, too few or wrong. */
  | { readonly kind: 'phone-not-in-plan' }
  /** A number that charges who reaches it: premium rate, shared cost, personal numbers, satellite and other worldwide networks. */
  | { readonly kind: 'phone-premium' }
  /** A landline, a free-phone number, a pager: a number, but not one that an SMS reaches. */
  | { readonly kind: 'phone-not-mobile' };

/**
 * The mobile number in what a company typed: `600 000 001`, `+34 600-000-001`, `0034600000001`, `34600000001`.
 *
 * A number without a plus sign or `00` is read as a national one first, trunk prefix and all; only what is no number of that country
 * is read as beginning with a calling code. So a landline or a premium number is never reread as some mobile abroad.
 * @param countryCallingCode of national numbers, digits: '34'.
 * Source: numbering plans of Google's libphonenumber, as packaged in libphonenumber-js with all number types.
 */
export function parsePhone(text: string, countryCallingCode: string): Result<Phone, PhoneRefusal> {
  const stripped = text.replace(/[\p{Zs}\t().-]/gu, '');
  if (stripped === '') return refuse({ kind: 'phone-missing' });
  if (!/^\+?[0-9]+$/.test(stripped)) return refuse({ kind: 'phone-characters' });
  const isInternational = /^(\+|00)/.test(stripped);
  const digits = stripped.replace(/^(\+|00)/, '');
  if (digits.length < 5 || digits.length > 15) return refuse({ kind: 'phone-length' });

  const national = isInternational ? null : readNational(digits, countryCallingCode);
  if (national?.isValid() === true) return accept(national);
  const international = readInternational(digits);
  if (international?.isValid() === true) return accept(international);
  return national === null && international === null
    ? refuse({ kind: 'phone-country-unknown' })
    : refuse({ kind: 'phone-not-in-plan' });
}

/** Whether some country, and not a worldwide service, has this calling code. `code` is digits: '34'. */
export function isCountryCallingCode(code: string): boolean {
  if (!/^[1-9][0-9]{0,2}$/.test(code)) return false;
  const anyNumber = readInternational(`${code}${'5'.repeat(9)}`);
  return anyNumber?.countryCallingCode === code && !anyNumber.isNonGeographic();
}

const MOBILE: ReadonlySet<PhoneNumberType | undefined> = new Set(['MOBILE', 'FIXED_LINE_OR_MOBILE']);
const PREMIUM: ReadonlySet<PhoneNumberType | undefined> = new Set(['PREMIUM_RATE', 'SHARED_COST', 'PERSONAL_NUMBER']);

function accept(number: PhoneNumber): Result<Phone, PhoneRefusal> {
  const type = number.getType();
  // Worldwide networks (+881 satellite, +882, +883, +979 …) terminate at whatever price their operator asks.
  if (number.isNonGeographic() || PREMIUM.has(type)) return refuse({ kind: 'phone-premium' });
  if (!MOBILE.has(type)) return refuse({ kind: 'phone-not-mobile' });
  return ok(number.number.slice(1) as Phone);
}

function readInternational(digits: string): PhoneNumber | null {
  return parsePhoneNumberFromString(`+${digits}`) ?? null;
}

function readNational(digits: string, countryCallingCode: string): PhoneNumber | null {
  if (!isCountryCallingCode(countryCallingCode)) return null; // the library throws on one that it does not know
  return parsePhoneNumberFromString(digits, { defaultCallingCode: countryCallingCode as CountryCallingCode }) ?? null;
}
