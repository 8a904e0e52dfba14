import type { Point, Quad } from '../../image/raster.ts';
import { homographyBetween, throughHomography } from '../../image/warp.ts';
import type { Model } from '../../runtime/model.ts';
import { greedyText, spotsOf } from './glyph-spots.ts';
import { CROP_HEIGHT_PX, GLYPH_PITCH_PX, readCrops, STEP_PX } from './line-network.ts';
import type { Pyramid } from './pyramid.ts';
import { drawRow } from './row-crop.ts';
import { labelPlaces, typicalPitch } from './row-labelling.ts';

/** A straight strip of the picture: the middle of a row of text, from its left end to its right, and its height. */
export type Strip = { readonly left: Point; readonly right: Point; readonly heightPx: number };

export type SeenGlyph = {
  readonly at: Point;
  readonly glyphClass: number;
  readonly confidence: number;
  /** Number within its row, relative; null where it keeps no even distance from the others. */
  readonly label: number | null;
  /** False for two glyphs run together, whose centre is the centre of neither. */
  readonly single: boolean;
};

/** What the network sees along a strip, glyphs from left to right. */
export type SeenRow = {
  readonly strip: Strip;
  readonly glyphs: readonly SeenGlyph[];
  readonly text: string;
  /** Mean of the glyphs'; 0 where there are none. */
  readonly confidence: number;
  /** Distance from glyph to glyph, px of the picture; 0 with fewer than two glyphs. */
  readonly pitchPx: number;
  /** Share of the numbers between the first and the last glyph that have one: 1 for an even, unbroken row. */
  readonly evenness: number;
};

export const distance = (a: Point, b: Point): number => Math.hypot(b[0] - a[0], b[1] - a[1]);

const between = (a: Point, b: Point): Point => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];

export function stripOf([topLeft, topRight, bottomRight, bottomLeft]: Quad): Strip {
  return {
    left: between(topLeft, bottomLeft),
    right: between(topRight, bottomRight),
    heightPx: (distance(topLeft, bottomLeft) + distance(topRight, bottomRight)) / 2,
  };
}

export const lengthOf = ({ left, right }: Strip): number => distance(left, right);

export function directionOf({ left, right }: Strip): Point {
  const length = distance(left, right);
  return [(right[0] - left[0]) / length, (right[1] - left[1]) / length];
}

/** The strip moved across itself, down when positive. */
export function movedDown(strip: Strip, px: number): Strip {
  const [ux, uy] = directionOf(strip);
  const move = ([x, y]: Point): Point => [x - uy * px, y + ux * px];
  return { ...strip, left: move(strip.left), right: move(strip.right) };
}

/** A detector's box is a little lower than the crops that the network is trained on. */
const CROP_PER_BOX_HEIGHT = 1.28;
const LONGEST_CROP_PX = 1600;
const LONGEST_GLYPH_STEPS = 5;
const LEAST_CONFIDENCE = 0.4;
/** Pitches, in px of the crop, that the network reads well; beyond, the crop is cut again. */
const GOOD_PITCH_PX = [13, 19.5] as const;

/** Reads along a strip with no knowledge of columns. */
export async function seeRow(model: Model, pyramid: Pyramid, strip: Strip): Promise<SeenRow> {
  const seen = await seeAt(model, pyramid, strip, strip.heightPx * CROP_PER_BOX_HEIGHT);
  const pitchInCrop = (seen.pitchPx / (strip.heightPx * CROP_PER_BOX_HEIGHT)) * CROP_HEIGHT_PX;
  if (seen.glyphs.length < 8 || (pitchInCrop >= GOOD_PITCH_PX[0] && pitchInCrop <= GOOD_PITCH_PX[1])) return seen;
  const again = await seeAt(model, pyramid, strip, (seen.pitchPx * CROP_HEIGHT_PX) / GLYPH_PITCH_PX);
  return weightOf(again) > weightOf(seen) ? again : seen;
}

/** How much of a row there is to a seen row: its glyphs, by how sure and how even they are. */
export const weightOf = (row: SeenRow): number => row.glyphs.length * row.confidence * row.evenness;

async function seeAt(model: Model, pyramid: Pyramid, strip: Strip, cropHeightPx: number): Promise<SeenRow> {
  const length = lengthOf(strip);
  const widthPx = Math.round(((length / cropHeightPx) * CROP_HEIGHT_PX) / STEP_PX) * STEP_PX;
  const cropWidthPx = Math.max(CROP_HEIGHT_PX, Math.min(LONGEST_CROP_PX, widthPx));
  const [ux, uy] = directionOf(strip);
  const corner = ([x, y]: Point, down: number): Point => [x - uy * down, y + ux * down];
  const half = cropHeightPx / 2;
  const toImage = homographyBetween(
    [
      [0, 0],
      [cropWidthPx, 0],
      [cropWidthPx, CROP_HEIGHT_PX],
      [0, CROP_HEIGHT_PX],
    ],
    [corner(strip.left, -half), corner(strip.right, -half), corner(strip.right, half), corner(strip.left, half)],
  );
  const [response] = await readCrops(model, [drawRow(pyramid, toImage, cropWidthPx)]);
  const spots = spotsOf(response!).filter(({ confidence }) => confidence > LEAST_CONFIDENCE);
  const places = spots.map(({ atPx }) => atPx);
  const labels = labelPlaces(places);
  const numbers = labels.filter((label) => label !== null);
  const span = numbers.length === 0 ? 0 : Math.max(...numbers) - Math.min(...numbers) + 1;
  return {
    strip,
    glyphs: spots.map(({ atPx, glyphClass, confidence, runSteps }, at) => ({
      at: throughHomography(toImage, [atPx, CROP_HEIGHT_PX / 2]),
      glyphClass,
      confidence,
      label: labels[at]!,
      single: runSteps <= LONGEST_GLYPH_STEPS,
    })),
    text: greedyText(spots),
    confidence: spots.length === 0 ? 0 : spots.reduce((sum, { confidence }) => sum + confidence, 0) / spots.length,
    pitchPx: (typicalPitch(places) * length) / cropWidthPx,
    evenness: span === 0 ? 0 : (numbers.length / span) * (numbers.length / spots.length),
  };
}
