import { brightestChannel } from '../image/brightest-channel.ts';
import type { Box, Point, Raster } from '../image/raster.ts';
import { shrinkToSide } from '../image/shrink.ts';
import { cropTo, turnQuarters } from '../image/warp.ts';
import type { Models } from '../runtime/model.ts';
import { detectFaces, keepDistinct, movedFace } from './detect.ts';
import type { DetectedFace, FaceMesh } from './face.ts';
import { faceBox, faceHeightPx } from './landmarks.ts';
import { MESH_FLAG_THRESHOLD, refinedMesh } from './mesh.ts';

/** Clockwise, from the picture as taken to the document upright. */
export type QuarterTurns = 0 | 1 | 2 | 3;

/** The portrait on a photograph of a document, in px of that photograph as it was handed in. */
export type Portrait = {
  readonly detected: DetectedFace;
  readonly mesh: FaceMesh;
  readonly box: Box;
  /** Forehead to chin. */
  readonly faceHeightPx: number;
  readonly quarterTurns: QuarterTurns;
  /** 0 … 1: detector's score times the mesh's flag, less when the eyes do not lie well above the mouth. */
  readonly confidence: number;
  /** Other faces in the same orientation: ghost images, a second photograph. */
  readonly others: number;
};

export type PortraitSearch = {
  /** The orientation that the text has, where it is known. It is asked first; the face has the last word, because text can be misread. */
  readonly orientationHint?: QuarterTurns;
};

/** The longer side of the picture as the first search sees it. */
const WHOLE_PX = 256;
/** The second search looks through windows of `WHOLE_PX` on a copy of this size: faces down to 1/40 of the longer side. */
const ZOOMED_PX = 640;
const WINDOW_STEP_PX = 128;
const FAINT_SCORE = 0.2;
/**
 * An upside-down portrait passes for an upright one at up to 0.83; upright ones lie around 0.91. Only above this line no other
 * orientation has to be asked.
 */
const CLEAR_CONFIDENCE = 0.89;
/** Less than this and it is print, not a portrait. */
const LEAST_CONFIDENCE = 0.15;
/** From here on no other way of looking is tried; the later ways look so often that they must be this sure to be believed. */
const SURE_CONFIDENCE = 0.5;
/** Mouth below eyes over the box's height: 0.43 … 0.46 on upright portraits. */
const UPRIGHT_DROP = 0.43;
const LEAST_DROP = 0.25;
/** Ghost images and patterns compare below the portrait: a face is its rival only from this share of the best confidence. */
const RIVAL_SHARE = 0.8;
const MOST_CANDIDATES = 3;

/**
 * Finds the portrait on a photograph of a document, in any of four orientations and at any tilt up to 45° from them. Orientations
 * compete by detector score × mesh flag × eyes above mouth; in the winning one the largest face of those that are about
 * as sure as the best is the portrait, not its ghost image. Cheap when the picture is upright and the portrait clear: one
 * detection and a few meshes; else the other orientations are asked; then the same without coloured inks, which finds portraits
 * under stamps; then windows of the picture, which find small ones.
 * @returns null when no face is found that the mesh accepts.
 */
export async function findPortrait(
  models: Models,
  image: Raster,
  { orientationHint }: PortraitSearch = {},
): Promise<Portrait | null> {
  const first = orientationHint ?? 0;
  const orientations = anyOrientation.toSorted((a, b) => Number(b === first) - Number(a === first));
  const inColour = await searchWhole(models, image, orientations);
  if (bestConfidence(inColour) >= SURE_CONFIDENCE) return portraitAmong(inColour);
  const plain = await searchWhole(models, brightestChannel(image), orientations);
  if (bestConfidence(plain) >= SURE_CONFIDENCE) return portraitAmong(plain);
  if (bestConfidence(inColour) >= LEAST_CONFIDENCE) return portraitAmong(inColour);
  const inWindows = await searchWindows(models, image, orientationHint === undefined ? orientations : [first]);
  return bestConfidence(inWindows) >= SURE_CONFIDENCE ? portraitAmong(inWindows) : null;
}

const bestConfidence = (found: readonly Candidate[]): number =>
  found.reduce((best, candidate) => Math.max(best, candidate.confidence), 0);

const anyOrientation: readonly QuarterTurns[] = [0, 1, 3, 2];

/** A face as seen with the picture turned, and its place in the picture as it is. */
type Candidate = {
  readonly turns: QuarterTurns;
  readonly detected: DetectedFace;
  readonly mesh: FaceMesh;
  readonly confidence: number;
};

async function searchWhole(models: Models, image: Raster, orientations: readonly QuarterTurns[]): Promise<Candidate[]> {
  const whole = shrinkToSide(image, WHOLE_PX);
  const detector = await models.open('face-detector');
  const found: Candidate[] = [];
  for (const turns of orientations) {
    const seen = await detectFaces(detector, turnQuarters(whole, turns), FAINT_SCORE);
    found.push(...(await meshCandidates(models, image, seen, turns, whole)));
    if (found.some((candidate) => candidate.confidence >= CLEAR_CONFIDENCE)) break;
  }
  return found;
}

/** Through overlapping windows: small faces come out at a size that the detector knows. */
async function searchWindows(
  models: Models,
  image: Raster,
  orientations: readonly QuarterTurns[],
): Promise<Candidate[]> {
  const zoomed = shrinkToSide(image, ZOOMED_PX);
  const detector = await models.open('face-detector');
  const found: Candidate[] = [];
  for (const turns of orientations) {
    const turned = turnQuarters(zoomed, turns);
    const seen: DetectedFace[] = [];
    for (const y0Px of windowStarts(turned.heightPx))
      for (const x0Px of windowStarts(turned.widthPx)) {
        const window = { x0Px, y0Px, x1Px: x0Px + WHOLE_PX, y1Px: y0Px + WHOLE_PX };
        const faces = await detectFaces(detector, cropTo(turned, window, WHOLE_PX, WHOLE_PX), FAINT_SCORE);
        seen.push(...faces.map((face) => movedFace(face, ([x, y]) => [x + x0Px, y + y0Px])));
      }
    found.push(...(await meshCandidates(models, image, keepDistinct(seen), turns, zoomed)));
  }
  return found;
}

/** Where windows begin along a side: evenly, at most `WINDOW_STEP_PX` apart, the last one ending with the side. */
function windowStarts(sidePx: number): number[] {
  const last = Math.max(0, sidePx - WHOLE_PX);
  const steps = Math.ceil(last / WINDOW_STEP_PX);
  return Array.from({ length: steps + 1 }, (_, i) => (steps === 0 ? 0 : Math.round((i * last) / steps)));
}

async function meshCandidates(
  models: Models,
  image: Raster,
  seen: readonly DetectedFace[],
  turns: QuarterTurns,
  small: Raster,
): Promise<Candidate[]> {
  const meshModel = await models.open('face-mesh');
  const found: Candidate[] = [];
  for (const face of seen.slice(0, MOST_CANDIDATES)) {
    const drop = mouthBelowEyes(face);
    if (drop < LEAST_DROP || face.score < LEAST_CONFIDENCE) continue;
    const detected = movedFace(face, turnedBack(small, image, turns));
    const mesh = await refinedMesh(meshModel, image, detected);
    if (mesh.flag < MESH_FLAG_THRESHOLD) continue;
    const confidence = face.score * mesh.flag * Math.min(1, drop / UPRIGHT_DROP);
    found.push({ turns, detected, mesh, confidence });
  }
  return found;
}

const mouthBelowEyes = ({ keyPoints, box }: DetectedFace): number =>
  (keyPoints[3]![1] - (keyPoints[0]![1] + keyPoints[1]![1]) / 2) / (box.y1Px - box.y0Px);

/** @param found at least one. */
function portraitAmong(found: readonly Candidate[]): Portrait {
  const best = found.reduce((one, other) => (other.confidence > one.confidence ? other : one));
  const upright = found.filter(
    (candidate) => candidate.turns === best.turns && candidate.confidence >= LEAST_CONFIDENCE,
  );
  const rivals = upright.filter((candidate) => candidate.confidence >= best.confidence * RIVAL_SHARE);
  const portrait = rivals.reduce((one, other) => (faceHeightPx(other.mesh) > faceHeightPx(one.mesh) ? other : one));
  return {
    detected: portrait.detected,
    mesh: portrait.mesh,
    box: faceBox(portrait.mesh),
    faceHeightPx: faceHeightPx(portrait.mesh),
    quarterTurns: portrait.turns,
    confidence: portrait.confidence,
    others: upright.length - 1,
  };
}

/** From a place in `small` as turned to the same place in `image` as it is. */
function turnedBack(small: Raster, image: Raster, turns: QuarterTurns): (point: Point) => Point {
  const { widthPx, heightPx } = small;
  const scaleX = image.widthPx / widthPx;
  const scaleY = image.heightPx / heightPx;
  return ([x, y]) => {
    const unturned: readonly Point[] = [
      [x, y],
      [y, heightPx - 1 - x],
      [widthPx - 1 - x, heightPx - 1 - y],
      [widthPx - 1 - y, x],
    ];
    const [sx, sy] = unturned[turns]!;
    return [(sx + 0.5) * scaleX - 0.5, (sy + 0.5) * scaleY - 0.5];
  };
}
