import type { Quad, Raster } from '../image/raster.ts';
import type { Models } from '../runtime/model.ts';
import type { Mrz, ReadSide } from './document.ts';
import { isCredible } from './mrz-trust.ts';
import { readMrz } from './mrz/read-mrz.ts';
import { segmentsOf, type Segment } from './segments.ts';
import { centreOf, type TextBox } from './text/detect.ts';
import type { SeenLine, TextReader } from './text/reader.ts';
import { uprightSide } from './upright.ts';

/** One picture, read: its lines outside of the machine readable zone, and the zone. */
export type PictureReading = ReadSide & {
  readonly seen: readonly SeenLine[];
  readonly segments: readonly Segment[];
  readonly mrz: Mrz | null;
};

const SMALLEST_TEXT_PX = 7; // height of a box; print below it is noise to the recogniser
const MOST_LINES = 60; // a card has some 25 lines, a passport spread some 50; the rest is background

/** Reads a picture of one side. The machine readable zone comes first: what it covers need not be read twice. */
export async function readPicture(picture: Raster, models: Models, reader: TextReader): Promise<PictureReading> {
  const { image, quarterTurns, boxes, read } = await uprightSide(picture, reader);
  const zone = await readMrz({ image, boxes, models });
  const mrz = zone !== null && isCredible(zone) ? zone : null;
  const wanted = boxes
    .filter((box) => box.heightPx >= SMALLEST_TEXT_PX && !mrz?.rows.some((row) => covers(row, box)))
    .sort((a, b) => b.score * b.heightPx - a.score * a.heightPx)
    .slice(0, MOST_LINES);
  const isWanted = new Set(wanted);
  const seen: SeenLine[] = [];
  for (const box of boxes)
    if (isWanted.has(box)) seen.push({ ...box, ...(read.get(box) ?? (await reader.recognise(image, box.quad))) });
  return {
    image,
    quarterTurns,
    lines: seen.map(({ quad, text, confidence }) => ({ quad, text, confidence })),
    seen,
    segments: segmentsOf(seen, boxes),
    mrz,
  };
}

/** Whether the middle of a box lies inside the quad. */
function covers(quad: Quad, box: TextBox): boolean {
  const [x, y] = centreOf(box.quad);
  return quad.every(([ax, ay], i) => {
    const [bx, by] = quad[(i + 1) % 4]!;
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0;
  });
}
