import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Dictionary, type Language, type TextKey, filled } from '../../web/panel/languages.ts';

/** What the panel says in a language: stories find things by it, as people do. */
export function wordsOf(
  language: Language,
): (key: TextKey, values?: Readonly<Record<string, string | number>>) => string {
  const file = path.join(import.meta.dirname, '../../web/panel/text', `${language}.json`);
  const dictionary = JSON.parse(readFileSync(file, 'utf8')) as Dictionary;
  return (key, values) => filled(dictionary[key], values);
}

/** The same for comparing with the beginning or the middle of what a page says. */
export const literally = (text: string): RegExp => new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
