import type { FaceMesh } from '../face/face.ts';
import type { Box, Raster } from '../image/raster.ts';
import type { Thumbnail } from '../runtime/media.ts';
import type { MeanColour } from './colour.ts';
import type { FaceGeometry } from './geometry.ts';

/** The applicant's face in one frame. Colours are null where the region lies outside the picture. */
export type TrackedFace = {
  readonly mesh: FaceMesh;
  readonly box: Box;
  readonly geometry: FaceGeometry;
  readonly skin: MeanColour | null;
  readonly background: MeanColour | null;
};

/** One frame that was looked at; `face` is null where none was found. `index` counts the recording's stored frames. */
export type TrackedFrame = { readonly index: number; readonly atMs: number; readonly face: TrackedFace | null };

/** A frame whose pixels were kept as recorded. */
export type NativeFrame = {
  readonly index: number;
  readonly atMs: number;
  readonly face: TrackedFace;
  readonly image: Raster;
};

/** Who was seen: the L2-normalised embedding of the track's face at a moment when it was not turned far away. */
export type IdentitySample = {
  readonly index: number;
  readonly atMs: number;
  readonly asymmetry: number;
  readonly meshFlag: number;
  readonly embedding: Float32Array;
};

/** What the detector found when it looked at a whole frame. */
export type DetectionSample = {
  readonly index: number;
  readonly atMs: number;
  /** Height of the second largest face / height of the applicant's; 0 when there is none. */
  readonly secondFaceShare: number;
};

/** All that a recording's one pass leaves behind; every check works from it. A photograph is a track of one frame. */
export type FaceTrack = {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly isStill: boolean;
  readonly frames: readonly TrackedFrame[];
  /** Every stored frame in small: enough to see that two moments are the same picture. */
  readonly thumbnails: readonly Thumbnail[];
  /** Frontal frames spread over the recording; where there is none, the least turned ones. */
  readonly frontal: readonly NativeFrame[];
  /** The sharpest frontal frames, best first: for comparing and for attributes. */
  readonly best: readonly NativeFrame[];
  readonly identities: readonly IdentitySample[];
  readonly detections: readonly DetectionSample[];
  /** Stored frame indexes at which the track's face was suddenly elsewhere. */
  readonly jumps: readonly number[];
  /** The network behind the identity samples. */
  readonly identityModel: string;
};

/** Frames of a track that hold a face, as pairs that the compiler knows to be complete. */
export const facesOf = ({ frames }: FaceTrack): readonly (TrackedFrame & { readonly face: TrackedFace })[] =>
  frames.filter((frame): frame is TrackedFrame & { readonly face: TrackedFace } => frame.face !== null);
