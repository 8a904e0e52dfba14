import type { Quad, Raster } from '../image/raster.ts';
import type { Models } from '../runtime/model.ts';
import type { Mrz, ReadSide, TextLine } from './document.ts';
import { isCredible } from './mrz-trust.ts';
import { readMrz } from './mrz/read-mrz.ts';
import { isStray } from './recognise-type.ts';
import { segmentsOf, type Segment } from './segments.ts';
import { centreOf, type TextBox } from './text/detect.ts';
import type { SeenLine, TextReader } from './text/reader.ts';
import { furtherLooks, uprightSide, usualLook, type Look } from './upright.ts';

/** One picture, read: its lines outside of the machine readable zone, and the zone. */
export type PictureReading = ReadSide & {
  readonly segments: readonly Segment[];
  readonly mrz: Mrz | null;
};

const SMALLEST_TEXT_PX = 7; // height of a box; print below it is noise to the recogniser
const MOST_LINES = 60; // a card has some 25 lines, a passport spread some 50; the rest is background

const LEGIBLE_CONFIDENCE = 0.8;
const LEAST_LEGIBLE_GLYPHS = 40; // a side of a card has 200 or more outside of its zone

/**
 * Reads a picture of one side: in the usual way, and where that leaves next to nothing legible, or a zone that shows and could not
 * be read, in others that cost more.
 */
export async function readPicture(picture: Raster, models: Models, reader: TextReader): Promise<PictureReading> {
  const first = await readAt(usualLook, picture, models, reader);
  let best = first.reading;
  for (const look of furtherLooks) {
    if (best.mrz !== null || (isLegible(best) && !first.missedZone)) return best;
    const { reading } = await readAt(look, picture, models, reader);
    if (reading.mrz !== null || (!isLegible(best) && legibleGlyphs(reading) > legibleGlyphs(best))) best = reading;
  }
  return best;
}

const legibleGlyphs = ({ lines }: PictureReading): number =>
  lines.reduce((sum, { text, confidence }) => sum + (confidence >= LEGIBLE_CONFIDENCE ? text.length : 0), 0);

const isLegible = (reading: PictureReading): boolean => legibleGlyphs(reading) >= LEAST_LEGIBLE_GLYPHS;

/** Filler is printed nowhere but in a zone. */
const showsFiller = ({ text, confidence }: TextLine): boolean =>
  confidence >= LEGIBLE_CONFIDENCE && text.length >= 10 && text.includes('<');

type Attempt = {
  readonly reading: PictureReading;
  /** Rows of a zone show, and none could be read. */
  readonly missedZone: boolean;
};

/** The machine readable zone comes first: what it covers need not be read twice. */
async function readAt(look: Look, picture: Raster, models: Models, reader: TextReader): Promise<Attempt> {
  const { image, quarterTurns, boxes, read } = await uprightSide(picture, reader, models, look);
  const zone = await readMrz({ image, boxes, models, reader });
  const rows = zone !== null && isCredible(zone) ? zone.rows : [];
  const wanted = boxes
    .filter(({ heightPx }) => heightPx >= SMALLEST_TEXT_PX)
    .sort((a, b) => b.score * b.heightPx - a.score * a.heightPx)
    .slice(0, MOST_LINES);
  const lines = new Map(read);
  const readLines = async (boxes: readonly TextBox[]): Promise<void> => {
    for (const box of boxes) if (!lines.has(box)) lines.set(box, await reader.recognise(image, box.quad));
  };
  const isInZone = (box: TextBox): boolean => rows.some((row) => covers(row, box));
  await readLines(wanted.filter((box) => !isInZone(box)));
  const seenOf = (boxes: readonly TextBox[]): SeenLine[] =>
    boxes.flatMap((box) => (lines.has(box) ? [{ ...box, ...lines.get(box)! }] : []));
  const outside = seenOf(boxes.filter((box) => !isInZone(box)));
  const segments = segmentsOf(outside, boxes);
  const side = { image, quarterTurns };
  if (zone === null || rows.length === 0) {
    const plainLines = plain(outside);
    return { reading: { ...side, lines: plainLines, segments, mrz: null }, missedZone: plainLines.some(showsFiller) };
  }
  if (!isStray(zone, segments))
    return { reading: { ...side, lines: plain(outside), segments, mrz: zone }, missedZone: false };
  await readLines(wanted);
  const all = seenOf(boxes);
  return {
    reading: { ...side, lines: plain(all), segments: segmentsOf(all, boxes), mrz: null },
    missedZone: false,
  };
}

const plain = (lines: readonly SeenLine[]): TextLine[] =>
  lines.map(({ quad, text, confidence }) => ({ quad, text, confidence }));

/** Whether the middle of a box lies inside the quad. */
function covers(quad: Quad, box: TextBox): boolean {
  const [x, y] = centreOf(box.quad);
  return quad.every(([ax, ay], i) => {
    const [bx, by] = quad[(i + 1) % 4]!;
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0;
  });
}
