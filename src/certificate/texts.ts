import englishFindings from '../verification/text/en.json' with { type: 'json' };
import spanishFindings from '../verification/text/es.json' with { type: 'json' };
import type { Statement } from './statement.ts';
import en from './text/en.json' with { type: 'json' };
import es from './text/es.json' with { type: 'json' };

/** The sentences of one language; every language has every key, or it does not compile. `{name}` is filled in. */
export type CertificateTexts = typeof en & Pick<typeof englishFindings, 'reasons'>;

export const certificateTexts: Readonly<Record<Statement['language'], CertificateTexts>> = {
  en: { ...en, reasons: englishFindings.reasons },
  es: { ...es, reasons: spanishFindings.reasons },
};

/** A sentence with its blanks filled. */
export const filled = (sentence: string, values: Readonly<Record<string, string | number>>): string =>
  sentence.replace(/\{(\w+)\}/g, (blank, name: string) => String(values[name] ?? blank));

/** The words for a slug; the slug itself where there are none. */
export const wordsFor = (words: Readonly<Record<string, string>>, slug: string): string =>
  Object.hasOwn(words, slug) ? words[slug]! : slug;
