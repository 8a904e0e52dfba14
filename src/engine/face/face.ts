import type { Box, Point } from '../image/raster.ts';

/** A detected face. Key points in px: image-left eye, image-right eye, nose, mouth, image-left ear, image-right ear. */
export type DetectedFace = { readonly box: Box; readonly score: number; readonly keyPoints: readonly Point[] };

/** 468 points of the MediaPipe face mesh: x, y in image px, z in the same unit (relative); flag in [0, 1], 1 = a face. */
export type FaceMesh = { readonly points: Float32Array; readonly flag: number };

/** A face with its mesh. */
export type Face = { readonly detected: DetectedFace; readonly mesh: FaceMesh };

/** One comparison template per embedder, each L2-normalised. */
export type FaceTemplate = { readonly a: Float32Array; readonly b: Float32Array };
