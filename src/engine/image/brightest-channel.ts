import type { Raster } from './raster.ts';

/**
 * Each pixel's brightest channel, as grey. Coloured inks vanish in it (a red stamp is as bright as paper in the red channel),
 * black and grey print stays: what lies under stamps, overprints and guilloches comes out.
 */
export function brightestChannel({ widthPx, heightPx, rgb: from }: Raster): Raster {
  const rgb = new Uint8Array(from.length);
  for (let i = 0; i < from.length; i += 3) {
    const red = from[i]!;
    const green = from[i + 1]!;
    const blue = from[i + 2]!;
    const most = red > green ? (red > blue ? red : blue) : green > blue ? green : blue;
    rgb[i] = rgb[i + 1] = rgb[i + 2] = most;
  }
  return { widthPx, heightPx, rgb };
}
