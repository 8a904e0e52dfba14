import type { Raster } from '../image/raster.ts';

/** Why media was not taken: a stable slug, and for people which limit or which fact. Never file contents or paths. */
export type MediaRefusal = {
  readonly kind:
    | 'unreadable' // no such file, not permitted, or empty
    | 'not-an-image' // content is none of JPEG, PNG, WebP
    | 'not-a-video' // content is none of WebM (VP8, VP9), MP4 or MOV (H.264)
    | 'damaged' // the container or the coded picture is broken or cut short
    | 'too-many-pixels'
    | 'too-long'
    | 'took-too-long'
    | 'took-too-much-memory';
  readonly detail: string;
};

/** One decoded frame, upright (rotation metadata applied). `index` counts the stored frames that were kept, from 0. */
export type VideoFrame = { readonly index: number; readonly atMs: number; readonly image: Raster };

/** Facts about a recording. `storedFps` counts what the file holds; frames handed on are at most `fps` of them. */
export type VideoFacts = {
  readonly codec: 'vp8' | 'vp9' | 'h264';
  readonly container: 'webm' | 'mp4' | 'mov';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly durationMs: number;
  readonly storedFrames: number;
};

/** Limits on what is decoded. */
export type MediaLimits = {
  readonly maxDurationMs: number;
  readonly maxSidePx: number;
  readonly timeoutMs: number;
  readonly memoryMiB: number;
};
export const mediaLimits: MediaLimits = { maxDurationMs: 60_000, maxSidePx: 1920, timeoutMs: 60_000, memoryMiB: 900 };

/** A still's pixels in all; above, the image is refused before it is decoded. */
export const maxImagePixels = 50_000_000;
