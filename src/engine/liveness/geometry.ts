import type { FaceMesh } from '../face/face.ts';
import { asymmetry, distance, eyeDistancePx, faceHeightPx, noseDrop, pointOf, rollDegrees } from '../face/landmarks.ts';
import type { Point } from '../image/raster.ts';

/**
 * A face's pose and expression as ratios in the image plane. Ratios of distances, not the angles of the mesh's own depth: the
 * network invents depth for a flat photograph, while a photograph that is turned keeps its ratios, and so fails a turn.
 */
export type FaceGeometry = {
  /** Turn of the head, see `asymmetry` in `landmarks.ts`: positive = the nose points to the right of the picture. */
  readonly asymmetry: number;
  /** Nod of the head, see `noseDrop` in `landmarks.ts`: less looking up, more looking down. */
  readonly noseDrop: number;
  /** Mouth width / face width. */
  readonly mouthWidth: number;
  /** Gap between the lips / face height. */
  readonly mouthGap: number;
  /** Eye aspect ratio, mean of both eyes: about 0.3 open, below 0.2 closed. */
  readonly eyeOpenness: number;
  readonly rollDegrees: number;
  readonly eyeDistancePx: number;
  readonly faceHeightPx: number;
  readonly faceWidthPx: number;
};

export function geometryOf(mesh: FaceMesh): FaceGeometry {
  const heightPx = faceHeightPx(mesh);
  const widthPx = distance(pointOf(mesh, 'imageLeftFaceEdge'), pointOf(mesh, 'imageRightFaceEdge'));
  const mouthPx = distance(pointOf(mesh, 'imageLeftMouthCorner'), pointOf(mesh, 'imageRightMouthCorner'));
  return {
    asymmetry: asymmetry(mesh),
    noseDrop: noseDrop(mesh),
    mouthWidth: mouthPx / widthPx,
    mouthGap: distance(pointOf(mesh, 'upperLipInner'), pointOf(mesh, 'lowerLipInner')) / heightPx,
    eyeOpenness: (lidGap(mesh, imageLeftLids) + lidGap(mesh, imageRightLids)) / 2,
    rollDegrees: rollDegrees(mesh),
    eyeDistancePx: eyeDistancePx(mesh),
    faceHeightPx: heightPx,
    faceWidthPx: widthPx,
  };
}

/** Corners of an eye, and two pairs of points across it, upper lid and lower lid. */
type Lids = readonly [outer: number, inner: number, upper: number, lower: number, upper: number, lower: number];
const imageLeftLids: Lids = [33, 133, 159, 145, 158, 153];
const imageRightLids: Lids = [263, 362, 386, 374, 385, 380];

/** Eye aspect ratio. Source: Soukupová and Čech, Real-Time Eye Blink Detection (2016). */
function lidGap(mesh: FaceMesh, [outer, inner, upperA, lowerA, upperB, lowerB]: Lids): number {
  const between = (a: number, b: number): number => distance(meshPoint(mesh, a), meshPoint(mesh, b));
  return (between(upperA, lowerA) + between(upperB, lowerB)) / (2 * between(outer, inner));
}

/** One mesh point by its number, px. */
export const meshPoint = (mesh: FaceMesh, index: number): Point => [
  mesh.points[index * 3]!,
  mesh.points[index * 3 + 1]!,
];
