import type { FaceMesh } from './face/face.ts';
import type { Box, Quad, Raster } from './image/raster.ts';
import type { ChallengeCurves, StepVerdict } from './liveness/challenge-response.ts';
import type { Side, TextLine } from './document/document.ts';
import type { RectifiedSide } from './document/rectify.ts';
import type { VideoFacts } from './runtime/media.ts';

/** What the engine saw, for people who read a case: pictures and curves. Never needed to judge, always personal data. */
export type Exhibits = { readonly video: VideoExhibit | null; readonly document: DocumentExhibit | null };

export type VideoExhibit = {
  readonly facts: VideoFacts;
  /** The frames that the comparison rests on, best first, cut around the face; `mesh` in px of the cut. */
  readonly frames: readonly FrameExhibit[];
  /** The best face as the comparison sees it, 112 × 112. */
  readonly alignedFace: Raster | null;
  readonly challenge: { readonly curves: ChallengeCurves; readonly steps: readonly StepVerdict[] } | null;
};

export type FrameExhibit = {
  readonly atMs: number;
  readonly image: Raster;
  readonly mesh: FaceMesh;
  /** 0 … 1, by `face/quality.ts`. */
  readonly quality: number;
};

export type DocumentExhibit = {
  readonly sides: readonly {
    readonly side: Side;
    readonly image: Raster;
    /** The document upright and flat, where it was located; places below are px of `image`. */
    readonly rectified: RectifiedSide | null;
    readonly lines: readonly TextLine[];
    readonly fields: readonly { readonly name: string; readonly quad: Quad }[];
    readonly mrzRows: readonly Quad[];
  }[];
  /** Each field as it is printed and as the machine readable zone has it; null where one of them does not. Dates are ISO. */
  readonly readings: readonly {
    readonly name: string;
    readonly inPrint: string | null;
    readonly inZone: string | null;
  }[];
  readonly portrait: { readonly side: Side; readonly box: Box; readonly alignedFace: Raster } | null;
};

/** Where the time went: wall time of each stage, and inference by network, in ms. */
export type Timings = {
  readonly stages: readonly { readonly stage: string; readonly ms: number }[];
  readonly inferenceMs: Readonly<Record<string, number>>;
};
