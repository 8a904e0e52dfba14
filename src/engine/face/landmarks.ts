import type { Box, Point } from '../image/raster.ts';
import type { FaceMesh } from './face.ts';

/**
 * Points of the 468-point mesh, by their number in MediaPipe's canonical face model. Left and right are those of the
 * picture, not of the person: in an unmirrored recording `imageLeft` is the person's right.
 */
export const landmarks = {
  noseTip: 1,
  foreheadTop: 10,
  chin: 152,
  imageLeftFaceEdge: 234,
  imageRightFaceEdge: 454,
  imageLeftMouthCorner: 61,
  imageRightMouthCorner: 291,
  upperLipInner: 13,
  lowerLipInner: 14,
  imageLeftEyeOuter: 33,
  imageLeftEyeInner: 133,
  imageRightEyeInner: 362,
  imageRightEyeOuter: 263,
  imageLeftCheek: 50,
  imageRightCheek: 280,
  betweenBrows: 9,
  midForehead: 151,
} as const;

export type Landmark = keyof typeof landmarks;

/** Both corners and the middles of both lids: their mean barely moves when the eye closes. */
const imageLeftEye = [33, 133, 159, 145] as const;
const imageRightEye = [263, 362, 386, 374] as const;

export const MESH_POINTS = 468;

export function pointOf(mesh: FaceMesh, landmark: Landmark): Point {
  const at = landmarks[landmark] * 3;
  return [mesh.points[at]!, mesh.points[at + 1]!];
}

export const imageLeftEyeCentre = (mesh: FaceMesh): Point => meanOf(mesh, imageLeftEye);
export const imageRightEyeCentre = (mesh: FaceMesh): Point => meanOf(mesh, imageRightEye);

function meanOf(mesh: FaceMesh, points: readonly number[]): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += mesh.points[point * 3]! / points.length;
    y += mesh.points[point * 3 + 1]! / points.length;
  }
  return [x, y];
}

export const distance = (a: Point, b: Point): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Distance of the eye centres in the picture; shrinks as the head turns. */
export const eyeDistancePx = (mesh: FaceMesh): number => distance(imageLeftEyeCentre(mesh), imageRightEyeCentre(mesh));

/** From the top of the forehead to the chin, along the face. */
export const faceHeightPx = (mesh: FaceMesh): number => distance(pointOf(mesh, 'foreheadTop'), pointOf(mesh, 'chin'));

/** The box around all points of the mesh: forehead to chin, ear to ear. */
export function faceBox(mesh: FaceMesh): Box {
  let x0Px = Infinity;
  let y0Px = Infinity;
  let x1Px = -Infinity;
  let y1Px = -Infinity;
  for (let at = 0; at < MESH_POINTS * 3; at += 3) {
    const x = mesh.points[at]!;
    const y = mesh.points[at + 1]!;
    if (x < x0Px) x0Px = x;
    if (x > x1Px) x1Px = x;
    if (y < y0Px) y0Px = y;
    if (y > y1Px) y1Px = y;
  }
  return { x0Px, y0Px, x1Px, y1Px };
}

/**
 * How far the head is turned, from the nose's distances to both edges of the face: (toLeft − toRight) / (toLeft + toRight),
 * in (-1, 1); 0 = frontal, positive = the nose points to the right of the picture. About 20° of yaw at 0.3, 30° at 0.5.
 * A flat picture turned by hand stays within 0.3, because distances in a plane shrink together.
 */
export function asymmetry(mesh: FaceMesh): number {
  const nose = pointOf(mesh, 'noseTip');
  const toLeft = distance(nose, pointOf(mesh, 'imageLeftFaceEdge'));
  const toRight = distance(nose, pointOf(mesh, 'imageRightFaceEdge'));
  return (toLeft - toRight) / (toLeft + toRight);
}

/**
 * Where the nose lies below the eyes, along the line forehead–chin, as a share of it. About 0.25 when the head is level, less
 * looking up, more looking down; people differ, so compare a person with themself where that matters.
 */
export function noseDrop(mesh: FaceMesh): number {
  const [topX, topY] = pointOf(mesh, 'foreheadTop');
  const [chinX, chinY] = pointOf(mesh, 'chin');
  const [ux, uy] = [chinX - topX, chinY - topY];
  const lengthSquared = ux * ux + uy * uy;
  const [leftX, leftY] = imageLeftEyeCentre(mesh);
  const [rightX, rightY] = imageRightEyeCentre(mesh);
  const [noseX, noseY] = pointOf(mesh, 'noseTip');
  return ((noseX - (leftX + rightX) / 2) * ux + (noseY - (leftY + rightY) / 2) * uy) / lengthSquared;
}

/** Turn of the face in the picture's plane, degrees clockwise; 0 = eyes level and upright. */
export function rollDegrees(mesh: FaceMesh): number {
  const [leftX, leftY] = imageLeftEyeCentre(mesh);
  const [rightX, rightY] = imageRightEyeCentre(mesh);
  return (Math.atan2(rightY - leftY, rightX - leftX) * 180) / Math.PI;
}
