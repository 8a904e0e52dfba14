/** A picture in memory: 8-bit sRGB, interleaved, row by row from the top left; length = widthPx × heightPx × 3. */
export type Raster = { readonly widthPx: number; readonly heightPx: number; readonly rgb: Uint8Array };

/** One channel of luma (ITU-R BT.601), 0 … 255; length = widthPx × heightPx. */
export type Grey = { readonly widthPx: number; readonly heightPx: number; readonly luma: Uint8Array };

/** Image coordinates in px; the centre of the top left pixel is (0, 0), x to the right, y down. */
export type Point = readonly [x: number, y: number];

/** Corners in reading order: top left, top right, bottom right, bottom left, as the text or the face reads. */
export type Quad = readonly [Point, Point, Point, Point];

/** A box along the axes, in px; x1Px and y1Px are outside. */
export type Box = { readonly x0Px: number; readonly y0Px: number; readonly x1Px: number; readonly y1Px: number };

/** Luma of a raster (ITU-R BT.601 weights, rounded). */
export function greyOf(image: Raster): Grey {
  const { rgb } = image;
  const luma = new Uint8Array(image.widthPx * image.heightPx);
  for (let at = 0, from = 0; at < luma.length; at++, from += 3)
    luma[at] = (rgb[from]! * 19595 + rgb[from + 1]! * 38470 + rgb[from + 2]! * 7471 + 32768) >> 16;
  return { widthPx: image.widthPx, heightPx: image.heightPx, luma };
}
