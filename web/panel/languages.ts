import { visibleWithin } from './work/visible-text.ts';
import type panelText from './text/es.json';

/**
 * Every sentence of the panel, by its key. The Spanish ones say which there are. A large part of the panel may keep its own beside its
 * pages, in `text/es.json` and `text/en.json`: one more type here, one more line in `shell/text.tsx`.
 */
export type TextKey = keyof typeof panelText;
export type Dictionary = Readonly<Record<TextKey, string>>;

export const languages = ['es', 'en'] as const;
export type Language = (typeof languages)[number];

/** Each in its own name, for choosing. */
export const languageNames: Readonly<Record<Language, string>> = { es: 'Español', en: 'English' };

const isLanguage = (tag: string): tag is Language => (languages as readonly string[]).includes(tag);

/**
 * What was chosen here, else the browser's first that there is, else Spanish.
 * @param wished language tags (BCP 47), most wished first.
 */
export function languageFor(chosen: string | null, wished: readonly string[]): Language {
  for (const tag of [...(chosen === null ? [] : [chosen]), ...wished]) {
    const primary = tag.toLowerCase().split('-')[0]!;
    if (isLanguage(primary)) return primary;
  }
  return 'es';
}

/** A sentence with its `{names}` filled in; what is filled in stays within its place, whoever wrote it. @throws RangeError when one is missing: that is a bug. */
export function filled(sentence: string, values: Readonly<Record<string, string | number>> = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`the sentence wants {${name}}`);
    return visibleWithin(String(value));
  });
}
