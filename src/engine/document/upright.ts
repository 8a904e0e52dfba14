import type { Box, Point, Quad, Raster } from '../image/raster.ts';
import { shrinkTo } from '../image/shrink.ts';
import { cropTo, turnQuarters } from '../image/warp.ts';
import type { Models } from '../runtime/model.ts';
import { zoneUprightness } from './mrz/zone-uprightness.ts';
import { inReadingOrder, slopeDegrees, textBox, type TextBox } from './text/detect.ts';
import type { TextReader } from './text/reader.ts';
import type { RecognisedLine } from './text/recognise.ts';

/** A picture of one side, ready to be read: upright, of a fitting size, its text located. */
export type UprightSide = {
  readonly image: Raster;
  /** Clockwise, from the picture as taken to `image`. */
  readonly quarterTurns: 0 | 1 | 2 | 3;
  readonly boxes: readonly TextBox[];
  /** What was read on the way, by box. */
  readonly read: ReadonlyMap<TextBox, RecognisedLine>;
};

/** How hard a picture is looked at. */
export type Look = {
  /** Smaller pictures are enlarged before text is looked for; longer side. */
  readonly leastSidePx: number;
  /** Finds where the text is and which way it runs. */
  readonly coarseSidePx: number;
  /** Finds every line of the part that holds text. */
  readonly fineSidePx: number;
  /** The picture is drawn taller by this, once its text runs level. */
  readonly stretch: number;
};

/** What nearly every picture needs. */
export const usualLook: Look = { leastSidePx: 0, coarseSidePx: 640, fineSidePx: 1152, stretch: 1 };

const CLOSE = { leastSidePx: 1100, coarseSidePx: 1152, fineSidePx: 1600 };

/**
 * Where the usual look reads nothing, text may be too small for it; or squeezed, on a page that is seen at a slant of 45 to 60 degrees
 * or in a frame that was fitted into another shape: readers know glyphs that are taller than wide.
 */
export const furtherLooks: readonly Look[] = [
  { ...CLOSE, stretch: 1 },
  { ...CLOSE, stretch: 1.7 },
];

const COARSE_SCORE = 0.15; // the small rows of an MRZ run together in the coarse look, and their box is a poor one
const SMALLEST_SIDE_PX = 1100; // smaller pictures are enlarged: glyphs need some 16 px
const LARGEST_SIDE_PX = 2200;
const TEXT_SIDE_PX = 1700; // wanted for the part that holds text, of what the picture has
const CROP_BELOW = 0.5; // of the picture's side; text that spans less is cut out, with room for card and portrait around

/** Turns, crops and scales a picture so that its text stands upright and is large enough, and locates the lines. */
export async function uprightSide(
  given: Raster,
  reader: TextReader,
  models: Models,
  look: Look = usualLook,
): Promise<UprightSide> {
  const picture = enlargedTo(given, look.leastSidePx);
  const coarse = await reader.detect(picture, { sidePx: look.coarseSidePx, leastScore: COARSE_SCORE });
  const isOnItsSide = Math.abs(slopeDegrees(coarse)) > 45;
  const turned = isOnItsSide ? turnQuarters(picture, 1) : picture;
  const boxes = isOnItsSide ? coarse.map((box) => moved(box, (point) => turnedPoint(point, picture, 1))) : coarse;
  const tall = stretched(turned, boxes, look.stretch);
  const { image, within } = scaled(tall.picture, textRegion(tall.boxes, tall.picture));
  const fine = await reader.detect(image, { sidePx: look.fineSidePx, within });
  return settleHalfTurn(image, isOnItsSide ? 1 : 0, fine, reader, models);
}

function enlargedTo(picture: Raster, leastSidePx: number): Raster {
  const factor = leastSidePx / Math.max(picture.widthPx, picture.heightPx);
  if (factor <= 1) return picture;
  return shrinkTo(picture, Math.round(picture.widthPx * factor), Math.round(picture.heightPx * factor));
}

function stretched(
  picture: Raster,
  boxes: readonly TextBox[],
  by: number,
): { picture: Raster; boxes: readonly TextBox[] } {
  if (by === 1) return { picture, boxes };
  const heightPx = Math.round(picture.heightPx * by);
  const scale = heightPx / picture.heightPx;
  return {
    picture: shrinkTo(picture, picture.widthPx, heightPx),
    boxes: boxes.map((box) => moved(box, ([x, y]) => [x, (y + 0.5) * scale - 0.5])),
  };
}

function moved({ quad: [a, b, c, d], score }: TextBox, move: (point: Point) => Point): TextBox {
  return textBox([move(a), move(b), move(c), move(d)], score);
}

const MARGIN_ALONG = 0.08; // of the region's longer side: the coarse look misses small print at the edges
const MARGIN_DOWN = 0.06;
const LEVEL_DEGREES = 2; // pages more level than this are looked at along the picture's own rows

/** A rectangle along the slope of the text that holds all of it, with a margin; the whole picture when there is no text. */
function textRegion(boxes: readonly TextBox[], { widthPx, heightPx }: Raster): Quad {
  if (boxes.length === 0) return corners(0, 0, widthPx - 1, heightPx - 1, 0);
  const slope = slopeDegrees(boxes);
  const angle = Math.abs(slope) < LEVEL_DEGREES || Math.abs(slope) > 45 ? 0 : (slope * Math.PI) / 180;
  const points = boxes.flatMap(({ quad }) => quad);
  const along = points.map(([x, y]) => x * Math.cos(angle) + y * Math.sin(angle));
  const down = points.map(([x, y]) => y * Math.cos(angle) - x * Math.sin(angle));
  const [left, right] = [Math.min(...along), Math.max(...along)];
  const [top, bottom] = [Math.min(...down), Math.max(...down)];
  const side = Math.max(right - left, bottom - top);
  const [x0, x1] = [left - MARGIN_ALONG * side, right + MARGIN_ALONG * side];
  const [y0, y1] = [top - MARGIN_DOWN * side, bottom + MARGIN_DOWN * side];
  if (angle !== 0) return corners(x0, y0, x1, y1, angle);
  return corners(Math.max(0, x0), Math.max(0, y0), Math.min(widthPx - 1, x1), Math.min(heightPx - 1, y1), 0);
}

function corners(left: number, top: number, right: number, bottom: number, angle: number): Quad {
  const at = (u: number, v: number): Point => [
    u * Math.cos(angle) - v * Math.sin(angle),
    u * Math.sin(angle) + v * Math.cos(angle),
  ];
  return [at(left, top), at(right, top), at(right, bottom), at(left, bottom)];
}

/** The picture at its reading size, and where the text is on it. A page that is small in its picture is cut out. */
function scaled(picture: Raster, region: Quad): { image: Raster; within: Quad } {
  const whole: Box = { x0Px: 0, y0Px: 0, x1Px: picture.widthPx, y1Px: picture.heightPx };
  const { widthPx: regionWidth, heightPx: regionHeight } = textBox(region, 1);
  const regionSide = Math.max(regionWidth, regionHeight);
  const isSmall = regionSide < CROP_BELOW * longerSide(whole);
  const kept = isSmall ? boxAround(region, picture, 0.6 * regionSide) : whole;
  const factor = Math.min(
    LARGEST_SIDE_PX / longerSide(kept),
    Math.max(SMALLEST_SIDE_PX / longerSide(kept), Math.min(1, TEXT_SIDE_PX / regionSide)),
  );
  const widthPx = Math.round((kept.x1Px - kept.x0Px) * factor);
  const heightPx = Math.round((kept.y1Px - kept.y0Px) * factor);
  const image = isSmall ? cropTo(picture, kept, widthPx, heightPx) : shrinkTo(picture, widthPx, heightPx);
  const move = ([x, y]: Point): Point => [(x + 0.5 - kept.x0Px) * factor - 0.5, (y + 0.5 - kept.y0Px) * factor - 0.5];
  return { image, within: [move(region[0]), move(region[1]), move(region[2]), move(region[3])] };
}

const longerSide = (box: Box): number => Math.max(box.x1Px - box.x0Px, box.y1Px - box.y0Px);

/** The box around a quad with room on every side, inside the picture. */
function boxAround(quad: Quad, { widthPx, heightPx }: Raster, roomPx: number): Box {
  const xs = quad.map(([x]) => x);
  const ys = quad.map(([, y]) => y);
  return {
    x0Px: Math.max(0, Math.floor(Math.min(...xs) - roomPx)),
    y0Px: Math.max(0, Math.floor(Math.min(...ys) - roomPx)),
    x1Px: Math.min(widthPx, Math.ceil(Math.max(...xs) + roomPx)),
    y1Px: Math.min(heightPx, Math.ceil(Math.max(...ys) + roomPx)),
  };
}

const PROBES = 4;
const SURELY_UPRIGHT = 0.9; // mean confidence of lines that stand upright
const HALF_TURN_LEAD = 0.05; // lines upside down must read better by this

/**
 * Slopes do not tell a page from the same page upside down; the recogniser does. A few large lines are read as they are
 * and, unless that goes well, from their other end. Rows of an MRZ, where there are any, have the last word: their print is
 * known, and nothing else looks like it upside down.
 */
async function settleHalfTurn(
  image: Raster,
  quarterTurns: 0 | 1,
  boxes: readonly TextBox[],
  reader: TextReader,
  models: Models,
): Promise<UprightSide> {
  const probes = boxes
    .filter(({ widthPx, heightPx }) => widthPx > 2 * heightPx && widthPx < 10 * heightPx)
    .sort((a, b) => b.widthPx * b.heightPx - a.widthPx * a.heightPx)
    .slice(0, PROBES);
  const read = new Map<TextBox, RecognisedLine>();
  for (const box of probes) read.set(box, await reader.recognise(image, box.quad));
  const asIs: UprightSide = { image, quarterTurns, boxes, read };
  if (probes.length === 0 || meanConfidence(read.values()) >= SURELY_UPRIGHT) return asIs;
  const zone = await zoneUprightness(
    await models.open('ocrb-reader'),
    image,
    boxes.map(({ quad }) => quad),
  );
  if (zone > 0) return asIs;
  const overturned = new Map<TextBox, RecognisedLine>();
  for (const box of probes) overturned.set(box, await reader.recognise(image, fromOtherEnd(box.quad)));
  const lead = meanConfidence(overturned.values()) - meanConfidence(read.values());
  if (zone === 0 && lead < HALF_TURN_LEAD) return asIs;
  const turnedBoxes = new Map(boxes.map((box) => [box, halfTurned(box, image)]));
  return {
    image: turnQuarters(image, 2),
    quarterTurns: quarterTurns === 0 ? 2 : 3,
    boxes: inReadingOrder([...turnedBoxes.values()]),
    read: new Map([...overturned].map(([box, line]) => [turnedBoxes.get(box)!, line])),
  };
}

/** Weighed by length, so that one glyph read surely out of noise does not count as a line. */
function meanConfidence(lines: Iterable<RecognisedLine>): number {
  let sum = 0;
  let glyphs = 0;
  for (const line of lines) {
    sum += line.confidence * line.glyphs.length;
    glyphs += line.glyphs.length;
  }
  return glyphs === 0 ? 0 : sum / glyphs;
}

const fromOtherEnd = ([topLeft, topRight, bottomRight, bottomLeft]: Quad): Quad => [
  bottomRight,
  bottomLeft,
  topLeft,
  topRight,
];

const halfTurned = (box: TextBox, image: Raster): TextBox => {
  const [a, b, c, d] = fromOtherEnd(box.quad);
  const turn = (point: Point): Point => turnedPoint(point, image, 2);
  return textBox([turn(a), turn(b), turn(c), turn(d)], box.score);
};

/** Where a point of the picture lies once it is turned clockwise. */
function turnedPoint([x, y]: Point, { widthPx, heightPx }: Raster, quarterTurns: 1 | 2): Point {
  return quarterTurns === 1 ? [heightPx - 1 - y, x] : [widthPx - 1 - x, heightPx - 1 - y];
}
