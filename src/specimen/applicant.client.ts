import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Raster } from '../engine/image/raster.ts';
import { cropTo } from '../engine/image/warp.ts';
import { trackFaces } from '../engine/liveness/track.ts';
import { decodeVideo } from '../engine/runtime/decode-video.client.ts';
import type { Models } from '../engine/runtime/model.ts';
import type { CameraLevel } from './camera.ts';
import type { DocumentRequest, DocumentTruth } from './document.ts';
import { generateDocument } from './generate.client.ts';
import { photograph } from './photograph.client.ts';

/**
 * A portrait as an office would print it, cut from the best frame of a recording: head and shoulders, 3 : 4.
 * @throws Error when the recording cannot be decoded or shows no face.
 */
export async function portraitFrom(recording: string, models: Models): Promise<Raster> {
  const tracker = await trackFaces(models);
  const decoded = await decodeVideo(recording, tracker);
  if (!decoded.ok) throw new Error(`the recording for the portrait: ${decoded.refusal.kind}`);
  const best = tracker.finish().best[0];
  if (best === undefined) throw new Error('the recording for the portrait shows no frontal face');
  const { x0Px, y0Px, x1Px, y1Px } = best.face.box;
  const heightPx = (y1Px - y0Px) * 1.75;
  const widthPx = heightPx * 0.75;
  const centreX = (x0Px + x1Px) / 2;
  const top = y0Px - (y1Px - y0Px) * 0.45;
  const box = { x0Px: centreX - widthPx / 2, y0Px: top, x1Px: centreX + widthPx / 2, y1Px: top + heightPx };
  return cropTo(best.image, box, 480, 640);
}

export type ApplicantDocument = {
  readonly front: string;
  /** null for a document with one side, or one whose back was left out on purpose. */
  readonly back: string | null;
  readonly truth: DocumentTruth;
};

/** Draws a document, photographs its sides under a level of camera conditions, and writes them into `folder` as JPEG files. */
export async function photographedDocument(
  request: DocumentRequest,
  { folder, portrait, level }: { readonly folder: string; readonly portrait: Raster; readonly level: CameraLevel },
): Promise<ApplicantDocument> {
  const { front, back, truth } = await generateDocument(request, { portrait });
  const take = async (side: 'front' | 'back', flat: Raster): Promise<string> => {
    const file = path.join(folder, `${request.type}-${request.seed}-${side}.jpg`);
    const { jpeg } = await photograph(flat, { seed: request.seed * 2 + (side === 'back' ? 1 : 0), level });
    await writeFile(file, jpeg);
    return file;
  };
  return {
    front: await take('front', front),
    back: back === undefined ? null : await take('back', back),
    truth,
  };
}
