import type { Feedback } from '../evidence/evidence.ts';
import type { Finding } from '../verification/assessment.ts';
import type { DocumentReading } from './document/document.ts';
import type { VideoExhibit } from './exhibits.ts';
import type { AttributeModel } from './face/attributes/attribute-model.ts';
import type { MeasuredAttributes } from './face/attributes/measure-attributes.ts';
import type { RectifiedSide } from './document/rectify.ts';
import type { FaceTemplate } from './face/face.ts';
import type { Box, Raster } from './image/raster.ts';
import type { Challenge } from './liveness/challenge.ts';
import type { Side } from './document/document.ts';
import type { MediaRefusal, VideoFacts } from './runtime/media.ts';
import type { Result } from '../kernel/result.ts';

/** The engine's two independent halves. Each can run in a process of its own; what goes in and comes out is plain data. */

export type VideoTask = {
  readonly faceVideo: string;
  readonly challenge: Challenge | null;
  /** Weights for the attributes that the installer calibrated; null: those shipped. */
  readonly attributeModel: AttributeModel | null;
};

export type VideoMeasurement = {
  readonly facts: VideoFacts;
  readonly findings: readonly Finding[];
  /** null when the video shows no face that could be compared. */
  readonly template: FaceTemplate | null;
  readonly framesCompared: number;
  readonly attributes: MeasuredAttributes;
  readonly exhibit: VideoExhibit;
  readonly inferenceMs: Readonly<Record<string, number>>;
  readonly stages: readonly { readonly stage: string; readonly ms: number }[];
};

export type DocumentTask = {
  readonly front: string | Uint8Array;
  readonly back: string | Uint8Array | null;
  /** ISO date on which the document must be valid. */
  readonly at: string;
};

export type PortraitMeasurement = {
  readonly side: Side;
  readonly box: Box;
  readonly faceHeightPx: number;
  readonly confidence: number;
  readonly template: FaceTemplate;
  readonly alignedFace: Raster;
};

export type DocumentMeasurement = {
  readonly reading: DocumentReading;
  readonly portrait: PortraitMeasurement | null;
  /** Sides whose document was located, drawn upright: to be looked at. */
  readonly rectified: Readonly<Partial<Record<Side, RectifiedSide>>>;
  readonly inferenceMs: Readonly<Record<string, number>>;
  readonly stages: readonly { readonly stage: string; readonly ms: number }[];
};

/** A half that could not be measured at all, and which piece of evidence it was. */
export type EvidenceRefusal = MediaRefusal & { readonly evidence: 'face-video' | 'front' | 'back' };

/** Runs the halves: in this process, or in workers. A worker that dies or hangs is an `engine-failed` refusal, never a pass. */
export type Engine = {
  measureVideo(task: VideoTask): Promise<Result<VideoMeasurement, EvidenceRefusal | EngineFailure>>;
  measureDocument(task: DocumentTask): Promise<Result<DocumentMeasurement, EvidenceRefusal | EngineFailure>>;
  close(): Promise<void>;
};

export type EngineFailure = {
  readonly kind: 'engine-failed';
  readonly evidence: 'face-video' | 'front';
  /** `unsound`: it answered, and the answer cannot be one: not a number, a check left out. */
  readonly detail: 'timed-out' | 'died' | 'unsound';
};

/** A glance at one piece while its sender is still there: seconds, not a measurement. */
export type LookTask =
  | { readonly kind: 'front' | 'back'; readonly image: Uint8Array }
  | { readonly kind: 'face-video'; readonly faceVideo: string };

export type QuickLook = {
  /** `not-checked` when it took too long or did not come to an end. */
  look(task: LookTask): Promise<Feedback>;
  close(): Promise<void>;
};
