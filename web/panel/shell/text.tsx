import { type ReactNode, createContext, useContext, useEffect, useMemo, useState } from 'react';
import { type Dictionary, type Language, type TextKey, filled, languageFor } from '../languages.ts';

const KEPT_AS = 'cotejo-language';

/** Each language travels by itself. */
const texts = {
  es: [() => import('../text/es.json')],
  en: [() => import('../text/en.json')],
} as const;

async function dictionaryOf(language: Language): Promise<Dictionary> {
  const parts = await Promise.all(texts[language].map((load) => load()));
  return Object.assign({}, ...parts.map((part) => part.default)) as Dictionary;
}

/** Times are told as the wire tells them, wherever the reader is: what is seen here must be found there. */
const TIME_ZONE = 'Europe/Madrid';

export type Texts = {
  readonly language: Language;
  t(key: TextKey, values?: Readonly<Record<string, string | number>>): string;
  /** `12 nov 2026, 10:04`; with seconds where an order is to be seen. */
  time(instant: string | Date, detail?: 'minute' | 'second'): string;
  date(instant: string | Date): string;
  /** `hace 3 min`: for what is young; `now` is handed in, so that it can be kept fresh. */
  ago(instant: string | Date, now: Date): string;
  number(value: number, options?: Intl.NumberFormatOptions): string;
  /** @param share 0 to 1. */
  percent(share: number): string;
  choose(language: Language): void;
};

const TextsContext = createContext<Texts | null>(null);

export function useTexts(): Texts {
  const texts = useContext(TextsContext);
  if (texts === null) throw new Error('there is no language around this component');
  return texts;
}

/** Speaks to whatever is inside in one language. Nothing is shown before its sentences are there. */
export function TextsProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [language, setLanguage] = useState(() => languageFor(localStorage.getItem(KEPT_AS), navigator.languages));
  const [loaded, setLoaded] = useState<{ readonly language: Language; readonly dictionary: Dictionary } | null>(null);
  useEffect(() => {
    let isWanted = true;
    void dictionaryOf(language).then((dictionary) => {
      if (isWanted) setLoaded({ language, dictionary });
    });
    return () => void (isWanted = false);
  }, [language]);
  useEffect(() => {
    if (loaded !== null) document.documentElement.lang = loaded.language;
  }, [loaded]);
  const texts = useMemo(() => {
    if (loaded === null) return null;
    return textsOf(loaded.language, loaded.dictionary, (chosen) => {
      localStorage.setItem(KEPT_AS, chosen);
      setLanguage(chosen);
    });
  }, [loaded]);
  return texts === null ? null : <TextsContext value={texts}>{children}</TextsContext>;
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

function textsOf(language: Language, dictionary: Dictionary, choose: (language: Language) => void): Texts {
  const locale = language === 'es' ? 'es-ES' : 'en-GB';
  const dateFormat = { day: '2-digit', month: 'short', year: 'numeric', timeZone: TIME_ZONE } as const;
  const minutes = { ...dateFormat, hour: '2-digit', minute: '2-digit' } as const;
  const formats = {
    date: new Intl.DateTimeFormat(locale, dateFormat),
    minute: new Intl.DateTimeFormat(locale, minutes),
    second: new Intl.DateTimeFormat(locale, { ...minutes, second: '2-digit' }),
    ago: new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' }),
    percent: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }),
  };
  return {
    language,
    choose,
    t: (key, values) => filled(dictionary[key], values),
    time: (instant, detail = 'minute') => formats[detail].format(new Date(instant)),
    date: (instant) => formats.date.format(new Date(instant)),
    ago(instant, now) {
      const seconds = (new Date(instant).getTime() - now.getTime()) / 1000;
      for (const [unit, size] of UNITS)
        if (Math.abs(seconds) >= size) return formats.ago.format(Math.round(seconds / size), unit);
      return formats.ago.format(0, 'minute');
    },
    number: (value, options) => new Intl.NumberFormat(locale, options).format(value),
    percent: (share) => formats.percent.format(share),
  };
}
