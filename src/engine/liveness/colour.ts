import type { FaceMesh } from '../face/face.ts';
import { distance } from '../face/landmarks.ts';
import type { Box, Raster } from '../image/raster.ts';
import { meshPoint } from './geometry.ts';

/** Mean sRGB of a region, 0 … 255 each. */
export type MeanColour = readonly [red: number, green: number, blue: number];

/** Cheeks and forehead: mesh point and radius as a share of the distance between the outer eye corners. */
const SKIN_DISCS = [
  [50, 0.18],
  [280, 0.18],
  [151, 0.18],
  [9, 0.12],
  [205, 0.14],
  [425, 0.14],
] as const;

/** Mean colour of cheeks and forehead, every second pixel of every second row; null when they lie outside the picture. */
export function skinColour(image: Raster, mesh: FaceMesh): MeanColour | null {
  const outerEyesPx = distance(meshPoint(mesh, 33), meshPoint(mesh, 263));
  const sums = new Float64Array(4);
  for (const [index, share] of SKIN_DISCS) {
    const [x, y] = meshPoint(mesh, index);
    const radius = Math.max(2, outerEyesPx * share);
    addRegion(image, { x0Px: x - radius, y0Px: y - radius, x1Px: x + radius, y1Px: y + radius }, 2, sums);
  }
  return meanOf(sums);
}

/**
 * Mean colour of what lies beside and above the face; the column below it is left out (neck and clothes catch the
 * screen's light too). Null when the face fills the picture.
 */
export function backgroundColour(image: Raster, face: Box): MeanColour | null {
  const width = face.x1Px - face.x0Px;
  const height = face.y1Px - face.y0Px;
  const left = face.x0Px - 0.3 * width;
  const right = face.x1Px + 0.3 * width;
  const top = face.y0Px - 0.4 * height;
  const step = Math.max(2, Math.floor(image.widthPx / 160));
  const sums = new Float64Array(4);
  const all = { x0Px: 0, y0Px: 0, x1Px: image.widthPx, y1Px: image.heightPx };
  addRegion(image, { ...all, x1Px: left }, step, sums);
  addRegion(image, { ...all, x0Px: Math.max(0, right) }, step, sums);
  addRegion(image, { x0Px: Math.max(0, left), y0Px: 0, x1Px: right, y1Px: top }, step, sums);
  return meanOf(sums);
}

/** Luma of a mean colour (ITU-R BT.601). */
export const lumaOf = ([red, green, blue]: MeanColour): number => 0.299 * red + 0.587 * green + 0.114 * blue;

/** Adds every `step`-th pixel of the part of `box` that is in the picture to `sums`: red, green, blue, count. */
function addRegion({ rgb, widthPx, heightPx }: Raster, box: Box, step: number, sums: Float64Array): void {
  const x1 = Math.min(widthPx, box.x1Px);
  const y1 = Math.min(heightPx, box.y1Px);
  for (let y = Math.max(0, Math.floor(box.y0Px)); y < y1; y += step)
    for (let x = Math.max(0, Math.floor(box.x0Px)); x < x1; x += step) {
      const at = (y * widthPx + x) * 3;
      sums[0]! += rgb[at]!;
      sums[1]! += rgb[at + 1]!;
      sums[2]! += rgb[at + 2]!;
      sums[3]! += 1;
    }
}

const meanOf = ([red, green, blue, count]: Float64Array): MeanColour | null =>
  count! > 0 ? [red! / count!, green! / count!, blue! / count!] : null;
