import { detectFaces, DETECTION_THRESHOLD, intersectionOverUnion } from '../face/detect.ts';
import type { DetectedFace, FaceMesh } from '../face/face.ts';
import { alignFace } from '../face/align.ts';
import { faceBox } from '../face/landmarks.ts';
import { MESH_FLAG_THRESHOLD, meshFace, meshFromPrevious } from '../face/mesh.ts';
import { faceQuality, poseQuality } from '../face/quality.ts';
import type { Box, Raster } from '../image/raster.ts';
import type { Thumbnail, VideoFrame } from '../runtime/media.ts';
import type { Model, Models } from '../runtime/model.ts';
import { backgroundColour, skinColour } from './colour.ts';
import type {
  DetectionSample,
  FaceTrack,
  IdentitySample,
  NativeFrame,
  TrackedFace,
  TrackedFrame,
} from './face-track.ts';
import { geometryOf } from './geometry.ts';
import { identityOf } from './identity.ts';
import { BestFrames, SpreadFrames } from './kept-frames.ts';

/** How often the whole frame is searched although the face is being followed: somebody else may come into the picture. */
const DETECT_EVERY_MS = 450;
/** Somebody else's face is looked for less strictly when there is none to follow. */
const RETRY_THRESHOLD = 0.25;
const IDENTIFY_EVERY_MS = 350;
const MOST_ASYMMETRY_TO_IDENTIFY = 0.5;
const FRONTAL_ASYMMETRY = 0.35;
/** Between 10 and 20 frontal frames are kept, whatever the length: at 1080 × 1920, 6 MB each. */
const MOST_FRONTAL_FRAMES = 20;
const MOST_BEST_FRAMES = 6;
const BEST_APART_MS = 400;
/** How often a frame is considered as one of the best: its sharpness takes pixels to measure, and its neighbour says the same. */
const CONSIDER_EVERY_MS = 180;
/** A face that is this far, in face widths, from where it was a moment ago did not walk there. */
const JUMP_WIDTHS = 0.7;
const JUMP_WITHIN_MS = 300;

/** Takes a recording's frames one after the other, and in the end gives the track. */
export type FaceTracker = {
  /** @param release called when the frame's pixels are not kept. */
  onFrame(frame: VideoFrame, release?: () => void): Promise<void>;
  onThumbnail(thumbnail: Thumbnail): void;
  finish(): FaceTrack;
};

/**
 * The one pass over a recording: follows the applicant's face from frame to frame, measures it, and keeps the pixels of a few
 * frames only, so that a minute of full HD fits into memory. Hand its methods to `decodeVideo`.
 */
export async function trackFaces(models: Models): Promise<FaceTracker> {
  const follower = new FaceFollower(await models.open('face-detector'), await models.open('face-mesh'));
  const embedder = await models.open('face-embedder-a');
  const frames: TrackedFrame[] = [];
  const thumbnails: Thumbnail[] = [];
  const identities: IdentitySample[] = [];
  const jumps: number[] = [];
  const frontal = new SpreadFrames(MOST_FRONTAL_FRAMES);
  const leastTurned = new BestFrames(MOST_BEST_FRAMES, BEST_APART_MS);
  const best = new BestFrames(MOST_BEST_FRAMES, BEST_APART_MS);
  let size = { widthPx: 0, heightPx: 0 };
  let last: Omit<NativeFrame, 'image'> | null = null;
  let identifiedAtMs = -Infinity;
  let consideredAtMs = -Infinity;

  const identify = async ({ index, atMs, image, face }: NativeFrame): Promise<void> => {
    const { asymmetry } = face.geometry;
    if (Math.abs(asymmetry) >= MOST_ASYMMETRY_TO_IDENTIFY || atMs - identifiedAtMs < IDENTIFY_EVERY_MS) return;
    identifiedAtMs = atMs;
    const embedding = await identityOf(embedder, image, face.mesh);
    identities.push({ index, atMs, asymmetry, meshFlag: face.mesh.flag, embedding });
  };

  /** Whether its pixels are kept. */
  const take = async (frame: NativeFrame): Promise<boolean> => {
    const { index, atMs, face, image } = frame;
    if (last !== null && hasJumped(last, frame)) {
      jumps.push(index);
      identifiedAtMs = -Infinity;
    }
    last = { index, atMs, face };
    await identify(frame);
    const turned = Math.abs(face.geometry.asymmetry);
    if (turned >= FRONTAL_ASYMMETRY) return frontal.frames.length === 0 && leastTurned.offer(frame, -turned);
    const isSpread = frontal.offer(frame);
    if (atMs - consideredAtMs < CONSIDER_EVERY_MS) return isSpread;
    consideredAtMs = atMs;
    if (!best.wants(frame, poseQuality(face.mesh))) return isSpread;
    return best.offer(frame, faceQuality(face.mesh, alignFace(image, face.mesh)).overall) || isSpread;
  };

  return {
    onThumbnail: (thumbnail) => thumbnails.push(thumbnail),
    async onFrame({ index, atMs, image }, release = () => {}) {
      if (frames.length === 0) size = { widthPx: image.widthPx, heightPx: image.heightPx };
      const mesh = await follower.follow(image, index, atMs);
      const face = mesh === null ? null : measured(image, mesh);
      frames.push({ index, atMs, face });
      const isKept = face !== null && (await take({ index, atMs, face, image }));
      if (!isKept) release();
    },
    finish: () => ({
      ...size,
      isStill: false,
      frames,
      thumbnails,
      frontal: frontal.frames.length > 0 ? frontal.frames : leastTurned.frames,
      best: best.frames,
      identities,
      detections: follower.detections,
      jumps,
      identityModel: embedder.cite,
    }),
  };
}

/** A photograph as a track of one frame: what needs time is not measured on it. */
export async function trackStill(models: Models, image: Raster): Promise<FaceTrack> {
  const tracker = await trackFaces(models);
  await tracker.onFrame({ index: 0, atMs: 0, image });
  return { ...tracker.finish(), isStill: true };
}

function measured(image: Raster, mesh: FaceMesh): TrackedFace {
  const box = faceBox(mesh);
  return {
    mesh,
    box,
    geometry: geometryOf(mesh),
    skin: skinColour(image, mesh),
    background: backgroundColour(image, box),
  };
}

function hasJumped(before: Omit<NativeFrame, 'image'>, { atMs, face }: NativeFrame): boolean {
  if (atMs - before.atMs > JUMP_WITHIN_MS) return false;
  const [fromX, fromY] = centreOf(before.face.box);
  const [toX, toY] = centreOf(face.box);
  const widthPx = before.face.box.x1Px - before.face.box.x0Px;
  return Math.hypot(toX - fromX, toY - fromY) > JUMP_WIDTHS * widthPx;
}

/** Follows one face: by its mesh from frame to frame, by the detector when it is lost and every so often. */
class FaceFollower {
  readonly detections: DetectionSample[] = [];
  readonly #detector: Model;
  readonly #mesher: Model;
  #previous: FaceMesh | null = null;
  #detectedAtMs = -Infinity;

  constructor(detector: Model, mesher: Model) {
    this.#detector = detector;
    this.#mesher = mesher;
  }

  async follow(image: Raster, index: number, atMs: number): Promise<FaceMesh | null> {
    let mesh = this.#previous === null ? null : await meshFromPrevious(this.#mesher, image, this.#previous);
    if (mesh !== null && mesh.flag < MESH_FLAG_THRESHOLD) mesh = null;
    if (mesh === null || atMs - this.#detectedAtMs >= DETECT_EVERY_MS)
      mesh = await this.#look(image, index, atMs, mesh);
    this.#previous = mesh;
    return mesh;
  }

  /** Searches the whole frame. A followed face stays the applicant's as long as the detector still sees one there. */
  async #look(image: Raster, index: number, atMs: number, followed: FaceMesh | null): Promise<FaceMesh | null> {
    this.#detectedAtMs = atMs;
    let found = await detectFaces(this.#detector, image, DETECTION_THRESHOLD);
    if (found.length === 0 && followed === null) found = await detectFaces(this.#detector, image, RETRY_THRESHOLD);
    const near = followed ?? this.#previous;
    const main = near === null ? mostProminent(found, image) : (overlapping(found, faceBox(near)) ?? null);
    const chosen = main ?? (followed === null ? mostProminent(found, image) : null);
    let mesh = followed;
    if (mesh === null && chosen !== null) {
      const fresh = await meshFace(this.#mesher, image, chosen);
      mesh = fresh.flag >= MESH_FLAG_THRESHOLD ? fresh : null;
    }
    this.detections.push({ index, atMs, secondFaceShare: secondFaceShare(found, chosen, mesh) });
    return mesh;
  }
}

const SAME_PLACE_IOU = 0.2;

const overlapping = (found: readonly DetectedFace[], box: Box): DetectedFace | undefined =>
  found.find((face) => intersectionOverUnion(face.box, box) >= SAME_PLACE_IOU);

/** Large, sure and in the middle. */
function mostProminent(found: readonly DetectedFace[], { widthPx, heightPx }: Raster): DetectedFace | null {
  const prominence = ({ box, score }: DetectedFace): number => {
    const [x, y] = centreOf(box);
    const offCentre = Math.hypot(x - widthPx / 2, y - heightPx / 2) / Math.max(widthPx, heightPx);
    return (box.x1Px - box.x0Px) * score * (1 - offCentre);
  };
  return found.reduce<DetectedFace | null>(
    (best, face) => (best === null || prominence(face) > prominence(best) ? face : best),
    null,
  );
}

function secondFaceShare(found: readonly DetectedFace[], main: DetectedFace | null, mesh: FaceMesh | null): number {
  const own = main?.box ?? (mesh === null ? null : faceBox(mesh));
  if (own === null) return 0;
  const others = found.filter(
    (face) =>
      face !== main && face.score >= DETECTION_THRESHOLD && intersectionOverUnion(face.box, own) < SAME_PLACE_IOU,
  );
  return Math.max(0, ...others.map(({ box }) => heightOf(box))) / heightOf(own);
}

const heightOf = (box: Box): number => box.y1Px - box.y0Px;
const centreOf = (box: Box): readonly [number, number] => [(box.x0Px + box.x1Px) / 2, (box.y0Px + box.y1Px) / 2];
