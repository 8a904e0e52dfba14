import type { Segment } from './segments.ts';
import type { PrintedFieldType } from './types/document-type.ts';
import { fold } from './values.ts';

/** A label of the type, found on the picture; `likeness` 1 = letter for letter. */
export type FoundLabel = { readonly field: PrintedFieldType; readonly segment: Segment; readonly likeness: number };

const SURE_LIKENESS = 0.7;
const WEAK_LIKENESS = 0.45;

/**
 * The best segment for each labelled field. Labels are the smallest print of a card and come garbled (`NOKBRE`): what is too
 * garbled to be sure of by itself still counts in the column and at the height of labels that are sure.
 */
export function findLabels(fields: readonly PrintedFieldType[], segments: readonly Segment[]): FoundLabel[] {
  const pairs = fields
    .flatMap((field) => segments.map((segment) => ({ field, segment, likeness: labelLikeness(field, segment) })))
    .filter(({ likeness }) => likeness >= WEAK_LIKENESS)
    .sort((a, b) => b.likeness - a.likeness);
  const found: FoundLabel[] = [];
  const isFree = (pair: FoundLabel): boolean =>
    found.every(({ field, segment }) => field !== pair.field && segment !== pair.segment);
  for (const pair of pairs) if (pair.likeness >= SURE_LIKENESS && isFree(pair)) found.push(pair);
  const sure = [...found];
  for (const pair of pairs) if (isFree(pair) && isLongEnough(pair) && isAmong(pair, sure)) found.push(pair);
  return [...found, ...labelsByPlace(fields, segments, found)];
}

/**
 * Labels that nobody could read, told by their place: small print that begins in the column of the labels below, as many in
 * number as there are labels missing at the head of that column.
 */
function labelsByPlace(
  fields: readonly PrintedFieldType[],
  segments: readonly Segment[],
  found: readonly FoundLabel[],
): FoundLabel[] {
  const labelOf = (field: PrintedFieldType): FoundLabel | undefined => found.find((label) => label.field === field);
  const named = fields.filter(({ format }) => format === 'name');
  const missing = named.filter((field) => labelOf(field) === undefined);
  if (missing.length === 0) return [];
  const foot = labelOf(fields[fields.indexOf(named.at(-1)!) + 1]!)?.segment;
  if (foot === undefined) return [];
  const height = foot.heightPx;
  const column = segments
    .filter(({ left, middle }) => Math.abs(left - foot.left) < 1.5 * height && middle < foot.middle - 0.5 * height)
    .sort((a, b) => a.middle - b.middle);
  const isLabel = (segment: Segment, i: number): boolean => {
    const value = column[i + 1];
    if (found.some((label) => label.segment === segment)) return true;
    return value !== undefined && segment.heightPx < 0.75 * value.heightPx && !/\d/.test(segment.text);
  };
  const small = column.filter(isLabel).slice(-named.length);
  if (small.length !== named.length) return [];
  return named.flatMap((field, i) => {
    const label = labelOf(field);
    if (label !== undefined) return [];
    const segment = small[i]!;
    return found.some((other) => other.segment === segment) ? [] : [{ field, segment, likeness: 0 }];
  });
}

/** A piece of a label may be a value that stands near it: `ESP` is no `IDESP`. */
const isLongEnough = ({ field, segment }: FoundLabel): boolean =>
  field.labels.some((label) => letters(segment.text).length >= 0.75 * letters(label).length);

function isAmong({ segment }: FoundLabel, sure: readonly FoundLabel[]): boolean {
  return sure.some(({ segment: other }) => {
    const height = other.heightPx;
    return Math.abs(segment.left - other.left) < height && Math.abs(segment.heightPx - height) < 0.35 * height;
  });
}

/** How well the text fits the best of the field's labels; bilingual labels may be read whole or by a half. */
function labelLikeness(field: PrintedFieldType, segment: Segment): number {
  const texts = [segment.text, ...segment.text.split('/')].map(letters);
  let best = 0;
  for (const label of field.labels.map(letters))
    for (const text of texts) {
      if (text.length < 2) continue;
      const likeness = likenessOf(text, label);
      if (likeness > best) best = likeness;
    }
  return best;
}

const letters = (text: string): string => fold(text).replaceAll('0', 'O').replaceAll('1', 'I');

/** 1 − edit distance / length of the longer text. */
export function likenessOf(a: string, b: string): number {
  const longer = Math.max(a.length, b.length);
  if (longer === 0) return 1;
  if (Math.abs(a.length - b.length) > longer * (1 - WEAK_LIKENESS)) return 0;
  return 1 - editDistance(a, b) / longer;
}

/** Levenshtein distance. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}
