import { greyOf, type Raster } from '../image/raster.ts';
import { shrinkToSide } from '../image/shrink.ts';
import type { Models } from '../runtime/model.ts';
import { cardIn } from './card-in-picture.ts';
import { assignFields, type AssignedField } from './assign-fields.ts';
import { crossChecks } from './crosscheck.ts';
import type { DocumentReading, Side } from './document.ts';
import { mergedFields, printedFields, type Fields } from './merge-fields.ts';
import { readPicture, type PictureReading } from './read-side.ts';
import { recogniseType } from './recognise-type.ts';
import { rereadLoneLetters } from './reread.ts';
import { sidesOf, type Sides } from './sides.ts';
import { specimenWords } from './specimen-words.ts';
import { withMarks } from './text/name-marks.ts';
import { textReader, type TextReader } from './text/reader.ts';
import type { Dictionary } from './text/recognise.ts';
import type { DocumentType } from './types/document-type.ts';
import { findValues } from './values.ts';
import { zoneFields, type ZoneFields } from './zone-fields.ts';

export type Barcode = { readonly format: string; readonly text: string };

export type ReadRequest = {
  /** Upright or not, in either order, or one picture of both sides. */
  readonly front?: Raster;
  readonly back?: Raster;
  /** ISO date of the assessment. */
  readonly at: string;
  readonly models: Models;
  readonly dictionary: Dictionary;
  /** Asked only where a barcode may be worth its time. */
  readonly readBarcodes?: (image: Raster) => Promise<readonly Barcode[]>;
};

/**
 * Reads a document from photographs of its sides: text, machine readable zone, type, fields, and whether what is told twice
 * agrees. Nothing is judged here.
 */
export async function readDocument(request: ReadRequest): Promise<DocumentReading> {
  const reader = textReader(request.models, request.dictionary);
  const pictures: { given: Side; picture: PictureReading }[] = [];
  for (const given of ['front', 'back'] as const) {
    const picture = request[given];
    if (picture !== undefined) pictures.push({ given, picture: await readPicture(picture, request.models, reader) });
  }
  const type = recogniseType(pictures.map(({ picture }) => picture));
  const sides = sidesOf(type, pictures);
  const printed = await readPrint(type, sides, request.at, reader);
  const mrzSide = (['back', 'front'] as const).find((side) => (sides[side]?.mrz ?? null) !== null) ?? null;
  const mrz = mrzSide === null ? null : sides[mrzSide]!.mrz;
  const zone = mrz === null ? null : zoneFields(mrz, mrzSide!, request.at);
  const fields = mergedFields(printed.all, zone, mrz?.accepted === true);
  const reading = {
    type: type.slug,
    oneSided: type.oneSided,
    issuingState: fields.issuingState?.text ?? type.issuingState,
    fields,
    printed: printed.all,
    inZone: zone?.fields ?? {},
    numberOnFront: numberOn('front', printed, zone, mrzSide),
    numberOnBack: numberOn('back', printed, zone, mrzSide),
    mrz,
    mrzSide,
    barcodes: request.readBarcodes === undefined ? [] : await barcodesOf(type, sides, request.readBarcodes),
    specimenWords: specimenWords(
      pictures.flatMap(({ picture }) => picture.segments),
      zone === null ? [fields] : [fields, zone.fields],
    ),
    sides: readSides(type, sides),
  };
  return { ...reading, crossChecks: crossChecks({ ...reading, zone, at: request.at }) };
}

type Print = { readonly all: Fields; readonly bySide: Readonly<Record<Side, Fields>> };

/** The printed fields of each side; what both sides print is taken from the front. */
async function readPrint(type: DocumentType, sides: Sides, at: string, reader: TextReader): Promise<Print> {
  const bySide: Record<Side, Fields> = { front: {}, back: {} };
  for (const side of ['front', 'back'] as const) {
    const picture = sides[side];
    if (picture === undefined) continue;
    const assignment = assignFields(
      type.fields[side],
      picture.segments,
      at,
      side === 'front' ? type.frontLayout : undefined,
    );
    const again = await rereadLoneLetters(assignment, picture.image, reader);
    bySide[side] = printedFields([...assignment.fields, ...again].map(marked(picture.image)), side);
  }
  return { all: { ...bySide.back, ...bySide.front }, bySide };
}

/** Names and places with the marks that the recogniser cannot read. */
const marked =
  (image: Raster) =>
  (assigned: AssignedField): AssignedField => {
    const { format } = assigned.field;
    if (format !== 'name' && format !== 'place') return assigned;
    const lines = assigned.segments.map(({ quad, glyphs }) => withMarks(image, quad, glyphs));
    return {
      ...assigned,
      value: lines.map(({ text }) => findValues(format, text)[0]?.value ?? text).join(' '),
      folded: lines.some(({ folded }) => folded),
    };
  };

/** The number that a side shows on its own: printed, or in its machine readable zone. */
function numberOn(side: Side, print: Print, zone: ZoneFields | null, zoneSide: Side | null): string | null {
  const printed = print.bySide[side].documentNumber?.text ?? null;
  return printed ?? (zone !== null && zoneSide === side ? zone.number : null);
}

/** Barcodes are looked for where nothing better carries the data: Spanish documents have none, accepted zones say it all. */
async function barcodesOf(
  type: DocumentType,
  sides: Sides,
  readBarcodes: NonNullable<ReadRequest['readBarcodes']>,
): Promise<DocumentReading['barcodes']> {
  if (type.issuingState === 'ESP') return [];
  const found: { side: Side; format: string; text: string }[] = [];
  for (const side of ['front', 'back'] as const) {
    const picture = sides[side];
    if (picture === undefined || picture.mrz?.accepted === true || (side === 'back' && picture === sides.front))
      continue;
    for (const barcode of await readBarcodes(picture.image)) found.push({ side, ...barcode });
  }
  return found;
}

/** Of the picture in which the rims of the document are looked for. */
const EDGES_SIDE_PX = 480;

function readSides(type: DocumentType, sides: Sides): DocumentReading['sides'] {
  const located = (side: Side, picture: PictureReading) => {
    const { image, quarterTurns, lines } = picture;
    return {
      image,
      quarterTurns,
      lines,
      card: cardIn(greyOf(shrinkToSide(image, EDGES_SIDE_PX)), picture, type, side),
    };
  };
  return {
    ...(sides.front === undefined ? {} : { front: located('front', sides.front) }),
    ...(sides.back === undefined ? {} : { back: located('back', sides.back) }),
  };
}
