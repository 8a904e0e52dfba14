import type { Point, Raster } from '../../image/raster.ts';
import { similarityMap, throughInverse, warpAffine } from '../../image/warp.ts';
import { alignedPoints, fivePoints } from '../align.ts';
import type { FaceMesh } from '../face.ts';
import { eyeDistancePx, MESH_POINTS } from '../landmarks.ts';

/** Size of the upright picture of a face on which attributes are measured: eye centres at (88, 100) and (168, 100). */
export const cropWidthPx = 256;
export const cropHeightPx = 304;

/** The template of face comparison, enlarged until the eyes are 80 px apart. */
const enlarged = 2.2727;
const template: readonly Point[] = alignedPoints.map(([x, y]) => [
  128 + (x - 56) * enlarged,
  100 + (y - 51.6) * enlarged,
]);

/** A face drawn upright at a fixed size, with its mesh moved along. */
export type AttributeCrop = {
  readonly image: Raster;
  /** 468 points, x and y in px of `image`. */
  readonly points: Float32Array;
  /** 1 where the source picture has pixels, 0 where the crop reaches outside it. */
  readonly inFrame: Uint8Array;
  /** Distance of the eye centres in px of the source: what detail there can be at all. */
  readonly eyeDistancePx: number;
  readonly meshFlag: number;
};

/** Draws the face for measuring. `image` is the whole picture that `mesh` was found in. */
export function cropForAttributes(image: Raster, mesh: FaceMesh): AttributeCrop {
  const map = similarityMap(template, fivePoints(mesh));
  const points = new Float32Array(MESH_POINTS * 2);
  for (let i = 0; i < MESH_POINTS; i++) {
    const [x, y] = throughInverse(map, [mesh.points[i * 3]!, mesh.points[i * 3 + 1]!]);
    points[i * 2] = x;
    points[i * 2 + 1] = y;
  }
  const [a, b, c, d, e, f] = map;
  const inFrame = new Uint8Array(cropWidthPx * cropHeightPx);
  for (let y = 0, at = 0; y < cropHeightPx; y++)
    for (let x = 0; x < cropWidthPx; x++, at++) {
      const sx = a * x + b * y + c;
      const sy = d * x + e * y + f;
      inFrame[at] = sx >= 0 && sy >= 0 && sx <= image.widthPx - 1 && sy <= image.heightPx - 1 ? 1 : 0;
    }
  return {
    image: warpAffine(image, map, cropWidthPx, cropHeightPx),
    points,
    inFrame,
    eyeDistancePx: eyeDistancePx(mesh),
    meshFlag: mesh.flag,
  };
}
