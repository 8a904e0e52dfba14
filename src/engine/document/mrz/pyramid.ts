import type { Grey } from '../../image/raster.ts';
import type { Homography } from '../../image/warp.ts';

/** A picture and its halves: crops that shrink it are drawn from the level that is nearest to their own scale. */
export type Pyramid = readonly [full: Grey, ...halves: Grey[]];

const LEVELS = 3;

export function pyramidOf(grey: Grey): Pyramid {
  const levels: [Grey, ...Grey[]] = [grey];
  for (let level = 1; level < LEVELS; level++) levels.push(halved(levels.at(-1)!));
  return levels;
}

function halved({ luma: from, widthPx: sourceWidth, heightPx: sourceHeight }: Grey): Grey {
  const widthPx = Math.max(1, sourceWidth >> 1);
  const heightPx = Math.max(1, sourceHeight >> 1);
  const luma = new Uint8Array(widthPx * heightPx);
  const right = sourceWidth > 1 ? 1 : 0;
  const below = sourceHeight > 1 ? sourceWidth : 0;
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0, o = 2 * y * sourceWidth; x < widthPx; x++, at++, o += 2)
      luma[at] = (from[o]! + from[o + right]! + from[o + below]! + from[o + below + right]! + 2) >> 2;
  return { widthPx, heightPx, luma };
}

/** The level for a map of this scale (px of the full picture for each px drawn), and the map onto it. */
export function levelFor(pyramid: Pyramid, map: Homography, scale: number): { grey: Grey; map: Homography } {
  const level = Math.max(0, Math.min(pyramid.length - 1, Math.round(Math.log2(scale) - 0.1)));
  const by = 1 / 2 ** level;
  // Pixel centres are whole numbers on both levels, so that the corners' half pixels have to be carried along.
  const shift = by / 2 - 0.5;
  const [a, b, c, d, e, f, g, h] = map;
  return {
    grey: pyramid[level]!,
    map: [
      a * by + g * shift,
      b * by + h * shift,
      c * by + shift,
      d * by + g * shift,
      e * by + h * shift,
      f * by + shift,
      g,
      h,
    ],
  };
}
