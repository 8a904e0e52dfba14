import type { Point, Quad } from '../image/raster.ts';
import { slopeDegrees, textBox, type TextBox } from './text/detect.ts';
import type { SeenLine } from './text/reader.ts';
import type { Glyph } from './text/recognise.ts';

/**
 * A piece of a line that stands apart from the rest: a label, a value. `left`, `right` and `middle` (of its height) are px along
 * and across the slope of the page, so that comparing them is comparing columns and rows.
 */
export type Segment = TextBox & {
  readonly text: string;
  readonly confidence: number;
  /** `at` counts along the segment, 0 … 1. */
  readonly glyphs: readonly Glyph[];
  readonly left: number;
  readonly right: number;
  readonly middle: number;
};

// A gap parts a line when it is wide for the line's pitch and for its height; the blanks of a date stay inside.
const GAP_PITCHES = 2.8;
const GAP_HEIGHTS = 1.2;
const ROOM_PITCHES = 0.8; // around the outer glyphs of a piece: half a glyph and the air that detection leaves
const BLANK_PITCHES = 1.55; // from here on, two glyphs have a blank between them

/**
 * Lines as pieces of one meaning each: cut where columns meet, joined where the detector tore a value apart.
 * @param boxes all located text, from which the slope of the page is taken.
 */
export function segmentsOf(lines: readonly SeenLine[], boxes: readonly TextBox[]): Segment[] {
  const slope = (slopeDegrees(boxes) * Math.PI) / 180;
  return joined(lines.flatMap((line) => piecesOf(line).map((piece) => placed(piece, slope))));
}

type Piece = TextBox & Pick<Segment, 'text' | 'confidence' | 'glyphs'>;

function piecesOf(line: SeenLine): Piece[] {
  const ink = line.glyphs.filter(({ text }) => text !== ' ');
  if (ink.length === 0) return [];
  const gaps = ink.slice(1).map((glyph, i) => (glyph.at - ink[i]!.at) * line.widthPx);
  const pitchPx = gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? line.widthPx;
  const cuts = gaps.flatMap((gap, i) => {
    const isWide = gap > GAP_PITCHES * pitchPx && gap - pitchPx > GAP_HEIGHTS * line.heightPx;
    return isWide ? [(ink[i]!.at + ink[i + 1]!.at) / 2] : [];
  });
  const spaced = { ...line, glyphs: withBlanks(line.glyphs, pitchPx / line.widthPx) };
  return cuts.length === 0 ? [{ ...spaced, text: textOf(spaced.glyphs) }] : cutAt(spaced, cuts);
}

const textOf = (glyphs: readonly Glyph[]): string => glyphs.map(({ text }) => text).join('');

/** The recogniser swallows blanks; the distance between two glyphs brings them back. @param pitch as a share of the line. */
function withBlanks(glyphs: readonly Glyph[], pitch: number): Glyph[] {
  return glyphs.flatMap((glyph, i) => {
    const before = glyphs[i - 1];
    const isApart = before !== undefined && glyph.at - before.at > BLANK_PITCHES * pitch;
    if (!isApart || before.text === ' ' || glyph.text === ' ') return [glyph];
    return [
      { text: ' ', confidence: Math.min(before.confidence, glyph.confidence), at: (before.at + glyph.at) / 2 },
      glyph,
    ];
  });
}

const DIGITS_APART = 1.2; // heights of the line, between the boxes of parts of one date
const WORDS_APART = 0.8; // the same, between words of one name; columns are further apart

/** Neighbours on a row that are one value, digits of a date or words of a name, as one. In the order of their left ends. */
function joined(segments: readonly Segment[]): Segment[] {
  const waiting = segments.toSorted((a, b) => a.left - b.left);
  const result: Segment[] = [];
  while (waiting.length > 0) {
    let whole = waiting.shift()!;
    for (let next = partner(whole, waiting); next >= 0; next = partner(whole, waiting))
      whole = joinedPair(whole, waiting.splice(next, 1)[0]!);
    result.push(whole);
  }
  return result;
}

const partner = (whole: Segment, waiting: readonly Segment[]): number =>
  waiting.findIndex((next) => {
    const height = Math.min(whole.heightPx, next.heightPx);
    const isLevel = Math.abs(next.middle - whole.middle) < 0.35 * height;
    if (!isLevel || Math.max(whole.heightPx, next.heightPx) > 1.4 * height) return false;
    const gap = (next.left - whole.right) / height;
    const most = areBoth(/^[\d ]+$/, whole, next)
      ? DIGITS_APART
      : areBoth(/^\p{Lu}[\p{Lu} ]+$/u, whole, next)
        ? WORDS_APART
        : -1;
    return gap > -0.8 && gap < most;
  });

const areBoth = (shape: RegExp, a: Segment, b: Segment): boolean => shape.test(a.text) && shape.test(b.text);

function joinedPair(a: Segment, b: Segment): Segment {
  const length = b.right - a.left;
  const moved = (of: Segment): Glyph[] =>
    of.glyphs.map((glyph) => ({ ...glyph, at: (of.left - a.left + glyph.at * (of.right - of.left)) / length }));
  const [left, right] = [moved(a), moved(b)];
  const blank: Glyph = { text: ' ', confidence: 1, at: (left.at(-1)!.at + right[0]!.at) / 2 };
  const glyphs = [...left, blank, ...right];
  const box = textBox([a.quad[0], b.quad[1], b.quad[2], a.quad[3]], Math.min(a.score, b.score));
  return {
    ...box,
    text: textOf(glyphs),
    confidence: Math.min(a.confidence, b.confidence),
    glyphs,
    left: a.left,
    right: b.right,
    middle: (a.middle + b.middle) / 2,
  };
}

/** @param at places along the line, 0 … 1, ascending. */
function cutAt(line: Piece, at: readonly number[]): Piece[] {
  const edges = [0, ...at, 1];
  return edges.slice(1).flatMap((to, i) => {
    const cut = pieceBetween(line, edges[i]!, to);
    return cut === null ? [] : [cut.piece];
  });
}

/** What stands between two places of a line; its quad ends with its print, so that cut pieces do not touch. */
function pieceBetween(line: Piece, after: number, before: number): { piece: Piece; from: number; to: number } | null {
  const inside = trimmed(line.glyphs.filter(({ at }) => at >= after && at < before));
  if (inside.length === 0) return null;
  const [first, last] = [inside[0]!.at, inside.at(-1)!.at];
  const room = inside.length > 1 ? (last - first) / (inside.length - 1) : (0.6 * line.heightPx) / line.widthPx;
  const from = Math.max(after, first - ROOM_PITCHES * room);
  const to = Math.min(before, last + ROOM_PITCHES * room);
  const glyphs = inside.map((glyph) => ({ ...glyph, at: (glyph.at - from) / (to - from) }));
  const piece = {
    ...textBox(quadBetween(line.quad, from, to), line.score),
    text: textOf(glyphs),
    confidence: glyphs.reduce((sum, glyph) => sum + glyph.confidence, 0) / glyphs.length,
    glyphs,
  };
  return { piece, from, to };
}

function trimmed(glyphs: readonly Glyph[]): readonly Glyph[] {
  let from = 0;
  let to = glyphs.length;
  while (from < to && glyphs[from]!.text === ' ') from++;
  while (to > from && glyphs[to - 1]!.text === ' ') to--;
  return glyphs.slice(from, to);
}

/** The part of a quad between two places along its text, 0 … 1. */
export function quadBetween([topLeft, topRight, bottomRight, bottomLeft]: Quad, from: number, to: number): Quad {
  const along = (a: Point, b: Point, t: number): Point => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t];
  return [
    along(topLeft, topRight, from),
    along(topLeft, topRight, to),
    along(bottomLeft, bottomRight, to),
    along(bottomLeft, bottomRight, from),
  ];
}

function placed(piece: Piece, slope: number): Segment {
  const cos = Math.cos(slope);
  const sin = Math.sin(slope);
  const along = ([x, y]: Point): number => x * cos + y * sin;
  const down = ([x, y]: Point): number => y * cos - x * sin;
  const [topLeft, topRight, bottomRight, bottomLeft] = piece.quad;
  return {
    ...piece,
    left: (along(topLeft) + along(bottomLeft)) / 2,
    right: (along(topRight) + along(bottomRight)) / 2,
    middle: (down(topLeft) + down(topRight) + down(bottomRight) + down(bottomLeft)) / 4,
  };
}

/** The part of a segment that holds the glyphs from `from` to `to`, both included. */
export function partOf(segment: Segment, from: number, to: number): Segment {
  if (from === 0 && to === segment.glyphs.length - 1) return segment;
  const between = (a: Glyph | undefined, b: Glyph | undefined, end: number): number =>
    a === undefined || b === undefined ? end : (a.at + b.at) / 2;
  const start = between(segment.glyphs[from - 1], segment.glyphs[from], 0);
  const stop = between(segment.glyphs[to], segment.glyphs[to + 1], 1);
  const part = pieceBetween(segment, start, stop);
  if (part === null) return segment;
  const length = segment.right - segment.left;
  return {
    ...part.piece,
    widthPx: segment.widthPx * (part.to - part.from),
    heightPx: segment.heightPx,
    left: segment.left + part.from * length,
    right: segment.left + part.to * length,
    middle: segment.middle,
  };
}
