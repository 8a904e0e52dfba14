import en from './text/en.json';
import es from './text/es.json';

/** Every sentence of the page, by its key. The Spanish one says which there are. */
export type Texts = typeof es;
export const texts = { es, en } satisfies Record<string, Texts>;
export type Language = keyof typeof texts;

/** The language to speak: the browser's first that there is, else Spanish. */
export function languageFor(wished: readonly string[]): Language {
  for (const tag of wished) {
    const primary = tag.toLowerCase().split('-')[0]!;
    if (primary === 'es' || primary === 'en') return primary;
  }
  return 'es';
}

/** A sentence with its `{names}` filled in. */
export const filled = (sentence: string, values: Readonly<Record<string, string>>): string =>
  sentence.replace(/\{(\w+)\}/g, (blank, name: string) => values[name] ?? blank);
