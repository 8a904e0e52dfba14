import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Dictionary, type Language, type TextKey, filled } from './languages.ts';

/** The page's language, and sentences in it. */
export type Spoken = {
  readonly language: Language;
  readonly say: (key: TextKey, values?: Readonly<Record<string, string>>) => string;
  /** `30 days`, `2 hours`: as the language says it. */
  readonly duration: (count: number, unit: 'day' | 'hour' | 'minute') => string;
  readonly date: (instant: string, withTime: boolean) => string;
  readonly percent: (part: number) => string;
};

/** Dictionaries come one by one, when they are spoken. */
const DICTIONARIES: Readonly<Record<Language, () => Promise<{ readonly default: Dictionary }>>> = {
  es: () => import('./text/es.json'),
  en: () => import('./text/en.json'),
  ca: () => import('./text/ca.json'),
  eu: () => import('./text/eu.json'),
  gl: () => import('./text/gl.json'),
  pt: () => import('./text/pt.json'),
  fr: () => import('./text/fr.json'),
  de: () => import('./text/de.json'),
  it: () => import('./text/it.json'),
  ar: () => import('./text/ar.json'),
};

/** @param company who asks: most sentences name them. */
export async function learn(language: Language, company: string): Promise<Spoken> {
  const { default: dictionary } = await DICTIONARIES[language]();
  return {
    language,
    say: (key, values) => filled(dictionary[key], { company, ...values }),
    duration: (count, unit) =>
      new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(count),
    date: (instant, withTime) =>
      new Intl.DateTimeFormat(language, { dateStyle: 'long', ...(withTime ? { timeStyle: 'short' } : {}) }).format(
        new Date(instant),
      ),
    percent: (part) => new Intl.NumberFormat(language, { style: 'percent' }).format(part),
  };
}

export const SpokenContext = createContext<Spoken | null>(null);

export function useSpoken(): Spoken {
  const spoken = useContext(SpokenContext);
  if (spoken === null) throw new Error('a screen is shown before its language was learnt');
  return spoken;
}
