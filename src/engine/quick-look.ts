import type { Feedback } from '../evidence/evidence.ts';
import type { Result } from '../kernel/result.ts';
import { facePoints } from './decision/face.ts';
import { livenessPoints } from './decision/liveness.ts';
import { readPicture, type PictureReading } from './document/read-side.ts';
import { textReader } from './document/text/reader.ts';
import type { Dictionary } from './document/text/recognise.ts';
import { detectFaces } from './face/detect.ts';
import type { DetectedFace } from './face/face.ts';
import { findPortrait } from './face/portrait.ts';
import type { Raster } from './image/raster.ts';
import { median } from './liveness/quantile.ts';
import type { MediaRefusal, VideoFacts, VideoFrame } from './runtime/media.ts';
import type { Models } from './runtime/model.ts';
import type { LookTask } from './tasks.ts';

export type LookTools = {
  readonly models: Models;
  readonly decodeImage: (
    source: Uint8Array,
    limits: { readonly shrinkToSidePx: number },
  ) => Promise<Result<Raster, MediaRefusal>>;
  readonly decodeVideo: (
    file: string,
    receiver: { readonly fps: number; readonly onFrame: (frame: VideoFrame, release: () => void) => Promise<void> },
  ) => Promise<Result<VideoFacts, MediaRefusal>>;
  readonly dictionary: Dictionary;
};

/**
 * A glance that saves a second visit: whether there is a face to compare, and print to read. It is lenient, because whoever is sent back for
 * nothing gives up: what it lets pass the engine still judges.
 */
export function quickLook(task: LookTask, tools: LookTools): Promise<Feedback> {
  return task.kind === 'face-video' ? lookAtFace(task.faceVideo, tools) : lookAtDocument(task.kind, task.image, tools);
}

const LOOKS_PER_SECOND = 2;
/** A second face in fewer looks than this is somebody who walks by. */
const MOST_SHARE_WITH_OTHERS = 0.3;
/** Of the applicant's own face, by area. Smaller ones are behind, or on the wall. */
const RIVAL_SHARE = 0.35;

async function lookAtFace(faceVideo: string, { models, decodeVideo }: LookTools): Promise<Feedback> {
  const detector = await models.open('face-detector');
  const looks: (readonly DetectedFace[])[] = [];
  const decoded = await decodeVideo(faceVideo, {
    fps: LOOKS_PER_SECOND,
    async onFrame({ image }, release) {
      looks.push(await detectFaces(detector, image));
      release();
    },
  });
  if (!decoded.ok) return 'unreadable-media';
  const withFace = looks.filter((faces) => faces.length > 0).map(bySize);
  if (withFace.length < looks.length * livenessPoints.leastFaceShare || withFace.length === 0) return 'face-not-found';
  const eyes = withFace.map(([largest]) => eyeDistancePx(largest!));
  if (median(eyes) < livenessPoints.leastEyeDistancePx) return 'face-too-small';
  const withOthers = withFace.filter(
    ([first, second]) => second !== undefined && area(second) > RIVAL_SHARE * area(first!),
  );
  return withOthers.length > looks.length * MOST_SHARE_WITH_OTHERS ? 'several-faces' : 'good';
}

const bySize = (faces: readonly DetectedFace[]): readonly DetectedFace[] =>
  faces.toSorted((one, other) => area(other) - area(one));

const area = ({ box }: DetectedFace): number => (box.x1Px - box.x0Px) * (box.y1Px - box.y0Px);

function eyeDistancePx({ keyPoints }: DetectedFace): number {
  const [[leftX, leftY], [rightX, rightY]] = [keyPoints[0]!, keyPoints[1]!];
  return Math.hypot(rightX - leftX, rightY - leftY);
}

/** What reading works on; a larger picture is not read better. */
const DOCUMENT_SIDE_PX = 2200;
const LEGIBLE_CONFIDENCE = 0.8;
/** A side of a card has 200 glyphs and more; with fewer than this, next to nothing of it could be read. */
const LEAST_LEGIBLE_GLYPHS = 25;
/** Lines that are seen although they cannot be read: there is a document, too blurred or too far. */
const LEAST_LINES = 4;

async function lookAtDocument(
  side: 'front' | 'back',
  bytes: Uint8Array,
  { models, decodeImage, dictionary }: LookTools,
): Promise<Feedback> {
  const decoded = await decodeImage(bytes, { shrinkToSidePx: DOCUMENT_SIDE_PX });
  if (!decoded.ok) return 'unreadable-media';
  const reading = await readPicture(decoded.value, models, textReader(models, dictionary));
  const isLegible = reading.mrz !== null || legibleGlyphs(reading) >= LEAST_LEGIBLE_GLYPHS;
  if (side === 'back') return isLegible ? 'good' : illegible(reading);
  // On the picture as it came: what reading enlarged has no more detail than before.
  const portrait = await findPortrait(models, decoded.value, { orientationHint: reading.quarterTurns });
  if (!isLegible) return portrait === null ? illegible(reading) : 'document-not-readable';
  if (portrait === null) return 'portrait-not-found';
  return portrait.faceHeightPx < facePoints.leastPortraitFaceHeightPx ? 'portrait-too-small' : 'good';
}

const illegible = ({ lines }: PictureReading): Feedback =>
  lines.length >= LEAST_LINES ? 'document-not-readable' : 'document-not-found';

const legibleGlyphs = ({ lines }: PictureReading): number =>
  lines.reduce((sum, { text, confidence }) => sum + (confidence >= LEGIBLE_CONFIDENCE ? text.length : 0), 0);
