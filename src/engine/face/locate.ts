import type { Raster } from '../image/raster.ts';
import { shrinkToSide } from '../image/shrink.ts';
import { cropTo } from '../image/warp.ts';
import type { Model, Models } from '../runtime/model.ts';
import { DETECTION_THRESHOLD, detectFaces, movedFace } from './detect.ts';
import type { DetectedFace, FaceMesh } from './face.ts';
import { MESH_FLAG_THRESHOLD, refinedMesh } from './mesh.ts';
import { findPortrait } from './portrait.ts';

/** Found at this score, a face counts only if the mesh agrees. */
export const FAINT_DETECTION_THRESHOLD = 0.2;

/** The face that a picture is of, and how many were seen beside it. */
export type LocatedFace = {
  readonly detected: DetectedFace;
  readonly mesh: FaceMesh;
  readonly others: number;
  /** False when the mesh does not take it for a face; such a face is shown to people, not compared. */
  readonly accepted: boolean;
};

/**
 * The main face of a picture: of the faces found, the one that is largest and nearest to the centre. Only when the mesh accepts none
 * so, the picture is looked at with a margin around it, which finds faces that fill it, and then as a document is, in four
 * orientations and through windows (`findPortrait`).
 * @returns null when there is none; a face that the detector is sure of and the mesh never accepts is returned as not accepted.
 */
export async function locateFace(models: Models, image: Raster): Promise<LocatedFace | null> {
  const detector = await models.open('face-detector');
  const first = await mainFace(models, image, await detectFaces(detector, image, FAINT_DETECTION_THRESHOLD));
  if (first?.accepted === true) return first;
  const framed = await mainFace(models, image, await detectInFrame(detector, image));
  if (framed?.accepted === true) return framed;
  const found = await findPortrait(models, image);
  if (found !== null) return { detected: found.detected, mesh: found.mesh, others: found.others, accepted: true };
  return first;
}

async function mainFace(models: Models, image: Raster, seen: readonly DetectedFace[]): Promise<LocatedFace | null> {
  const sure = seen.filter((face) => face.score >= DETECTION_THRESHOLD);
  const faces = sure.length > 0 ? sure : seen;
  if (faces.length === 0) return null;
  const detected = faces.reduce((best, face) => (prominence(face, image) > prominence(best, image) ? face : best));
  const mesh = await refinedMesh(await models.open('face-mesh'), image, detected);
  const accepted = mesh.flag >= MESH_FLAG_THRESHOLD;
  return accepted || sure.length > 0 ? { detected, mesh, others: faces.length - 1, accepted } : null;
}

/** The detector expects some surroundings: here the picture gets a margin of this share of its longer side all around. */
const FRAME_SHARE = 0.3;
const FRAMED_PX = 256;

async function detectInFrame(detector: Model, image: Raster): Promise<DetectedFace[]> {
  const small = shrinkToSide(image, FRAMED_PX);
  const marginPx = Math.round(Math.max(small.widthPx, small.heightPx) * FRAME_SHARE);
  const widthPx = small.widthPx + 2 * marginPx;
  const heightPx = small.heightPx + 2 * marginPx;
  const box = { x0Px: -marginPx, y0Px: -marginPx, x1Px: small.widthPx + marginPx, y1Px: small.heightPx + marginPx };
  const seen = await detectFaces(detector, cropTo(small, box, widthPx, heightPx), FAINT_DETECTION_THRESHOLD);
  const scaleX = image.widthPx / small.widthPx;
  const scaleY = image.heightPx / small.heightPx;
  return seen.map((face) =>
    movedFace(face, ([x, y]) => [(x - marginPx + 0.5) * scaleX - 0.5, (y - marginPx + 0.5) * scaleY - 0.5]),
  );
}

function prominence({ box, score }: DetectedFace, image: Raster): number {
  const offCentre = Math.hypot((box.x0Px + box.x1Px - image.widthPx) / 2, (box.y0Px + box.y1Px - image.heightPx) / 2);
  return (box.x1Px - box.x0Px) * score * (1 - offCentre / Math.max(image.widthPx, image.heightPx));
}
