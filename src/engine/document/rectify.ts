import type { Point, Quad, Raster } from '../image/raster.ts';
import { homographyBetween, throughHomography, warpQuad, type Homography } from '../image/warp.ts';
import type { CardInPicture } from './document.ts';

/** A side as if it lay flat under the lens. `toRectified` takes places of the picture it was drawn from to places of `image`. */
export type RectifiedSide = { readonly image: Raster; readonly toRectified: Homography };

/** What is drawn beyond the rims of the document, mm: whoever looks sees that they are there, and what lies around them. */
const RIM_MM = 2;
/** No letter of a document needs more, and less is no help. */
const WIDTH_PX = { least: 640, most: 1280 };

/** Draws the document upright, in its own proportions, with a rim around it; about as large as it stands in the picture. */
export function rectifiedSide(picture: Raster, { quad, widthMm, heightMm }: CardInPicture): RectifiedSide {
  const longest = Math.max(apart(quad[0], quad[1]), apart(quad[3], quad[2]));
  const pxPerMm = Math.min(WIDTH_PX.most, Math.max(WIDTH_PX.least, longest)) / (widthMm + 2 * RIM_MM);
  const widthPx = Math.round((widthMm + 2 * RIM_MM) * pxPerMm);
  const heightPx = Math.round((heightMm + 2 * RIM_MM) * pxPerMm);
  const onCard: Quad = [
    [0, 0],
    [widthMm, 0],
    [widthMm, heightMm],
    [0, heightMm],
  ];
  const toPicture = homographyBetween(onCard, quad);
  const seen = (x: number, y: number): Point => throughHomography(toPicture, [x, y]);
  const drawn: Quad = [
    seen(-RIM_MM, -RIM_MM),
    seen(widthMm + RIM_MM, -RIM_MM),
    seen(widthMm + RIM_MM, heightMm + RIM_MM),
    seen(-RIM_MM, heightMm + RIM_MM),
  ];
  const image = warpQuad(picture, drawn, widthPx, heightPx);
  const toRectified = homographyBetween(drawn, [
    [0, 0],
    [widthPx - 1, 0],
    [widthPx - 1, heightPx - 1],
    [0, heightPx - 1],
  ]);
  return { image, toRectified };
}

const apart = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
