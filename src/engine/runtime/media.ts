import type { Raster } from '../image/raster.ts';

/** Why media was not taken: a stable slug, and for people which limit or which fact. Never file contents or paths. */
export type MediaRefusal = {
  readonly kind:
    | 'unreadable' // no such file, not permitted, or empty
    | 'not-an-image' // content is none of JPEG, PNG, WebP
    | 'not-a-video' // content is none of WebM (VP8, VP9), MP4 or MOV (H.264)
    | 'damaged' // the container or the coded picture is broken or cut short
    | 'too-many-bytes'
    | 'too-many-pixels'
    | 'too-long'
    | 'took-too-long'
    | 'took-too-much-memory';
  readonly detail: string;
};

/** One decoded frame, upright (rotation metadata applied). `index` counts the stored frames that were kept, from 0. */
export type VideoFrame = { readonly index: number; readonly atMs: number; readonly image: Raster };

/** Every stored frame in small, upright: area-averaged luma, `thumbnailWidthPx` × `thumbnailHeightPx`, row by row. */
export type Thumbnail = { readonly atMs: number; readonly luma: Uint8Array };
export const thumbnailWidthPx = 64;
export const thumbnailHeightPx = 48;

/**
 * Facts about a recording. Times are ms after its beginning (the earliest track's). `widthPx` and `heightPx` are the first
 * frame's, upright; `storedFrames` counts what the file holds; frames handed on are at most `fps` of them a second.
 */
export type VideoFacts = {
  readonly codec: 'vp8' | 'vp9' | 'h264';
  readonly container: 'webm' | 'mp4' | 'mov';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly durationMs: number;
  readonly storedFrames: number;
};

/**
 * Limits on what is decoded. `timeoutMs` counts the time spent waiting for the decoder, not the time that the receiver of the
 * frames takes, and `stallMs` how long the decoder may be silent meanwhile; `memoryMiB` is the decoder's resident memory; `maxStoredFrames` bounds the work that a lying clock hides.
 */
export type MediaLimits = {
  readonly maxDurationMs: number;
  readonly maxSidePx: number;
  readonly maxStoredFrames: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly stallMs: number;
  readonly memoryMiB: number;
};
export const mediaLimits: MediaLimits = {
  maxDurationMs: 60_000,
  maxSidePx: 1920,
  maxStoredFrames: 60 * 120,
  maxBytes: 400_000_000,
  timeoutMs: 60_000,
  stallMs: 10_000,
  memoryMiB: 900,
};

/** A still's pixels in all; above, the image is refused before it is decoded. */
export const maxImagePixels = 50_000_000;

/** Limits on a still. `shrinkToSidePx`: hand on a picture whose longer side is at most this; smaller ones stay as they are. */
export type ImageLimits = {
  readonly maxPixels: number;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  readonly shrinkToSidePx?: number;
};
export const imageLimits: ImageLimits = { maxPixels: maxImagePixels, maxBytes: 100_000_000, timeoutMs: 20_000 };
