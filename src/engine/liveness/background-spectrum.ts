import type { Box, Raster } from '../image/raster.ts';
import { greyOf } from '../image/raster.ts';
import { addPower, PATCH_PX } from './spectrum.ts';
import { spread } from './spread.ts';

const MOST_PATCHES = 12;
const STEP_PX = PATCH_PX * 0.75;

/** Adds the spectra of patches beside the face, in native pixels, to `power`; how many there were. */
export function addBackgroundPower(image: Raster, face: Box, power: Float64Array): number {
  const corners = spread(cornersBeside(image, face), MOST_PATCHES);
  if (corners.length === 0) return 0;
  const grey = greyOf(image);
  for (let at = 0; at < corners.length; at += 2) addPower(grey, corners[at]!, corners[at + 1] ?? null, power);
  return corners.length;
}

/** Top left corners of patches that do not touch the face. */
function cornersBeside({ widthPx, heightPx }: Raster, face: Box): [number, number][] {
  const corners: [number, number][] = [];
  for (let y = 0; y + PATCH_PX <= heightPx; y += STEP_PX)
    for (let x = 0; x + PATCH_PX <= widthPx; x += STEP_PX)
      if (x + PATCH_PX < face.x0Px || x > face.x1Px || y + PATCH_PX < face.y0Px || y > face.y1Px) corners.push([x, y]);
  return corners;
}
