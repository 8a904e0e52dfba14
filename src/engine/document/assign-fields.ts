import { frameOf, labelsOfLayout, onCard } from './card-frame.ts';
import type { FieldName } from './document.ts';
import { findLabels, type FoundLabel } from './find-labels.ts';
import { partOf, type Segment } from './segments.ts';
import { hasRightLetter } from './spanish-number.ts';
import type { CardLayout, PrintedFieldType } from './types/document-type.ts';
import { findValues, fold, type FoundValue, type ValueFormat } from './values.ts';

/** A value given to a field: the segments that it was read from, in order. */
export type AssignedField = {
  readonly field: PrintedFieldType;
  readonly value: string;
  readonly segments: readonly Segment[];
  /** Accents or Ñ may be missing. */
  readonly folded?: boolean;
  /** Recogniser's confidence over the value, 0 … 1, less where no label vouches for the place. */
  readonly confidence: number;
};

export type Assignment = { readonly fields: readonly AssignedField[]; readonly labels: readonly FoundLabel[] };

/** A piece of text that could be the value of a field, and how well it stands for it: 0 … 1. */
type Candidate = { readonly segment: Segment; readonly found: FoundValue; readonly stands: number };

const UNLABELLED = 0.8; // share of the confidence that is left to a value which only its shape gives away

/**
 * Gives the texts of one side to the fields of its type: by what stands where a label says, by the shape of the values, and by
 * what must hold between them (a birth lies before an issue, an issue before an expiry).
 * @param at ISO date of the assessment: births and issues lie before it.
 * @param layout where the type prints what on this side, if that is known.
 */
export function assignFields(
  fields: readonly PrintedFieldType[],
  segments: readonly Segment[],
  at: string,
  layout?: CardLayout,
): Assignment {
  const { placed, labels } = labelled(fields, segments, layout);
  const labelOf = (field: PrintedFieldType): FoundLabel | undefined => labels.find((label) => label.field === field);
  const labelSegments = new Set(labels.map(({ segment }) => segment));
  const texts = placed.filter((segment) => !labelSegments.has(segment) && !isSomeLabel(fields, segment));
  const assigned: AssignedField[] = [
    ...assignDates(fields, texts, labelOf, at),
    ...fields.flatMap((field) => single(field, labelOf(field), texts)),
  ];
  return { fields: [...assigned, ...assignNames(fields, texts, labels)], labels };
}

const SURE_LABEL = 0.7;
const OFF_ITS_PLACE = 25; // tenths of a millimetre: a garbled text that far from where the layout has the label is none

/** Labels as read and, where the card's own frame is found, as the layout has them; rows and columns are then the card's. */
function labelled(
  fields: readonly PrintedFieldType[],
  segments: readonly Segment[],
  layout: CardLayout | undefined,
): { placed: readonly Segment[]; labels: readonly FoundLabel[] } {
  const seen = findLabels(fields, segments);
  const frame = layout === undefined ? null : frameOf(layout, segments, seen, fields);
  if (layout === undefined || frame === null) return { placed: segments, labels: seen };
  const placed = onCard(segments, frame);
  const found = findLabels(fields, placed).filter(({ field, segment, likeness }) => {
    const place = layout.labels[fields.indexOf(field)];
    if (likeness >= SURE_LABEL || !place) return likeness > 0;
    return Math.hypot(segment.left - place.x, segment.middle - place.y) < OFF_ITS_PLACE;
  });
  return { placed, labels: [...found, ...labelsOfLayout(layout, fields, found, frame)] };
}

/** Labels that are printed twice, or in a second language, are no values. */
const isSomeLabel = (fields: readonly PrintedFieldType[], segment: Segment): boolean => {
  const text = fold(segment.text);
  return fields.some((field) => field.labels.some((label) => fold(label) === text));
};

const isSingle = (format: ValueFormat): boolean => format !== 'date' && format !== 'name' && format !== 'place';

/** Numbers, sex and nationality: the candidate that stands best, then the least repaired. */
function single(field: PrintedFieldType, label: FoundLabel | undefined, texts: readonly Segment[]): AssignedField[] {
  if (!isSingle(field.format)) return [];
  const needsLabel = field.format === 'sex' || field.format === 'nationality' || field.format === 'document-number';
  const candidates = candidatesFor(field, label, texts).filter(({ stands }) => !needsLabel || stands > 0);
  const best = candidates.sort((a, b) => worth(field, b, candidates) - worth(field, a, candidates))[0];
  return best === undefined ? [] : [assignedTo(field, best)];
}

function candidatesFor(field: PrintedFieldType, label: FoundLabel | undefined, texts: readonly Segment[]): Candidate[] {
  return texts.flatMap((segment) =>
    findValues(field.format, segment.text).map((found) => {
      const part = partOf(segment, found.from, found.to);
      return { segment: part, found, stands: label === undefined ? 0 : standsFor(field, label.segment, part) };
    }),
  );
}

/** A number with its right letter, or one that is printed twice, is hardly another number. */
function worth(field: PrintedFieldType, { found, stands, segment }: Candidate, all: readonly Candidate[]): number {
  const isProven = (field.format === 'dni' || field.format === 'nie') && hasRightLetter(found.value) === true;
  const twins = all.filter((other) => other.segment.quad !== segment.quad && other.found.value === found.value).length;
  return stands + (isProven ? 2 : 0) + 0.3 * Math.min(2, twins) - 0.3 * found.repairs + 0.2 * segment.confidence;
}

/** How well a text stands where the label says: 1 right at its place, 0 elsewhere. Distances in heights of the label. */
export function standsFor(field: PrintedFieldType, label: Segment, text: Segment): number {
  const height = label.heightPx;
  const down = (text.middle - label.middle) / height;
  const indent = (text.left - label.left) / height;
  const overlaps = text.left < label.right && text.right > label.left;
  const gap = (text.left - label.right) / height;
  const below =
    down > 0.5 && down < 2.6 && (Math.abs(indent) < 2.5 || overlaps)
      ? 1 - 0.3 * Math.abs(down - 1.3) - 0.2 * Math.min(2.5, Math.abs(indent))
      : 0;
  const right = Math.abs(down) < 0.7 && gap > -0.5 && gap < 5 ? 0.9 - 0.1 * Math.abs(gap) - 0.4 * Math.abs(down) : 0;
  const best = field.place === 'below' ? below : field.place === 'right' ? right : Math.max(below, right);
  return Math.max(0, best);
}

function assignedTo(field: PrintedFieldType, { segment, found, stands }: Candidate): AssignedField {
  return {
    field,
    value: found.value,
    segments: [segment],
    confidence: segment.confidence * (stands > 0 ? 1 : UNLABELLED),
  };
}

const order: readonly FieldName[] = ['birthDate', 'issueDate', 'expiryDate'];

/** Every way to give the dates found to the date fields is tried; those that contradict the calendar of a life fall out. */
function assignDates(
  fields: readonly PrintedFieldType[],
  texts: readonly Segment[],
  labelOf: (field: PrintedFieldType) => FoundLabel | undefined,
  at: string,
): AssignedField[] {
  const dated = order.flatMap((name) => fields.find((field) => field.name === name) ?? []);
  const options = dated.map((field) => distinct(candidatesFor(field, labelOf(field), texts)));
  let best: { score: number; chosen: (Candidate | null)[] } = { score: -1, chosen: [] };
  const tryFrom = (place: number, chosen: (Candidate | null)[], score: number): void => {
    if (place === dated.length) {
      if (score > best.score && isPlausible(dated, chosen, at)) best = { score, chosen: [...chosen] };
      return;
    }
    tryFrom(place + 1, [...chosen, null], score);
    for (const candidate of options[place]!) {
      const isTaken = chosen.some((other) => other?.found.value === candidate.found.value);
      if (!isTaken)
        tryFrom(place + 1, [...chosen, candidate], score + 0.4 + candidate.stands - 0.1 * candidate.found.repairs);
    }
  };
  tryFrom(0, [], 0);
  return best.chosen.flatMap((candidate, i) => (candidate === null ? [] : [assignedTo(dated[i]!, candidate)]));
}

const MOST_DATES = 6;

/** The best standing candidate of each value, and not more than can be tried in all orders. */
function distinct(candidates: readonly Candidate[]): Candidate[] {
  const byValue = new Map<string, Candidate>();
  for (const candidate of candidates.toSorted((a, b) => b.stands - a.stands || a.found.repairs - b.found.repairs))
    if (!byValue.has(candidate.found.value)) byValue.set(candidate.found.value, candidate);
  return [...byValue.values()].slice(0, MOST_DATES);
}

function isPlausible(dated: readonly PrintedFieldType[], chosen: readonly (Candidate | null)[], at: string): boolean {
  const value = (name: FieldName): string | undefined =>
    chosen[dated.findIndex((field) => field.name === name)]?.found.value;
  const birth = value('birthDate');
  const issue = value('issueDate');
  const expiry = value('expiryDate');
  if (birth !== undefined && birth > at) return false;
  if (issue !== undefined && issue > at) return false;
  const known = [birth, issue, expiry].filter((day) => day !== undefined);
  return known.every((day, i) => i === 0 || known[i - 1]! < day);
}

/**
 * Names have no shape of their own: they are what stands in the column below their label, down to the next label. Where a
 * label is lost, the neighbours bound its value.
 */
function assignNames(
  fields: readonly PrintedFieldType[],
  texts: readonly Segment[],
  labels: readonly FoundLabel[],
): AssignedField[] {
  const named = fields.filter((field) => field.format === 'name' || field.format === 'place');
  const taken = new Set<Segment>();
  const assigned: AssignedField[] = [];
  const take = (field: PrintedFieldType, lines: readonly Segment[], isLabelled: boolean): void => {
    if (lines.length === 0) return;
    for (const line of lines) taken.add(line);
    const values = lines.map((line) => findValues(field.format, line.text)[0]!.value);
    const confidence = Math.min(...lines.map((line) => line.confidence)) * (isLabelled ? 1 : UNLABELLED);
    assigned.push({ field, value: values.join(' '), segments: lines, confidence });
  };
  for (const field of named) {
    const label = labels.find((found) => found.field === field);
    if (label !== undefined) take(field, columnBelow(label.segment, field.lines ?? 1, texts, labels), true);
  }
  const surnames = assigned.filter(({ field }) => field.name === 'surnames');
  const givenNames = assigned.find(({ field }) => field.name === 'givenNames');
  const free = texts.filter((text) => !taken.has(text));
  const given = named.find((field) => field.name === 'givenNames');
  const family = named.find((field) => field.name === 'surnames');
  if (surnames.length > 0 && givenNames === undefined && given !== undefined) {
    const last = surnames.at(-1)!.segments.at(-1)!;
    take(given, nextBelow(last, free), false);
  }
  const givenLabel = labels.find(({ field }) => field === given);
  if (surnames.length === 0 && givenLabel !== undefined && family !== undefined)
    take(family, columnAbove(givenLabel.segment, family.lines ?? 1, free), false);
  return assigned;
}

const isNameLike = ({ text }: Segment): boolean => {
  const letters = (text.match(/\p{L}/gu) ?? []).length;
  return letters >= 2 && (text.match(/[1-9]/g) ?? []).length === 0 && letters >= 0.7 * text.replace(/\s/g, '').length;
};

/** Whether two texts begin in one column, for what `height` is the height of a label or line. */
const sharesColumn = (a: Segment, b: Segment, height: number): boolean =>
  a.left - b.left > -2.5 * height && a.left - b.left < 2 * height;

function columnBelow(
  label: Segment,
  most: number,
  texts: readonly Segment[],
  labels: readonly FoundLabel[],
): Segment[] {
  const height = label.heightPx;
  const stop = Math.min(
    ...labels
      .filter(({ segment }) => segment.middle > label.middle + 0.5 * height && sharesColumn(segment, label, height))
      .map(({ segment }) => segment.middle),
  );
  const column = texts
    .filter((text) => sharesColumn(text, label, height) && isNameLike(text))
    .filter(({ middle }) => middle > label.middle + 0.5 * height && middle < stop - 0.3 * height)
    .sort((a, b) => a.middle - b.middle);
  const lines: Segment[] = [];
  for (const text of column) {
    const above = lines.at(-1);
    if (above === undefined ? text.middle - label.middle > 2.8 * height : !continues(above, text)) break;
    if (lines.length === most) break;
    lines.push(text);
  }
  return lines;
}

/** The next line of one value: right below, in the same size. A label in between is smaller or leaves a wider gap. */
const continues = (above: Segment, text: Segment): boolean =>
  text.middle - above.middle < 1.25 * above.heightPx &&
  text.heightPx > 0.72 * above.heightPx &&
  text.heightPx < 1.4 * above.heightPx;

/** The name-like line below another one, past a label that could not be read. */
function nextBelow(line: Segment, texts: readonly Segment[]): Segment[] {
  const next = texts
    .filter((text) => isNameLike(text) && sharesColumn(text, line, line.heightPx))
    .filter(({ heightPx, middle }) => heightPx > 0.75 * line.heightPx && middle > line.middle + 0.5 * line.heightPx)
    .sort((a, b) => a.middle - b.middle)[0];
  return next !== undefined && next.middle - line.middle < 3 * line.heightPx ? [next] : [];
}

function columnAbove(label: Segment, most: number, texts: readonly Segment[]): Segment[] {
  const height = label.heightPx;
  const column = texts
    .filter(
      (text) => isNameLike(text) && sharesColumn(text, label, height) && text.middle < label.middle - 0.5 * height,
    )
    .filter((text) => text.heightPx > 1.1 * height)
    .sort((a, b) => b.middle - a.middle);
  const lines: Segment[] = [];
  for (const text of column) {
    const below = lines[0];
    if (below === undefined ? label.middle - text.middle > 3 * height : !continues(text, below)) break;
    if (lines.length === most) break;
    lines.unshift(text);
  }
  return lines;
}
