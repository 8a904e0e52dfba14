import type es from './text/es.json';

/** Every sentence of the page, by its key. The Spanish one says which there are. */
export type Dictionary = Readonly<Record<keyof typeof es, string>>;
export type TextKey = keyof Dictionary;

export const languages = ['es', 'en', 'ca', 'eu', 'gl', 'pt', 'fr', 'de', 'it', 'ar'] as const;
export type Language = (typeof languages)[number];

/** Each in its own name, for choosing. */
export const languageNames: Readonly<Record<Language, string>> = {
  es: 'Español',
  en: 'English',
  ca: 'Català',
  eu: 'Euskara',
  gl: 'Galego',
  pt: 'Português',
  fr: 'Français',
  de: 'Deutsch',
  it: 'Italiano',
  ar: 'العربية',
};

export const directionOf = (language: Language): 'ltr' | 'rtl' => (language === 'ar' ? 'rtl' : 'ltr');

const isLanguage = (tag: string): tag is Language => (languages as readonly string[]).includes(tag);

/**
 * The language to speak: what was chosen here, else the browser's first that there is, else the account's, else Spanish.
 * @param wished language tags (BCP 47), most wished first.
 */
export function languageFor(chosen: string | null, wished: readonly string[], account: string | null): Language {
  const tags = [...(chosen === null ? [] : [chosen]), ...wished, ...(account === null ? [] : [account])];
  for (const tag of tags) {
    const primary = tag.toLowerCase().split('-')[0]!;
    if (isLanguage(primary)) return primary;
  }
  return 'es';
}

/** A sentence with its `{names}` filled in. @throws RangeError when one is missing: that is a bug. */
export function filled(sentence: string, values: Readonly<Record<string, string>> = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`the sentence wants {${name}}`);
    return value;
  });
}
