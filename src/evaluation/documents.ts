import type { DocumentReading, Field, FieldName, Mrz, MrzFormat } from '../engine/document/document.ts';
import { readDocument, type Barcode } from '../engine/document/read-document.ts';
import type { Dictionary } from '../engine/document/text/recognise.ts';
import { fold } from '../engine/document/values.ts';
import { findPortrait } from '../engine/face/portrait.ts';
import type { Raster } from '../engine/image/raster.ts';
import type { MediaRefusal } from '../engine/runtime/media.ts';
import type { Models } from '../engine/runtime/model.ts';
import type { Result } from '../kernel/result.ts';
import { rateOf, type Rate } from './statistics.ts';

/** A picture of a document and what a perfect reading says of it. Keys of `viz`: `fieldOf` below. */
export type DocumentItem = {
  readonly file: string;
  readonly docType: string;
  readonly country?: string | null | undefined;
  readonly mrzFormat?: string | null | undefined;
  readonly mrz?: readonly string[] | null | undefined;
  readonly mrzCheckDigitsValid?: boolean | null | undefined;
  readonly viz: Readonly<Record<string, string>>;
};

export type DocumentsTools = {
  readonly models: Models;
  readonly load: (file: string) => Promise<Result<Raster, MediaRefusal>>;
  readonly dictionary: Dictionary;
  readonly readBarcodes: (image: Raster) => Promise<readonly Barcode[]>;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
  /** Milliseconds of CPU that this process has used. */
  readonly cpuMs: () => number;
};

export type FieldCount = { readonly total: number; readonly exact: number };

/**
 * `exact` wants accents and Ñ; `folded` counts values whose letters agree without them. `fromZone` says how many of the exact ones
 * were taken from the machine readable zone of the same picture.
 */
export type FieldFigures = {
  readonly fields: number;
  readonly exact: number;
  readonly folded: number;
  readonly fromZone: number;
  readonly errors: Rate;
  readonly byField: Readonly<Record<string, FieldCount & { readonly folded: number }>>;
};

export type DocumentFailure = {
  readonly file: string;
  readonly of: 'decoding' | 'mrz' | 'false-mrz' | 'viz' | 'portrait';
  readonly field?: string;
  readonly expected: string;
  readonly read: string;
};

export type DocumentsEvaluation = {
  readonly items: number;
  readonly mrz: {
    /** Conforming zones: the manifest says that their check digits are right. */
    readonly total: number;
    /** Every glyph as printed. A zone that reads so only after repair is no exact reading. */
    readonly exact: number;
    readonly exactAfterRepair: number;
    /** The lines without names, as printed. */
    readonly dataLines: number;
    /** All check digits hold as read. */
    readonly checksPass: number;
    /** Vouched for by the reader, and among those not as printed. */
    readonly accepted: number;
    readonly acceptedWrong: number;
    readonly negatives: number;
    readonly falseMrz: number;
    readonly errors: Rate;
    /** Zones that break the standard: read as printed, or vouched for in spite of it. */
    readonly nonConforming: { readonly total: number; readonly exact: number; readonly accepted: number };
  };
  readonly viz: FieldFigures;
  /** The same for documents of Spain alone. */
  readonly spanish: FieldFigures;
  readonly portraits: { readonly shown: number; readonly found: number };
  readonly cpuMsPerItem: number;
  readonly msPerItem: number;
  readonly perItem: readonly {
    readonly file: string;
    readonly type: string;
    readonly ms: number;
    readonly cpuMs: number;
  }[];
  readonly failures: readonly DocumentFailure[];
};

/** Day of the assessment: years of two digits are resolved against it. */
const REFERENCE_DAY = '2026-01-01';

type Read = {
  readonly item: DocumentItem;
  readonly reading: DocumentReading | null;
  readonly portraitFound: boolean;
  readonly ms: number;
  readonly cpuMs: number;
};

/** Reads every picture by the serving code, and counts against the manifest. */
export async function evaluateDocuments(
  items: readonly DocumentItem[],
  tools: DocumentsTools,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<DocumentsEvaluation> {
  const read: Read[] = [];
  const failures: DocumentFailure[] = [];
  for (const [done, item] of items.entries()) {
    onProgress(done, items.length);
    read.push(await readItem(item, tools, failures));
  }
  onProgress(items.length, items.length);
  return countDocuments(read, failures);
}

async function readItem(item: DocumentItem, tools: DocumentsTools, failures: DocumentFailure[]): Promise<Read> {
  const began = tools.now();
  const beganCpu = tools.cpuMs();
  const spent = () => ({ ms: tools.now() - began, cpuMs: tools.cpuMs() - beganCpu });
  const picture = await tools.load(item.file);
  if (!picture.ok) {
    failures.push({ file: item.file, of: 'decoding', expected: 'a picture', read: picture.refusal.kind });
    return { item, reading: null, portraitFound: false, ...spent() };
  }
  const { models, dictionary, readBarcodes } = tools;
  const sides = /\bback\b/.test(item.docType) ? { back: picture.value } : { front: picture.value };
  const reading = await readDocument({ ...sides, at: REFERENCE_DAY, models, dictionary, readBarcodes });
  const portraitFound = await hasPortrait(reading, models);
  return { item, reading, portraitFound, ...spent() };
}

/** As the engine looks for it: on the upright sides, the front first. */
async function hasPortrait({ sides }: DocumentReading, models: Models): Promise<boolean> {
  for (const side of ['front', 'back'] as const) {
    const image = sides[side]?.image;
    if (image !== undefined && (await findPortrait(models, image, { orientationHint: 0 })) !== null) return true;
  }
  return false;
}

export function countDocuments(read: readonly Read[], known: readonly DocumentFailure[] = []): DocumentsEvaluation {
  const failures: DocumentFailure[] = [...known];
  const total = (of: (one: Read) => number): number => read.reduce((sum, one) => sum + of(one), 0);
  return {
    items: read.length,
    mrz: countZones(read, failures),
    viz: countFields(read, failures),
    spanish: countFields(
      read.filter(({ item }) => item.country === 'ESP'),
      [],
    ),
    portraits: countPortraits(read, failures),
    cpuMsPerItem: total(({ cpuMs }) => cpuMs) / Math.max(1, read.length),
    msPerItem: total(({ ms }) => ms) / Math.max(1, read.length),
    perItem: read.map(({ item, reading, ms, cpuMs }) => ({
      file: item.file,
      type: reading?.type ?? 'unread',
      ms,
      cpuMs,
    })),
    failures,
  };
}

function countZones(read: readonly Read[], failures: DocumentFailure[]): DocumentsEvaluation['mrz'] {
  const zones = read.flatMap(({ item, reading }) =>
    hasZone(item) ? [{ item, lines: item.mrz, mrz: reading?.mrz ?? null }] : [],
  );
  const isConforming = (item: DocumentItem): boolean => item.mrzCheckDigitsValid !== false;
  const conforming = zones.filter(({ item }) => isConforming(item));
  const others = zones.filter(({ item }) => !isConforming(item));
  const negatives = read.filter(({ item }) => !hasZone(item));
  const falseZones = negatives.filter(({ reading }) => reading?.mrz?.accepted === true);
  const asPrinted = ({ lines, mrz }: (typeof zones)[number]): boolean => mrz !== null && isSame(mrz.lines, lines);
  for (const { item, reading } of falseZones)
    failures.push({ file: item.file, of: 'false-mrz', expected: 'none', read: reading!.mrz!.lines.join('\n') });
  for (const zone of zones)
    if (!asPrinted(zone))
      failures.push({
        file: zone.item.file,
        of: 'mrz',
        expected: zone.lines.join('\n'),
        read: zone.mrz === null ? 'none' : zone.mrz.lines.join('\n'),
      });
  const exact = conforming.filter((zone) => asPrinted(zone) && zone.mrz!.repairedGlyphs === 0).length;
  const accepted = conforming.filter(({ mrz }) => mrz?.accepted === true);
  return {
    total: conforming.length,
    exact,
    exactAfterRepair: conforming.filter(asPrinted).length - exact,
    dataLines: conforming.filter(
      ({ mrz, lines }) => mrz !== null && isSame(dataLines(mrz.lines, mrz), dataLines(lines, mrz)),
    ).length,
    checksPass: conforming.filter(({ mrz }) => mrz !== null && mrz.checks.every(({ passedRaw }) => passedRaw)).length,
    accepted: accepted.length,
    acceptedWrong: accepted.filter((zone) => !asPrinted(zone)).length,
    negatives: negatives.length,
    falseMrz: falseZones.length,
    errors: rateOf(conforming.length - exact, conforming.length),
    nonConforming: {
      total: others.length,
      exact: others.filter(asPrinted).length,
      accepted: others.filter(({ mrz }) => mrz?.accepted === true).length,
    },
  };
}

type ItemWithZone = DocumentItem & { readonly mrz: readonly string[] };
const hasZone = (item: DocumentItem): item is ItemWithZone => item.mrz !== null && item.mrz !== undefined;

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((line, i) => line === b[i]);

const namesLine: Readonly<Record<MrzFormat, number>> = { TD1: 2, TD2: 0, TD3: 0, MRVA: 0, MRVB: 0, IDFRA: 0 };
const dataLines = (lines: readonly string[], { format }: Mrz): string[] =>
  lines.filter((_, i) => i !== namesLine[format]);

/** The manifest's words for fields. */
const fieldOf: Readonly<Record<string, FieldName>> = {
  surname: 'surnames',
  given: 'givenNames',
  number: 'documentNumber',
  support: 'supportNumber',
  birth: 'birthDate',
  expiry: 'expiryDate',
  issue: 'issueDate',
  sex: 'sex',
  nationality: 'nationality',
};

function countFields(read: readonly Read[], failures: DocumentFailure[]): FieldFigures {
  const byField: Record<string, { total: number; exact: number; folded: number }> = {};
  let fromZone = 0;
  for (const { item, reading } of read)
    for (const [key, expected] of Object.entries(item.viz)) {
      const name = fieldOf[key];
      if (name === undefined) continue;
      const field = fieldRead(name, expected, reading);
      const count = (byField[key] ??= { total: 0, exact: 0, folded: 0 });
      const isExact = field !== undefined && plain(field.text) === plain(expected);
      count.total++;
      if (field !== undefined && fold(field.text) === fold(expected)) count.folded++;
      if (isExact) {
        count.exact++;
        if (field.from === 'mrz') fromZone++;
      } else failures.push({ file: item.file, of: 'viz', field: key, expected, read: field?.text ?? 'not read' });
    }
  const sum = (of: 'total' | 'exact' | 'folded'): number =>
    Object.values(byField).reduce((all, count) => all + count[of], 0);
  const [fields, exact] = [sum('total'), sum('exact')];
  return { fields, exact, folded: sum('folded'), fromZone, errors: rateOf(fields - exact, fields), byField };
}

/** A passport that carries its holder's number too has two numbers; the manifest may mean either. */
function fieldRead(name: FieldName, expected: string, reading: DocumentReading | null): Field | undefined {
  const field = reading?.fields[name];
  const own = reading?.oneSided === true && name === 'documentNumber' ? reading.fields.supportNumber : undefined;
  return own !== undefined && plain(own.text) === plain(expected) ? own : field;
}

/** Case and runs of blanks do not count; accents do. */
const plain = (text: string): string => text.normalize('NFC').toUpperCase().replace(/\s+/g, ' ').trim();

// Fronts, data pages and pictures of both sides show the holder; backs do not, and of other kinds the manifest does not say.
const showsPortrait = ({ docType }: DocumentItem): boolean =>
  /front|passport|both sides|licence/i.test(docType) && !/\bback\b/i.test(docType);

function countPortraits(read: readonly Read[], failures: DocumentFailure[]): DocumentsEvaluation['portraits'] {
  const shown = read.filter(({ item }) => showsPortrait(item));
  for (const { item, portraitFound } of shown)
    if (!portraitFound) failures.push({ file: item.file, of: 'portrait', expected: 'a portrait', read: 'none' });
  return { shown: shown.length, found: shown.filter(({ portraitFound }) => portraitFound).length };
}
