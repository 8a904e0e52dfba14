import type { Point, Quad, Raster } from '../../image/raster.ts';
import { shrinkTo } from '../../image/shrink.ts';
import { quadMap, throughHomography, warpQuad } from '../../image/warp.ts';
import type { Model, Tensor } from '../../runtime/model.ts';
import { blobsAbove } from './blobs.ts';
import { convexHull, minAreaRectangle, type Rectangle } from './min-area-rectangle.ts';

/** A place where text stands. */
export type TextBox = {
  /** Corners in px of the picture, as the text reads once the picture is upright. */
  readonly quad: Quad;
  /** Mean of the detector's map inside, 0 … 1. */
  readonly score: number;
  /** Turn of the baseline from the x axis, y down, in (-90, 90]. */
  readonly angleDegrees: number;
  readonly widthPx: number;
  readonly heightPx: number;
};

// Post-processing of differentiable binarisation as PaddleOCR ships it, with the box threshold of the documents study.
const MAP_THRESHOLD = 0.3;
const BOX_THRESHOLD = 0.5;
const UNCLIP_RATIO = 1.6;
const MIN_SIDE_PX = 3;
const MULTIPLE_PX = 32; // the network halves its input five times

export type DetectOptions = {
  /** The longer side of the picture that the network sees; a smaller picture is not enlarged. */
  readonly sidePx: number;
  /** Look only inside this part of the picture, drawn upright from its corners. */
  readonly within?: Quad;
  /** Boxes of a lower score are left out; 0.5 if not said. Rows that run together in a coarse look have a low one. */
  readonly leastScore?: number;
};

/**
 * Finds text with PP-OCRv4's detector. Boxes come in reading order: from top to bottom by rows, each from left to right;
 * their quads read along the page's own slope, also where a lone letter stands taller than wide.
 * @param model the network named 'text-detector'.
 * Source: Liao et al., "Real-time Scene Text Detection with Differentiable Binarization", 2020.
 */
export async function detectText(model: Model, image: Raster, options: DetectOptions): Promise<TextBox[]> {
  const { seen, toImage } =
    options.within === undefined ? whole(image, options.sidePx) : part(image, options.within, options.sidePx);
  const output = Object.values(await model.run(detectorInput(seen)))[0]!;
  const found = findBlobs(output.data, seen.widthPx, seen.heightPx, options.leastScore ?? BOX_THRESHOLD);
  const slope = meanSlope(found.map(({ rectangle }) => [rectangle.angleDegrees, rectangle.longPx, rectangle.shortPx]));
  return inReadingOrder(found.map((one) => grown(alongThePage(one, slope), one.score, toImage)));
}

type Seen = { readonly seen: Raster; readonly toImage: ToImage };

function seenSize(widthPx: number, heightPx: number, sidePx: number): [widthPx: number, heightPx: number] {
  const scale = Math.min(1, sidePx / Math.max(widthPx, heightPx));
  const toMultiple = (px: number) => Math.max(MULTIPLE_PX, Math.round((px * scale) / MULTIPLE_PX) * MULTIPLE_PX);
  return [toMultiple(widthPx), toMultiple(heightPx)];
}

function whole(image: Raster, sidePx: number): Seen {
  const [widthPx, heightPx] = seenSize(image.widthPx, image.heightPx, sidePx);
  const toImage = ([x, y]: Point): Point => [
    ((x + 0.5) * image.widthPx) / widthPx - 0.5,
    ((y + 0.5) * image.heightPx) / heightPx - 0.5,
  ];
  return { seen: shrinkTo(image, widthPx, heightPx), toImage };
}

function part(image: Raster, quad: Quad, sidePx: number): Seen {
  const box = textBox(quad, 1);
  const [widthPx, heightPx] = seenSize(box.widthPx, box.heightPx, sidePx);
  const map = quadMap(quad, widthPx, heightPx);
  return { seen: warpQuad(image, quad, widthPx, heightPx), toImage: (point) => throughHomography(map, point) };
}

/** Red, green and blue with the mean and deviation of ImageNet, channels first. */
function detectorInput({ rgb, widthPx, heightPx }: Raster): Tensor {
  const count = widthPx * heightPx;
  const data = new Float32Array(3 * count);
  for (let i = 0, from = 0; i < count; i++, from += 3) {
    data[i] = (rgb[from]! / 255 - 0.485) / 0.229;
    data[count + i] = (rgb[from + 1]! / 255 - 0.456) / 0.224;
    data[2 * count + i] = (rgb[from + 2]! / 255 - 0.406) / 0.225;
  }
  return { data, shape: [1, 3, heightPx, widthPx] };
}

type ToImage = (point: Point) => Point;

type Found = { readonly rectangle: Rectangle; readonly hull: readonly Point[]; readonly score: number };

function findBlobs(map: Float32Array, widthPx: number, heightPx: number, leastScore: number): Found[] {
  const found: Found[] = [];
  for (const blob of blobsAbove(map, widthPx, heightPx, MAP_THRESHOLD)) {
    const hull = convexHull(byColumn(blob.ends));
    const rectangle = minAreaRectangle(hull);
    if (rectangle.shortPx < MIN_SIDE_PX) continue;
    const score = meanInside(map, widthPx, heightPx, rectangle);
    if (score >= leastScore) found.push({ rectangle, hull, score });
  }
  return found;
}

/** A rectangle whose first side is the one that the text runs along. */
type Core = {
  readonly centre: Point;
  readonly alongPx: number;
  readonly downPx: number;
  readonly angleDegrees: number;
};

const SQUARISH = 2.5;

/** The least rectangle of a lone letter lies as chance has it, on its side or on a corner: it is drawn along the page instead. */
function alongThePage({ rectangle, hull }: Found, slope: number): Core {
  const { centre, longPx, shortPx, angleDegrees } = rectangle;
  if (longPx > SQUARISH * shortPx) return { centre, alongPx: longPx, downPx: shortPx, angleDegrees };
  const cos = Math.cos((slope * Math.PI) / 180);
  const sin = Math.sin((slope * Math.PI) / 180);
  const along = hull.map(([x, y]) => x * cos + y * sin);
  const down = hull.map(([x, y]) => y * cos - x * sin);
  const [left, right, top, bottom] = [Math.min(...along), Math.max(...along), Math.min(...down), Math.max(...down)];
  const [u, v] = [(left + right) / 2, (top + bottom) / 2];
  return {
    centre: [u * cos - v * sin, u * sin + v * cos],
    alongPx: right - left,
    downPx: bottom - top,
    angleDegrees: slope,
  };
}

const byColumn = (points: readonly Point[]): Point[] => points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);

function meanInside(map: Float32Array, widthPx: number, heightPx: number, rectangle: Rectangle): number {
  const cos = Math.cos((rectangle.angleDegrees * Math.PI) / 180);
  const sin = Math.sin((rectangle.angleDegrees * Math.PI) / 180);
  const [cx, cy] = rectangle.centre;
  let sum = 0;
  let count = 0;
  for (let u = -rectangle.longPx / 2; u <= rectangle.longPx / 2; u += 1.5)
    for (let v = -rectangle.shortPx / 2; v <= rectangle.shortPx / 2; v += 1.5) {
      const x = Math.round(cx + u * cos - v * sin);
      const y = Math.round(cy + u * sin + v * cos);
      if (x < 0 || y < 0 || x >= widthPx || y >= heightPx) continue;
      sum += map[y * widthPx + x]!;
      count++;
    }
  return count === 0 ? 0 : sum / count;
}

/** The network marks the shrunken core of a line: grown back by area × ratio / perimeter on each side. */
function grown({ centre, alongPx, downPx, angleDegrees }: Core, score: number, toImage: ToImage): TextBox {
  const growthPx = (alongPx * downPx * UNCLIP_RATIO) / (2 * (alongPx + downPx));
  const halfAlong = alongPx / 2 + growthPx;
  const halfDown = downPx / 2 + growthPx;
  const cos = Math.cos((angleDegrees * Math.PI) / 180);
  const sin = Math.sin((angleDegrees * Math.PI) / 180);
  const corner = (u: number, v: number): Point =>
    toImage([centre[0] + u * cos - v * sin, centre[1] + u * sin + v * cos]);
  return textBox(
    [
      corner(-halfAlong, -halfDown),
      corner(halfAlong, -halfDown),
      corner(halfAlong, halfDown),
      corner(-halfAlong, halfDown),
    ],
    score,
  );
}

/** A box around a quad, with its measures. */
export function textBox(quad: Quad, score: number): TextBox {
  const [topLeft, topRight, bottomRight, bottomLeft] = quad;
  return {
    quad,
    score,
    angleDegrees: (Math.atan2(topRight[1] - topLeft[1], topRight[0] - topLeft[0]) * 180) / Math.PI,
    widthPx: (distance(topLeft, topRight) + distance(bottomLeft, bottomRight)) / 2,
    heightPx: (distance(topLeft, bottomLeft) + distance(topRight, bottomRight)) / 2,
  };
}

const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

export const centreOf = (quad: Quad): Point => [
  (quad[0][0] + quad[1][0] + quad[2][0] + quad[3][0]) / 4,
  (quad[0][1] + quad[1][1] + quad[2][1] + quad[3][1]) / 4,
];

/** Rows from top to bottom along the page's own slope, each row from left to right. */
export function inReadingOrder<Placed extends TextBox>(boxes: readonly Placed[]): Placed[] {
  const angle = (slopeDegrees(boxes) * Math.PI) / 180;
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const placed = boxes.map((box) => {
    const [x, y] = centreOf(box.quad);
    return { box, along: x * cos + y * sin, down: y * cos - x * sin };
  });
  placed.sort((a, b) => a.down - b.down || a.along - b.along);
  const rows: (typeof placed)[] = [];
  for (const item of placed) {
    const row = rows.at(-1);
    const head = row?.[0];
    if (head && item.down - head.down < 0.5 * Math.min(head.box.heightPx, item.box.heightPx)) row.push(item);
    else rows.push([item]);
  }
  return rows.flatMap((row) => row.sort((a, b) => a.along - b.along).map(({ box }) => box));
}

/** The slope that most of the text has, in (-90, 90]: the mean direction of the boxes longer than wide, by their length. */
export const slopeDegrees = (boxes: readonly TextBox[]): number =>
  meanSlope(boxes.map(({ angleDegrees, widthPx, heightPx }) => [angleDegrees, widthPx, heightPx]));

/** Angles are doubled, so that a page on its side, whose lines come as 89 and as -89, does not average to 0. */
function meanSlope(sides: readonly (readonly [angleDegrees: number, alongPx: number, downPx: number])[]): number {
  let cos = 0;
  let sin = 0;
  for (const [angleDegrees, alongPx, downPx] of sides) {
    if (alongPx < 3 * downPx) continue;
    cos += alongPx * Math.cos((angleDegrees * Math.PI) / 90);
    sin += alongPx * Math.sin((angleDegrees * Math.PI) / 90);
  }
  return cos === 0 && sin === 0 ? 0 : (Math.atan2(sin, cos) * 90) / Math.PI;
}
