import type { Finding } from '../verification/assessment.ts';
import { ok, refuse, type Result } from '../kernel/result.ts';
import { measureAttributes, type AttributeFrame } from './face/attributes/measure-attributes.ts';
import { shippedAttributeModel } from './face/attributes/attribute-model.ts';
import { chooseFaces, type ChosenFace } from './face/choose-faces.ts';
import { detectFaces, intersectionOverUnion } from './face/detect.ts';
import { templateOfAligned } from './face/embed.ts';
import type { FrameExhibit } from './exhibits.ts';
import type { FaceMesh } from './face/face.ts';
import type { Box, Raster } from './image/raster.ts';
import { cropTo } from './image/warp.ts';
import type { FaceTrack, NativeFrame } from './liveness/face-track.ts';
import { measureLiveness } from './liveness/measure.ts';
import { trackFaces } from './liveness/track.ts';
import type { MediaRefusal, Thumbnail, VideoFacts, VideoFrame } from './runtime/media.ts';
import type { Models } from './runtime/model.ts';
import { inferenceSince, stopwatch } from './stopwatch.ts';
import type { EvidenceRefusal, VideoMeasurement, VideoTask } from './tasks.ts';

/** What measuring needs of the world outside. */
export type VideoTools = {
  readonly models: Models;
  readonly decodeVideo: (
    file: string,
    receiver: {
      readonly onFrame: (frame: VideoFrame, release: () => void) => Promise<void>;
      readonly onThumbnail: (thumbnail: Thumbnail) => void;
    },
  ) => Promise<Result<VideoFacts, MediaRefusal>>;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
};

/** One template rests on so many frames: the mean of five compares higher than that of three, eight add nothing (decision 3). */
const FRAMES_COMPARED = 5;
/** Five that pass the gates are needed; a few more, because some will not. */
const ATTRIBUTE_FRAMES = 7;
const EXHIBIT_SIDE_PX = 320;

type KeptFrame = NativeFrame & { readonly mesh: FaceMesh };

/** The face video: one pass over it, then every liveness check, the template, and what the face looks like. */
export async function measureVideo(
  { faceVideo, challenge, attributeModel }: VideoTask,
  { models, decodeVideo, now }: VideoTools,
): Promise<Result<VideoMeasurement, EvidenceRefusal>> {
  const watch = stopwatch(now);
  const spent = inferenceSince(models);
  const tracker = await trackFaces(models);
  watch.lap('open');
  const decoded = await decodeVideo(faceVideo, tracker);
  if (!decoded.ok) return refuse({ ...decoded.refusal, evidence: 'face-video' });
  const track = tracker.finish();
  watch.lap('decode-and-track');
  const { findings, response } = await measureLiveness(track, challenge, models, now);
  watch.lap('liveness');
  const compared = chooseFaces(keptFrames(track), FRAMES_COMPARED);
  const template =
    compared.length === 0
      ? null
      : await templateOfAligned(
          models,
          compared.map(({ aligned }) => aligned),
        );
  watch.lap('template');
  const attributes = await measureAttributes(await attributeFrames(track, models), {
    models,
    model: attributeModel ?? shippedAttributeModel,
    now,
  });
  watch.lap('attributes');
  return ok({
    facts: decoded.value,
    findings: [...findings, ...attributes.findings] satisfies Finding[],
    template,
    framesCompared: compared.length,
    attributes: attributes.measured,
    exhibit: {
      facts: decoded.value,
      frames: compared.map(exhibitOf),
      alignedFace: compared[0]?.aligned ?? null,
      challenge: response === null ? null : { curves: response.curves, steps: response.steps },
    },
    inferenceMs: spent(),
    stages: watch.laps,
  });
}

/** Every frame whose pixels were kept, once, with its mesh at hand. */
function keptFrames({ best, frontal }: FaceTrack): KeptFrame[] {
  const distinct = new Map([...best, ...frontal].map((frame) => [frame.index, frame]));
  return [...distinct.values()].map((frame) => ({ ...frame, mesh: frame.face.mesh }));
}

/** Frames for the attributes: the best ones, filled up with frontal ones. The detector's own box goes with each. */
async function attributeFrames(track: FaceTrack, models: Models): Promise<AttributeFrame[]> {
  const chosen = new Map(track.best.map((frame) => [frame.index, frame]));
  for (const frame of track.frontal) if (chosen.size < ATTRIBUTE_FRAMES) chosen.set(frame.index, frame);
  const detector = await models.open('face-detector');
  const frames: AttributeFrame[] = [];
  for (const { index, image, face } of chosen.values()) {
    const detected = (await detectFaces(detector, image)).sort(
      (a, b) => intersectionOverUnion(b.box, face.box) - intersectionOverUnion(a.box, face.box),
    )[0];
    if (detected !== undefined) frames.push({ index, image, face: { detected, mesh: face.mesh } });
  }
  return frames;
}

/** The frame cut around the face, small enough to look at. */
function exhibitOf({ frame: { atMs, image, face }, quality }: ChosenFace<KeptFrame>): FrameExhibit {
  const box = squareAround(face.box, image);
  const scale = EXHIBIT_SIDE_PX / (box.x1Px - box.x0Px);
  const points = Float32Array.from(face.mesh.points, (value, at) =>
    at % 3 === 0 ? (value - box.x0Px) * scale : at % 3 === 1 ? (value - box.y0Px) * scale : value * scale,
  );
  return {
    atMs,
    image: cropTo(image, box, EXHIBIT_SIDE_PX, EXHIBIT_SIDE_PX),
    mesh: { points, flag: face.mesh.flag },
    quality: quality.overall,
  };
}

function squareAround({ x0Px, y0Px, x1Px, y1Px }: Box, image: Raster): Box {
  const half = Math.min(Math.max(x1Px - x0Px, y1Px - y0Px) * 0.75, image.widthPx / 2, image.heightPx / 2);
  const x = Math.max(half, Math.min(image.widthPx - half, (x0Px + x1Px) / 2));
  const y = Math.max(half, Math.min(image.heightPx - half, (y0Px + y1Px) / 2));
  return { x0Px: x - half, y0Px: y - half, x1Px: x + half, y1Px: y + half };
}
