import type { Point, Raster } from '../image/raster.ts';
import { similarityMap, warpAffine } from '../image/warp.ts';
import type { FaceMesh } from './face.ts';
import { imageLeftEyeCentre, imageRightEyeCentre, pointOf } from './landmarks.ts';

/** Side of an aligned face. */
export const ALIGNED_PX = 112;

/**
 * Where the five points lie on an aligned face: eyes, nose tip, mouth corners, image-left first.
 * Source: Deng et al., ArcFace (2019), the template that most face embedders are trained on.
 */
export const alignedPoints: readonly Point[] = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

/** The five points of a mesh in the order of `alignedPoints`. */
export const fivePoints = (mesh: FaceMesh): readonly Point[] => [
  imageLeftEyeCentre(mesh),
  imageRightEyeCentre(mesh),
  pointOf(mesh, 'noseTip'),
  pointOf(mesh, 'imageLeftMouthCorner'),
  pointOf(mesh, 'imageRightMouthCorner'),
];

/** The face upright, at one scale and in one place: what embedders are trained to see. 112 × 112 px. */
export const alignFace = (image: Raster, mesh: FaceMesh): Raster =>
  warpAffine(image, similarityMap(alignedPoints, fivePoints(mesh)), ALIGNED_PX, ALIGNED_PX);
