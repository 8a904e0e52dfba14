import { creditsOf } from '../credits/ledger.ts';
import type { IdRefusal } from '../kernel/id.ts';
import type { MessageRefusal } from '../notification/sms/message.ts';
import type { SenderRefusal } from '../notification/sms/sender.ts';
import type { TestApplicantRefusal } from '../rehearsal/test-numbers.ts';
import type { PhoneRefusal } from '../verification/phone.ts';
import type { AcceptRefusal, CancelRefusal, CertificateRefusal, ResendRefusal } from '../verification/service.ts';
import type { Language } from './accept-language.ts';
import type { WireFields } from './answer.ts';
import type { DniRefusal } from './dni.ts';
import type { FechaRefusal } from './fecha.ts';
import type { IdempotencyRefusal } from './idempotency.ts';
import type { ParameterRefusal } from './parameters.ts';
import type { RequestRefusal } from './request.ts';
import { textsOf } from './texts.ts';

/** Every reason for which a call is answered with a negative code. */
export type WireRefusal =
  | RequestRefusal
  | ParameterRefusal
  | PhoneRefusal
  | TestApplicantRefusal
  | SenderRefusal
  | MessageRefusal
  | FechaRefusal
  | DniRefusal
  | IdRefusal
  | IdempotencyRefusal
  | AcceptRefusal
  | CertificateRefusal
  | CancelRefusal
  | ResendRefusal
  | { readonly kind: 'not-encrypted' }
  | { readonly kind: 'method-not-allowed' }
  | { readonly kind: 'credentials-wrong' }
  | { readonly kind: 'function-not-enabled' }
  | { readonly kind: 'account-not-validated' }
  | { readonly kind: 'blocked'; readonly seconds: number }
  | { readonly kind: 'asked-too-often'; readonly seconds: number }
  | { readonly kind: 'internal'; readonly reference: string };

export type RefusalKind = WireRefusal['kind'];

type WireError = {
  /** The contract's code. */
  readonly res: -1 | -2 | -3 | -4 | -5 | -6 | -7;
  /** The HTTP status for accounts with `strictHttp`; for the others it is 200. */
  readonly strictHttp: number;
  /** The HTTP status for everybody: these refusals are about HTTP itself. */
  readonly http?: number;
};

const malformed = { res: -3, strictHttp: 400 } as const;

/** What each refusal is on the wire. A new one does not compile until it has its row here and its sentence in `text/`. */
export const wireErrorOf: Readonly<Record<RefusalKind, WireError>> = {
  'not-encrypted': { res: -3, strictHttp: 403, http: 403 },
  'method-not-allowed': { res: -3, strictHttp: 405, http: 405 },
  'body-too-large': { res: -3, strictHttp: 413, http: 413 },
  'body-type-unknown': { res: -3, strictHttp: 415, http: 415 },
  'body-charset-unknown': { res: -3, strictHttp: 415, http: 415 },
  'body-compressed': { res: -3, strictHttp: 415, http: 415 },
  'body-broken-off': malformed,
  'body-not-in-charset': malformed,
  'json-unreadable': malformed,
  'json-not-object': malformed,
  'multipart-unreadable': malformed,
  'parameters-too-many': malformed,
  'parameter-twice': malformed,
  'resp-unknown': malformed,

  blocked: { res: -7, strictHttp: 429, http: 429 },
  'asked-too-often': { res: -7, strictHttp: 429, http: 429 },
  'credentials-wrong': { res: -1, strictHttp: 401 },
  'function-not-enabled': { res: -4, strictHttp: 403 },
  'account-not-validated': { res: -4, strictHttp: 403 },

  'parameter-missing': malformed,
  'parameter-too-long': malformed,
  'parameter-characters': malformed,
  'parameter-structure': malformed,
  'parameter-number-not-finite': malformed,
  'parameter-number-not-exact': malformed,
  'parameter-file': malformed,
  'parameter-charset': malformed,
  'phone-missing': malformed,
  'phone-characters': malformed,
  'phone-length': malformed,
  'phone-country-unknown': malformed,
  'phone-not-in-plan': malformed,
  'phone-premium': malformed,
  'phone-not-mobile': malformed,
  'phone-not-a-test-applicant': malformed,
  'test-applicant-needs-number': malformed,
  'sender-missing': malformed,
  'sender-characters': malformed,
  'sender-too-long': malformed,
  'sender-not-allowed': malformed,
  'message-missing': malformed,
  'message-characters': malformed,
  'message-link': malformed,
  'message-too-long': malformed,
  'date-unreadable': malformed,
  'date-too-far': malformed,
  'number-unreadable': malformed,
  'number-too-long': malformed,
  'id-unreadable': malformed,
  'idempotency-key-malformed': malformed,
  'idempotency-key-reused': malformed,

  'credits-exhausted': { res: -2, strictHttp: 402 },
  'unknown-verification': { res: -4, strictHttp: 404 },
  'not-validated': { res: -5, strictHttp: 404 },
  'certificate-erased': { res: -4, strictHttp: 404 },
  'too-late': { res: -5, strictHttp: 400 },
  'resent-too-often': { res: -6, strictHttp: 403 },
  internal: { res: -5, strictHttp: 500 },
};

/** The answer to a refused call: its code, a sentence, and what -2 adds. */
export function errorFieldsOf(refusal: WireRefusal, language: Language): WireFields {
  const { res } = wireErrorOf[refusal.kind];
  const fields = { Res: res, Error: sentenceOf(refusal, language) };
  return refusal.kind === 'credits-exhausted'
    ? { ...fields, CredNecesarios: creditsOf(refusal.neededHundredths) }
    : fields;
}

/** The fields of an error that an answer without `Resp` has. */
export const antErrorFields: readonly string[] = ['Res'];

/** What was wrong and what would be right. `{name}` in a sentence stands for a value of the refusal. */
function sentenceOf(refusal: WireRefusal, language: Language): string {
  const texts = textsOf[language];
  const values: Record<string, unknown> = { ...refusal };
  if ('verification' in refusal) {
    const { verification } = refusal;
    values['status'] = texts.states[verification.state === 'lapsed' ? verification.lapseReason : verification.state];
  }
  if (refusal.kind === 'credits-exhausted') {
    values['needed'] = creditsOf(refusal.neededHundredths);
    values['available'] = creditsOf(refusal.availableHundredths);
  }
  return texts.errors[refusal.kind].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}
