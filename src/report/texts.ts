import type { Outcome, ReasonSlug } from '../verification/assessment.ts';
import type { Gesture } from '../engine/liveness/challenge.ts';
import en from '../verification/text/en.json' with { type: 'json' };
import es from '../verification/text/es.json' with { type: 'json' };

export const languages = ['en', 'es'] as const;
export type Language = (typeof languages)[number];

/** The sentences of one language; every language has every key, or it does not compile. */
export type Texts = {
  readonly language: Language;
  readonly outcome: Readonly<Record<Outcome, string>>;
  readonly reasons: Readonly<Record<ReasonSlug, string>>;
  readonly gestures: Readonly<Record<Gesture, string>>;
  readonly report: Readonly<Record<keyof typeof en.report, string>>;
};

export const textsOf: Readonly<Record<Language, Texts>> = {
  en: { language: 'en', ...en },
  es: { language: 'es', ...es },
};
