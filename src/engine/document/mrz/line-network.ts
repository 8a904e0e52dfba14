import type { Model } from '../../runtime/model.ts';
import { GLYPHS } from './alphabet.ts';

/** Height of the crops that the network reads, px. */
export const CROP_HEIGHT_PX = 32;
/** Distance of glyphs that the network is trained around, px of the crop; it reads about 0.84 to 1.19 of it. */
export const GLYPH_PITCH_PX = 16;
/** The network answers once every this many px of the crop. */
export const STEP_PX = 4;
/** Class after the 37 glyphs: the gap between two of them. */
export const GAP = GLYPHS;
const CLASSES = GLYPHS + 1;

/** Local contrast of a crop, row by row, `CROP_HEIGHT_PX` × `widthPx`. */
export type Crop = { readonly widthPx: number; readonly contrast: Float32Array };

/**
 * The network's answer for one crop: log-probabilities (nats), `CLASSES` rows of `steps` values, a class after the other;
 * step t looks at the px around (t + 0.5) × `STEP_PX`.
 */
export type LineResponse = { readonly steps: number; readonly logProbabilities: Float32Array };

/** Reads crops of one width in a single call. */
export async function readCrops(model: Model, crops: readonly Crop[]): Promise<LineResponse[]> {
  const widthPx = crops[0]!.widthPx;
  const data = new Float32Array(crops.length * CROP_HEIGHT_PX * widthPx);
  crops.forEach((crop, at) => data.set(crop.contrast, at * CROP_HEIGHT_PX * widthPx));
  const outputs = await model.run({ data, shape: [crops.length, 1, CROP_HEIGHT_PX, widthPx] });
  const output = Object.values(outputs)[0]!;
  const steps = output.shape.at(-1)!;
  const size = CLASSES * steps;
  return crops.map((_, at) => ({ steps, logProbabilities: output.data.subarray(at * size, (at + 1) * size) }));
}

/** How sure the network is of a glyph, or of a gap, at each step (nats, at most 0; cut off below). */
export type Presence = { readonly glyph: Float32Array; readonly gap: Float32Array };

const LOWEST_GLYPH = -6;
const LOWEST_GAP = -4;

export function presenceOf({ steps, logProbabilities }: LineResponse): Presence {
  const glyph = new Float32Array(steps).fill(LOWEST_GLYPH);
  const gap = new Float32Array(steps);
  for (let glyphClass = 0; glyphClass < GLYPHS; glyphClass++)
    for (let step = 0, at = glyphClass * steps; step < steps; step++, at++)
      if (logProbabilities[at]! > glyph[step]!) glyph[step] = logProbabilities[at]!;
  for (let step = 0; step < steps; step++) gap[step] = Math.max(LOWEST_GAP, logProbabilities[GAP * steps + step]!);
  return { glyph, gap };
}
