import type { Point, Quad } from '../image/raster.ts';
import { similarityMap, throughHomography, type Homography } from '../image/warp.ts';
import { likenessOf } from './find-labels.ts';
import type { FoundLabel } from './find-labels.ts';
import type { Segment } from './segments.ts';
import { textBox } from './text/detect.ts';
import type { CardLayout, CardPlace, PrintedFieldType } from './types/document-type.ts';
import { findValues, fold } from './values.ts';

/** From tenths of a millimetre on the card to px of the picture, and back. */
export type CardFrame = { readonly toImage: Homography; readonly toCard: Homography };

/** A text whose place on the card is known, and where it was seen. */
type Anchor = { readonly card: Point; readonly seen: Point };

const SURE = 0.7; // likeness of a text that is an anchor
const LEAST_ANCHORS = 3;
const LEAST_APART = 120; // two anchors closer than this say little of turn and scale
const LOOSE = 50; // what perspective may do to a map without it
const TIGHT = 22; // about the height of a line

/** Finds how the card lies in the picture from the texts that could be read on it; null where they do not agree. */
export function frameOf(
  layout: CardLayout,
  segments: readonly Segment[],
  labels: readonly FoundLabel[],
  fields: readonly PrintedFieldType[],
): CardFrame | null {
  const anchors = anchorsOf(layout, segments, labels, fields);
  let inliers: Anchor[] = [];
  for (const [i, a] of anchors.entries())
    for (const b of anchors.slice(i + 1)) {
      if (distance(a.card, b.card) < LEAST_APART || distance(a.seen, b.seen) < LEAST_APART / 4) continue;
      const map = fitted([a, b])!;
      if (!isUpright(map)) continue;
      const near = withinReach(anchors, map, LOOSE);
      if (near.length > inliers.length) inliers = near;
    }
  if (inliers.length < LEAST_ANCHORS) return null;
  for (const reach of [LOOSE, TIGHT, TIGHT]) {
    const map = fitted(inliers);
    if (map === null) return null;
    inliers = withinReach(anchors, map, reach);
    if (inliers.length < LEAST_ANCHORS) return null;
  }
  const toCard = fitted(inliers);
  const toImage = fitted(inliers.map(({ card, seen }) => ({ card: seen, seen: card })));
  return toCard === null || toImage === null ? null : { toCard, toImage };
}

function anchorsOf(
  layout: CardLayout,
  segments: readonly Segment[],
  labels: readonly FoundLabel[],
  fields: readonly PrintedFieldType[],
): Anchor[] {
  const at = ({ x, y }: CardPlace, segment: Segment): Anchor => ({ card: [x, y], seen: leftMiddle(segment) });
  const anchors: Anchor[] = [];
  for (const { field, segment, likeness } of labels) {
    const place = layout.labels[fields.indexOf(field)];
    if (place && likeness >= SURE) anchors.push(at(place, segment));
  }
  for (const segment of segments) {
    const text = fold(segment.text);
    for (const known of layout.texts) if (likenessOf(text, fold(known.text)) >= SURE) anchors.push(at(known, segment));
    for (const value of layout.values)
      if (findValues(value.format, segment.text)[0]?.from === 0) anchors.push(at(value, segment));
  }
  return anchors;
}

const leftMiddle = ({ quad }: Segment): Point => [(quad[0][0] + quad[3][0]) / 2, (quad[0][1] + quad[3][1]) / 2];
const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Pictures are upright to within half a quarter turn. */
const isUpright = ([a, b]: Homography): boolean => a > 0 && Math.abs(b) < a;

const withinReach = (anchors: readonly Anchor[], map: Homography, reach: number): Anchor[] =>
  anchors.filter(({ card, seen }) => distance(throughHomography(map, seen), card) < reach);

/** The map seen → card by least squares: as free as the number of anchors allows. */
function fitted(anchors: readonly Anchor[]): Homography | null {
  if (anchors.length < 4) {
    const map = similarityMap(
      anchors.map(({ card }) => card),
      anchors.map(({ seen }) => seen),
    );
    return inverted([...map, 0, 0]);
  }
  return leastSquares(anchors, anchors.length >= 6 ? 8 : 6);
}

const SCALE = 500; // both sides are brought near 1, so that the equations are well conditioned

function leastSquares(anchors: readonly Anchor[], unknowns: 6 | 8): Homography | null {
  const normal = Array.from({ length: unknowns }, () => new Float64Array(unknowns + 1));
  const add = (row: readonly number[], value: number): void => {
    for (let i = 0; i < unknowns; i++) {
      for (let j = 0; j < unknowns; j++) normal[i]![j]! += row[i]! * row[j]!;
      normal[i]![unknowns]! += row[i]! * value;
    }
  };
  for (const { card, seen } of anchors) {
    const [x, y] = [seen[0] / SCALE, seen[1] / SCALE];
    const [u, v] = [card[0] / SCALE, card[1] / SCALE];
    add([x, y, 1, 0, 0, 0, -u * x, -u * y], u);
    add([0, 0, 0, x, y, 1, -v * x, -v * y], v);
  }
  // Perspective is held back a little: anchors in a row say nothing of it.
  for (let i = 6; i < unknowns; i++) normal[i]![i]! += 1e-3;
  const h = solved(normal);
  if (h === null) return null;
  const [a, b, c, d, e, f, g = 0, k = 0] = h;
  return [a!, b!, c! * SCALE, d!, e!, f! * SCALE, g / SCALE, k / SCALE];
}

function solved(rows: Float64Array[]): number[] | null {
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    if (Math.abs(rows[pivot]![column]!) < 1e-9) return null;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / rows[column]![column]!;
      for (let k = column; k <= size; k++) rows[row]![k]! -= factor * rows[column]![k]!;
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!);
}

function inverted([a, b, c, d, e, f]: Homography): Homography | null {
  const determinant = a * e - b * d;
  if (Math.abs(determinant) < 1e-12) return null;
  return [
    e / determinant,
    -b / determinant,
    (b * f - c * e) / determinant,
    -d / determinant,
    a / determinant,
    (c * d - a * f) / determinant,
    0,
    0,
  ];
}

/** Segments with their rows and columns counted on the card, free of perspective; quads stay where they are. */
export const onCard = (segments: readonly Segment[], { toCard }: CardFrame): Segment[] =>
  segments.map((segment) => {
    const [topLeft, topRight, bottomRight, bottomLeft] = segment.quad.map((p) =>
      throughHomography(toCard, p),
    ) as unknown as Quad;
    return {
      ...segment,
      heightPx: (distance(topLeft, bottomLeft) + distance(topRight, bottomRight)) / 2,
      widthPx: (distance(topLeft, topRight) + distance(bottomLeft, bottomRight)) / 2,
      left: (topLeft[0] + bottomLeft[0]) / 2,
      right: (topRight[0] + bottomRight[0]) / 2,
      middle: (topLeft[1] + topRight[1] + bottomRight[1] + bottomLeft[1]) / 4,
    };
  });

const LABEL_HEIGHT = 17; // of the box that the detector sees around a label

/** Labels that were not found, put where the layout has them. */
export function labelsOfLayout(
  layout: CardLayout,
  fields: readonly PrintedFieldType[],
  found: readonly FoundLabel[],
  { toImage }: CardFrame,
): FoundLabel[] {
  return fields.flatMap((field, i) => {
    const place = layout.labels[i];
    if (!place || found.some((label) => label.field === field)) return [];
    const { x, y } = place;
    const width = 0.55 * LABEL_HEIGHT * field.labels[0]!.length;
    const corner = (dx: number, dy: number): Point => throughHomography(toImage, [x + dx, y + dy]);
    const half = LABEL_HEIGHT / 2;
    const quad: Quad = [corner(0, -half), corner(width, -half), corner(width, half), corner(0, half)];
    const segment: Segment = {
      ...textBox(quad, 0),
      heightPx: LABEL_HEIGHT,
      widthPx: width,
      text: '',
      confidence: 0,
      glyphs: [],
      left: x,
      right: x + width,
      middle: y,
    };
    return [{ field, segment, likeness: 0 }];
  });
}
