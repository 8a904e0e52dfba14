import { greyOf, type Quad, type Raster } from '../../image/raster.ts';
import type { Models } from '../../runtime/model.ts';
import type { Mrz } from '../document.ts';
import type { TextReader } from '../text/reader.ts';
import { dataHolds, standsAlone } from './acceptance.ts';
import { decodeGrid, type DecodedMrz } from './decode.ts';
import { layouts } from './formats.ts';
import { readGlyphs, type GlyphReading } from './glyph-reader.ts';
import { rowQuad } from './lattice.ts';
import { gridOfText, readTextRow, saysTheSame, type TextRow } from './text-reader.ts';
import { voted } from './vote.ts';

export type MrzRequest = {
  /** The picture, upright. */
  readonly image: Raster;
  /** Where text was detected on it. */
  readonly boxes: readonly { readonly quad: Quad }[];
  readonly models: Models;
  /** The second reader. Without it names stand on the glyph reader alone. */
  readonly reader?: TextReader;
};

/**
 * Finds and reads the machine readable zone; null where there is none. The glyph reader comes first. The second reader is asked
 * about the rows with names, which no check digit covers, and about any other row that is not clear; about all of them where print
 * is not OCR-B.
 */
export async function readMrz({ image, boxes, models, reader }: MrzRequest): Promise<Mrz | null> {
  const reading = await readGlyphs(
    await models.open('ocrb-reader'),
    greyOf(image),
    boxes.map(({ quad }) => quad),
  );
  if (reading === null || isOtherPrint(reading)) return null;
  const holds = dataHolds(reading);
  if (reader === undefined) {
    const isAccepted = holds && nameLines(reading).every((line) => standsAlone(reading, line));
    return mrzOf(reading, reading.decoded, 'glyph-reader-only', isAccepted);
  }
  if (!holds) {
    const second = await readWithText(reader, image, reading);
    if (second !== null) return second;
  }
  const asked = reading.decoded.lines.flatMap((_, line) =>
    !holds || nameLines(reading).includes(line) || !standsAlone(reading, line) ? [line] : [],
  );
  const differing: number[] = [];
  for (const line of asked) if (!(await secondReaderSees(reader, image, reading, line))) differing.push(line);
  const isAccepted = holds && differing.every((line) => standsAlone(reading, line));
  return mrzOf(reading, reading.decoded, differing.length === 0 ? 'both' : 'differ', isAccepted);
}

/** Nats a glyph. Below, the lines are less likely than not, glyph for glyph. */
const LEAST_LIKELIHOOD = -Math.LN2;

/** Other print was taken for rows of an MRZ: the lines are unlikely, and their rows do not have as many glyphs as a format has. */
const isOtherPrint = (reading: GlyphReading): boolean =>
  reading.decoded.meanLogLikelihood < LEAST_LIKELIHOOD &&
  reading.seenRows.some((row) => row.length !== reading.block.lineLength);

const nameLines = ({ decoded }: GlyphReading): number[] => layouts[decoded.format].names.map(({ line }) => line - 1);

/** Heights of the second reader's rows, in glyph pitches, and px per glyph of its pictures: more than one look where one fails. */
const looks = [
  { heightGlyphs: 1.9, pxPerGlyph: 32 },
  { heightGlyphs: 2.2, pxPerGlyph: 24 },
] as const;

/** Whether the second reader sees a line as the glyph reader read it, in one of its looks. */
async function secondReaderSees(
  reader: TextReader,
  image: Raster,
  { block, decoded }: GlyphReading,
  line: number,
): Promise<boolean> {
  for (const { heightGlyphs, pxPerGlyph } of looks) {
    const row = rowQuad(block.lattice, line, block.lineLength, heightGlyphs);
    const { text } = await readTextRow(reader, image, row, block.lineLength, pxPerGlyph);
    if (saysTheSame(text, decoded.lines[line]!)) return true;
  }
  return false;
}

/** Print that is not OCR-B, or is blurred beyond it, fits no lattice as well as this. */
const KNOWN_PRINT_FIT = -0.45;
const LEAST_TEXT_CONFIDENCE = 0.85;

/**
 * What is read where the glyph reader does not hold: the second reader's lines, when all of their check digits hold without
 * repair; else, where the print is not the glyph reader's own, a row that the second reader is sure of, or that was found with as
 * many glyphs as its format has, and of the others what most see: the glyph reader, with and without its lattice, and the second
 * reader. Neither is accepted.
 */
async function readWithText(reader: TextReader, image: Raster, reading: GlyphReading): Promise<Mrz | null> {
  const { block, decoded, seenRows } = reading;
  const rows: TextRow[] = [];
  for (let row = 0; row < block.rows; row++) {
    const quad = rowQuad(block.lattice, row, block.lineLength, looks[0].heightGlyphs);
    rows.push(await readTextRow(reader, image, quad, block.lineLength));
  }
  const asText = decodeGrid(
    gridOfText(
      rows.map(({ text }) => text),
      block.lineLength,
    ),
  );
  const areSure = rows.every(({ confidence }) => confidence > LEAST_TEXT_CONFIDENCE);
  if (areSure && asText !== null && asText.checks.every(({ passedRaw }) => passedRaw))
    return mrzOf(reading, asText, 'text-reader-only', false);
  if (block.fit > KNOWN_PRINT_FIT) return null;
  const chosen = rows.map(({ text, confidence }, row) => {
    if (text.length === block.lineLength && confidence > LEAST_TEXT_CONFIDENCE) return text;
    const seen = seenRows[row]!;
    return seen.length === block.lineLength ? seen : voted([decoded.rawLines[row]!, text, seen]);
  });
  const together = decodeGrid(gridOfText(chosen, block.lineLength));
  return together === null || together.priceNats === null ? null : mrzOf(reading, together, 'differ', false);
}

/** Height of a row's quad as handed on: the glyphs with some air. */
const ROW_HEIGHT_GLYPHS = 1.6;

function mrzOf({ block }: GlyphReading, decoded: DecodedMrz, agreement: Mrz['agreement'], accepted: boolean): Mrz {
  return {
    format: decoded.format,
    lines: decoded.lines,
    rawLines: decoded.rawLines,
    checks: decoded.checks,
    repairedGlyphs: decoded.repairedGlyphs,
    repairPriceNats: decoded.priceNats,
    glyphConfidence: decoded.glyphConfidence,
    agreement,
    accepted,
    rows: Array.from({ length: block.rows }, (_, row) =>
      rowQuad(block.lattice, row, block.lineLength, ROW_HEIGHT_GLYPHS),
    ),
  };
}
