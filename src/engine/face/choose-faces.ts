import type { Raster } from '../image/raster.ts';
import { alignFace } from './align.ts';
import { chooseFrames } from './choose-frames.ts';
import type { FaceMesh } from './face.ts';
import { faceQuality, poseQuality, type FaceQuality } from './quality.ts';

export type FaceFrame = { readonly atMs: number; readonly image: Raster; readonly mesh: FaceMesh };

export type ChosenFace<Frame extends FaceFrame> = {
  readonly frame: Frame;
  readonly aligned: Raster;
  readonly quality: FaceQuality;
};

/** So many frames for each one wanted are looked at closely; the rest are ruled out by pose alone. */
const MEASURED_PER_WANTED = 4;

/**
 * The faces that stand for a recording: frames ranked by pose, the best of them aligned and measured, `count` chosen, spread over
 * time (see `chooseFrames`). Hand their `aligned` to `templateOfAligned`.
 * @returns at most `count`, best quality first; none when no frame shows a usable face.
 */
export function chooseFaces<Frame extends FaceFrame>(frames: readonly Frame[], count: number): ChosenFace<Frame>[] {
  const measured = frames
    .map((frame) => ({ frame, pose: poseQuality(frame.mesh) }))
    .toSorted((a, b) => b.pose - a.pose || a.frame.atMs - b.frame.atMs)
    .slice(0, count * MEASURED_PER_WANTED)
    .map(({ frame }) => {
      const aligned = alignFace(frame.image, frame.mesh);
      const quality = faceQuality(frame.mesh, aligned);
      return { atMs: frame.atMs, quality: quality.overall, face: { frame, aligned, quality } };
    });
  return chooseFrames(measured, count)
    .map(({ face }) => face)
    .toSorted((a, b) => b.quality.overall - a.quality.overall);
}
