import type { RejectionReason } from '../verification/ruling.ts';
import type { LapseReason, VerificationState } from '../verification/verification.ts';
import type { Language } from './accept-language.ts';
import type { RefusalKind } from './errors.ts';
import en from './text/en.json' with { type: 'json' };
import es from './text/es.json' with { type: 'json' };

/** The sentences of one language; every language has every key, or it does not compile. */
export type Texts = {
  readonly errors: Readonly<Record<RefusalKind, string>>;
  /** How far a verification is. */
  readonly states: Readonly<Record<Exclude<VerificationState, 'lapsed'> | LapseReason, string>>;
  /** Why a person rejected, as companies are told. */
  readonly rejections: Readonly<Record<RejectionReason, string>>;
  /** The service's own message, for accounts that have none. Every character is in the GSM alphabet: one SMS. */
  readonly invitation: string;
};

export const textsOf: Readonly<Record<Language, Texts>> = { es, en };
