import type { Point, Quad, Raster } from '../image/raster.ts';
import type { AssignedField, Assignment } from './assign-fields.ts';
import type { FoundLabel } from './find-labels.ts';
import type { Segment } from './segments.ts';
import { textBox } from './text/detect.ts';
import type { TextReader } from './text/reader.ts';
import { findValues, type ValueFormat } from './values.ts';

const ALPHABETS: Readonly<Partial<Record<ValueFormat, string>>> = {
  sex: 'MFX',
  nationality: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
};
const LEAST_CONFIDENCE = 0.5; // an alphabet of three always finds a letter; only a sure one counts

/**
 * The detector loses letters that stand alone. Where a label was found and its value was not, the place below the label is read
 * with the few letters that it may hold.
 */
export async function rereadLoneLetters(
  { fields, labels }: Assignment,
  image: Raster,
  reader: TextReader,
): Promise<AssignedField[]> {
  const read: AssignedField[] = [];
  for (const label of labels) {
    const alphabet = ALPHABETS[label.field.format];
    if (alphabet === undefined || fields.some(({ field }) => field.name === label.field.name)) continue;
    for (const quad of placesBelow(label)) {
      const line = await reader.recognise(image, quad, { alphabet });
      const found = findValues(label.field.format, line.text)[0];
      if (found === undefined || line.confidence < LEAST_CONFIDENCE) continue;
      const segment: Segment = { ...label.segment, ...textBox(quad, label.segment.score), ...line };
      read.push({ field: label.field, value: found.value, segments: [segment], confidence: line.confidence });
      break;
    }
  }
  return read;
}

/** Where the value may stand, in heights of the label: values are set some 1.5 times as high, right below. */
function placesBelow({ field, segment }: FoundLabel): Quad[] {
  const width = field.format === 'sex' ? 1.7 : 3.6;
  return [below(segment, -0.2, width, 0.45, 2.15), below(segment, 0.1, width, 0.6, 2.3)];
}

function below({ quad, heightPx, widthPx }: Segment, left: number, width: number, top: number, bottom: number): Quad {
  const [topLeft, topRight, , bottomLeft] = quad;
  const along: Point = [(topRight[0] - topLeft[0]) / widthPx, (topRight[1] - topLeft[1]) / widthPx];
  const down: Point = [(bottomLeft[0] - topLeft[0]) / heightPx, (bottomLeft[1] - topLeft[1]) / heightPx];
  const at = (u: number, v: number): Point => [
    (topLeft[0] + bottomLeft[0]) / 2 + (along[0] * u + down[0] * v) * heightPx,
    (topLeft[1] + bottomLeft[1]) / 2 + (along[1] * u + down[1] * v) * heightPx,
  ];
  return [at(left, top), at(left + width, top), at(left + width, bottom), at(left, bottom)];
}
