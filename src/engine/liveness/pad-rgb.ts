import type { Box, Raster } from '../image/raster.ts';
import { shrinkTo } from '../image/shrink.ts';
import type { Model } from '../runtime/model.ts';
import { runOnNchw } from '../runtime/run-on-picture.ts';

const INPUT_PX = 128;

/** How much of the scene the network sees, in face boxes: from the face with its outline to most of a phone that shows it. */
export const padScales = [2, 2.7] as const;

/** Probability that the face is really there, at each of `padScales`, 0 … 1. */
export type PadScores = readonly [near: number, wide: number];

/**
 * @param model 'pad-rgb': MiniFASNet-like, 128 px; blue first, values 0 … 255 as they are. Class 0 of 3 is bona fide.
 * @param face the box of the face's mesh, px.
 */
export async function padScoresOf(model: Model, image: Raster, face: Box): Promise<PadScores> {
  const scores = [];
  for (const scale of padScales) {
    const crop = shrinkTo(cutOut(image, contextBox(image, face, scale)), INPUT_PX, INPUT_PX);
    const [logits] = Object.values(await runOnNchw(model, crop, { minus: 0, by: 1 }, 'bgr'));
    scores.push(firstOfSoftmax(logits!.data));
  }
  return [scores[0]!, scores[1]!];
}

/** The box enlarged, less where the picture is too small for it, and slid inside: the network never sees padding. */
function contextBox({ widthPx, heightPx }: Raster, face: Box, scale: number): Box {
  const faceWidth = face.x1Px - face.x0Px;
  const faceHeight = face.y1Px - face.y0Px;
  const fitted = Math.min(scale, widthPx / faceWidth, heightPx / faceHeight);
  const [x0Px, x1Px] = slid((face.x0Px + face.x1Px) / 2, (faceWidth * fitted) / 2, widthPx);
  const [y0Px, y1Px] = slid((face.y0Px + face.y1Px) / 2, (faceHeight * fitted) / 2, heightPx);
  return { x0Px, y0Px, x1Px, y1Px };
}

/** The pixels of a box inside the picture, its sides rounded to whole px. */
function cutOut({ rgb, widthPx, heightPx }: Raster, box: Box): Raster {
  const x0 = Math.max(0, Math.round(box.x0Px));
  const y0 = Math.max(0, Math.round(box.y0Px));
  const width = Math.min(widthPx, Math.max(x0 + 1, Math.round(box.x1Px))) - x0;
  const height = Math.min(heightPx, Math.max(y0 + 1, Math.round(box.y1Px))) - y0;
  const cut = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((y0 + y) * widthPx + x0) * 3;
    cut.set(rgb.subarray(from, from + width * 3), y * width * 3);
  }
  return { widthPx: width, heightPx: height, rgb: cut };
}

function slid(centre: number, half: number, size: number): [from: number, to: number] {
  const inside = Math.min(Math.max(centre, half), size - half);
  return [inside - half, inside + half];
}

function firstOfSoftmax(logits: Float32Array): number {
  const highest = Math.max(...logits);
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - highest);
  return Math.exp(logits[0]! - highest) / sum;
}
