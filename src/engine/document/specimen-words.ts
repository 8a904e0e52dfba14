import type { Field, FieldName } from './document.ts';
import { likenessOf } from './find-labels.ts';
import type { Segment } from './segments.ts';
import { fold } from './values.ts';

/** Words that issuers print across documents that are nobody's, in the languages of the documents. */
const words = [
  'ESPECIMEN', 'SPECIMEN', 'MUSTER', 'MUESTRA', 'SAMPLE', 'FACSIMILE', 'FAC-SIMILE', 'VOID', 'VZOR',
  'VZOREC', 'UZORAK', 'NÄYTE', 'ÖRNEK', 'MODELLO', 'CANCELADO', 'ANULADO', 'COPIA DE EJEMPLO',
] as const; // prettier-ignore

/** Numbers of the specimens that Spain has published, and those that its forms use as an example. */
const numbers = ['99999999R', '00000000T', '00000001R', 'X0000000T', 'Z0000000M'] as const;

/** Holders of published specimens. */
const holders = [
  { surnames: 'ESPAÑOLA ESPAÑOLA', givenNames: 'CARMEN' },
  { surnames: 'ESPAÑOL ESPAÑOL', givenNames: 'JUAN' },
  { surnames: 'MUSTERMANN', givenNames: 'ERIKA' },
  { surnames: 'ERIKSSON', givenNames: 'ANNA MARIA' },
] as const;

/** The state that ICAO's own specimens come from. */
const UTOPIA = 'UTO';

/**
 * What says that a document is a specimen: words, numbers, holders, states. Each appears once, in the spelling of the lists.
 * @param lines all texts of all pictures.
 * @param fields of the reading as merged, and of its machine readable zone.
 */
export function specimenWords(
  lines: readonly Pick<Segment, 'text'>[],
  fields: readonly Readonly<Partial<Record<FieldName, Pick<Field, 'text'>>>>[],
): string[] {
  const found = new Set<string>();
  const texts = lines.map(({ text }) => fold(text));
  for (const word of words) if (texts.some((text) => says(text, fold(word)))) found.add(word);
  for (const of of fields) {
    const texts = [of.surnames?.text, of.givenNames?.text].flatMap((name) => (name ?? '').split(' ')).map(fold);
    for (const word of words) if (texts.includes(fold(word))) found.add(word);
    for (const number of numbers) if (of.documentNumber?.text === number) found.add(number);
    for (const holder of holders) if (isHolder(of, holder)) found.add(`${holder.surnames}, ${holder.givenNames}`);
    if (of.issuingState?.text === UTOPIA || of.nationality?.text === UTOPIA) found.add(UTOPIA);
  }
  return [...found].filter((word) => ![...found].some((other) => other !== word && fold(other).includes(fold(word))));
}

/** Short words must be a line of their own: they are parts of names. */
function says(text: string, word: string): boolean {
  if (word.length < 8) return text === word;
  return text.includes(word) || likenessOf(text, word) >= 0.8;
}

const isHolder = (
  of: Readonly<Partial<Record<FieldName, Pick<Field, 'text'>>>>,
  holder: { readonly surnames: string; readonly givenNames: string },
): boolean =>
  fold(of.surnames?.text ?? '') === fold(holder.surnames) &&
  fold(of.givenNames?.text ?? '') === fold(holder.givenNames);
