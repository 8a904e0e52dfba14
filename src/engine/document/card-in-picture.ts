import type { Grey, Point, Quad } from '../image/raster.ts';
import { homographyBetween, similarityMap, throughHomography, throughMap } from '../image/warp.ts';
import { frameOf } from './card-frame.ts';
import { outwardFrom, snappedToEdges, type Reach, type Snapped } from './card-edges.ts';
import type { CardInPicture, Mrz, MrzFormat, Side } from './document.ts';
import { findLabels } from './find-labels.ts';
import type { PictureReading } from './read-side.ts';
import type { DocumentType } from './types/document-type.ts';

/** Sizes of ISO/IEC 7810, and of the larger visa of ICAO Doc 9303-7; tenths of a millimetre. */
const ID_1 = { width: 856, height: 540 };
const ID_2 = { width: 1050, height: 740 };
const ID_3 = { width: 1250, height: 880 };
const VISA_A = { width: 1200, height: 800 };

/** Where the rows of a zone stand on a document of their format: left end and baseline of the first, and how far the next. */
const zones: Readonly<
  Record<MrzFormat, { size: typeof ID_1; left: number; baseline: number; pitch: number; glyphs: number }>
> = {
  TD1: { size: ID_1, left: 44, baseline: 393, pitch: 42.3, glyphs: 30 },
  TD2: { size: ID_2, left: 68, baseline: 634, pitch: 63.5, glyphs: 36 },
  IDFRA: { size: ID_2, left: 68, baseline: 634, pitch: 63.5, glyphs: 36 },
  TD3: { size: ID_3, left: 62, baseline: 766, pitch: 63.5, glyphs: 44 },
  MRVA: { size: VISA_A, left: 41, baseline: 690, pitch: 63.5, glyphs: 44 },
  MRVB: { size: ID_2, left: 41, baseline: 634, pitch: 63.5, glyphs: 36 },
};
const GLYPH_PITCH = 25.4;
const GLYPH_WIDTH = 20;
const GLYPH_HEIGHT = 24;

/** How far a side may be from where it was thought to be, of the height of the document. */
const REACH = {
  /** Texts all over the card say where it is. */
  layout: [0.05, 0.05, 0.05, 0.05],
  /** A zone is near the bottom; what it says of the top is a guess. */
  zone: [0.2, 0.12, 0.08, 0.12],
} as const;

/** Where the document lies in a picture of one of its sides; null: nothing says it surely. */
export function cardIn(grey: Grey, picture: PictureReading, type: DocumentType, side: Side): CardInPicture | null {
  const layout = side === 'front' ? type.frontLayout : undefined;
  if (layout !== undefined) {
    const labels = findLabels(type.fields[side], picture.segments);
    const frame = frameOf(layout, picture.segments, labels, type.fields[side]);
    if (frame !== null) {
      const quad = cornersThrough((point) => throughHomography(frame.toImage, point), ID_1);
      const snapped = snap(grey, picture, { quad, reach: REACH.layout, zone: [] });
      if (isDocument(snapped.quad, ID_1)) return cardOf(snapped.quad, ID_1);
      if (isDocument(quad, ID_1)) return cardOf(quad, ID_1);
    }
  }
  if (picture.mrz === null) return null;
  return cardByZone(grey, picture, picture.mrz);
}

/** The zone gives turn, scale and place; the rims that are seen say the rest. Without the far one, or with two missing, it stays a guess. */
function cardByZone(grey: Grey, picture: PictureReading, mrz: Mrz): CardInPicture | null {
  const { size, left, baseline, pitch, glyphs } = zones[mrz.format];
  const onCard: Point[] = [];
  const seen: Point[] = [];
  mrz.rows.forEach((row, at) => {
    const bottom = baseline + at * pitch;
    const right = left + (glyphs - 1) * GLYPH_PITCH + GLYPH_WIDTH;
    onCard.push([left, bottom - GLYPH_HEIGHT], [right, bottom - GLYPH_HEIGHT], [right, bottom], [left, bottom]);
    seen.push(...row);
  });
  const map = similarityMap(onCard, seen);
  const guess = cornersThrough((point) => throughMap(map, point), size);
  const { quad, isSeen } = snap(grey, picture, { quad: guess, reach: REACH.zone, zone: mrz.rows });
  const isSure = isSeen[0] && isSeen.filter(Boolean).length >= 3 && isDocument(quad, size) && holdsZone(quad, mrz);
  return isSure ? cardOf(quad, size) : null;
}

/** How far off the size of a zone may come out, and its place on the document, tenths of a millimetre: printers differ by a few. */
const MOST_OFF_SIZE = 0.06;
const MOST_OFF_PLACE = 45;

/** Whether the zone lies on the document thus located where the standard puts it, and is as large: glyphs stand ten to the inch. */
function holdsZone(quad: Quad, { format, rows }: Mrz): boolean {
  const { size, left, baseline, pitch, glyphs } = zones[format];
  const toCard = homographyBetween(
    quad,
    cornersThrough((point) => point, size),
  );
  const [first, last] = [rows[0]!, rows.at(-1)!].map((row) => row.map((point) => throughHomography(toCard, point)));
  const width = (glyphs - 1) * GLYPH_PITCH + GLYPH_WIDTH;
  const seenWidth = (first![1]![0] - first![0]![0] + last![2]![0] - last![3]![0]) / 2;
  const middle = (row: readonly Point[]): number => row.reduce((sum, [, y]) => sum + y / 4, 0);
  const height = pitch * (rows.length - 1);
  return (
    Math.abs(seenWidth / width - 1) < MOST_OFF_SIZE &&
    Math.abs((middle(last!) - middle(first!)) / height - 1) < 1.5 * MOST_OFF_SIZE &&
    Math.abs((first![0]![0] + last![3]![0]) / 2 - left) < MOST_OFF_PLACE &&
    Math.abs(middle(first!) + GLYPH_HEIGHT / 2 - baseline) < MOST_OFF_PLACE
  );
}

const cornersThrough = (map: (point: Point) => Point, { width, height }: typeof ID_1): Quad => [
  map([0, 0]),
  map([width, 0]),
  map([width, height]),
  map([0, height]),
];

/** A zone keeps off the rim by at least this, of the height of the document. */
const CLEAR_OF_RIM = 0.02;

type Guess = {
  readonly quad: Quad;
  /** Of each side, of the height of the document. */
  readonly reach: readonly [number, number, number, number];
  readonly zone: readonly Quad[];
};

/** On a smaller picture: rims are straight and long, and grain is not. No side is laid on a zone or within it. */
function snap(grey: Grey, { image }: PictureReading, { quad, reach, zone }: Guess): Snapped {
  const scale = grey.widthPx / image.widthPx;
  const scaled = (points: Quad, by: number): Quad =>
    points.map(([x, y]): Point => [(x + 0.5) * by - 0.5, (y + 0.5) * by - 0.5]) as unknown as Quad;
  const small = scaled(quad, scale);
  const heightPx = (apart(small[0], small[3]) + apart(small[1], small[2])) / 2;
  const of = (side: number): Reach => {
    const from = quad[side]!;
    const [nx, ny] = outwardFrom(from, quad[(side + 1) % 4]!);
    const clear = zone
      .flat()
      .map(([x, y]) => -((x - from[0]) * nx + (y - from[1]) * ny) * scale - CLEAR_OF_RIM * heightPx);
    const outPx = reach[side]! * heightPx;
    return { inPx: Math.min(outPx, ...clear), outPx };
  };
  const { quad: found, isSeen } = snappedToEdges(grey, small, [of(0), of(1), of(2), of(3)]);
  return { quad: scaled(found, 1 / scale), isSeen };
}

const apart = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Opposite sides of what is photographed by hand differ by less than this, and its proportions from those of its size. */
const MOST_UNLIKE = 1.6;

/** Convex, in reading order, and no more foreshortened than a document can be read at. */
function isDocument(quad: Quad, { width, height }: typeof ID_1): boolean {
  const isConvex = quad.every((corner, at) => {
    const next = quad[(at + 1) % 4]!;
    const after = quad[(at + 2) % 4]!;
    return (next[0] - corner[0]) * (after[1] - next[1]) - (next[1] - corner[1]) * (after[0] - next[0]) > 0;
  });
  const [top, right, bottom, left] = quad.map((corner, at) => apart(corner, quad[(at + 1) % 4]!)) as [
    number,
    number,
    number,
    number,
  ];
  const unlike = (a: number, b: number): number => Math.max(a, b) / Math.min(a, b);
  const aspect = (top + bottom) / (left + right);
  return (
    isConvex &&
    unlike(top, bottom) < MOST_UNLIKE &&
    unlike(left, right) < MOST_UNLIKE &&
    unlike(aspect, width / height) < MOST_UNLIKE
  );
}

const cardOf = (quad: Quad, { width, height }: typeof ID_1): CardInPicture => ({
  quad,
  widthMm: width / 10,
  heightMm: height / 10,
});
