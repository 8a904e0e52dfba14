import { ok, refuse, type Result } from '../kernel/result.ts';
import type { DocumentReading, Side } from './document/document.ts';
import { readDocument, type Barcode } from './document/read-document.ts';
import type { Dictionary } from './document/text/recognise.ts';
import { rectifiedSide, type RectifiedSide } from './document/rectify.ts';
import { alignFace } from './face/align.ts';
import { templateOf } from './face/embed.ts';
import { findPortrait, type Portrait } from './face/portrait.ts';
import type { Raster } from './image/raster.ts';
import type { MediaRefusal } from './runtime/media.ts';
import type { Models } from './runtime/model.ts';
import { inferenceSince, stopwatch } from './stopwatch.ts';
import type { DocumentMeasurement, DocumentTask, EvidenceRefusal, PortraitMeasurement } from './tasks.ts';

export type DocumentTools = {
  readonly models: Models;
  readonly decodeImage: (source: string | Uint8Array) => Promise<Result<Raster, MediaRefusal>>;
  readonly dictionary: Dictionary;
  readonly readBarcodes: (image: Raster) => Promise<readonly Barcode[]>;
  /** Milliseconds of a steady clock. */
  readonly now: () => number;
};

/** The document's photographs: read, and the portrait found and made comparable. */
export async function measureDocument(
  { front, back, at }: DocumentTask,
  { models, decodeImage, dictionary, readBarcodes, now }: DocumentTools,
): Promise<Result<DocumentMeasurement, EvidenceRefusal>> {
  const watch = stopwatch(now);
  const spent = inferenceSince(models);
  const frontPicture = await decodeImage(front);
  if (!frontPicture.ok) return refuse({ ...frontPicture.refusal, evidence: 'front' });
  const backPicture = back === null ? null : await decodeImage(back);
  if (backPicture !== null && !backPicture.ok) return refuse({ ...backPicture.refusal, evidence: 'back' });
  watch.lap('decode');
  const reading = await readDocument({
    front: frontPicture.value,
    ...(backPicture === null ? {} : { back: backPicture.value }),
    at,
    models,
    dictionary,
    readBarcodes,
  });
  watch.lap('read');
  const portrait = await measurePortrait(reading, models);
  watch.lap('portrait');
  const rectified = rectifiedSides(reading);
  watch.lap('rectify');
  return ok({ reading, portrait, rectified, inferenceMs: spent(), stages: watch.laps });
}

function rectifiedSides({ sides }: DocumentReading): Partial<Record<Side, RectifiedSide>> {
  const rectified: Partial<Record<Side, RectifiedSide>> = {};
  for (const side of ['front', 'back'] as const) {
    const read = sides[side];
    if (read !== undefined && read.card !== null) rectified[side] = rectifiedSide(read.image, read.card);
  }
  return rectified;
}

/** Sides are upright by their text; the front is searched first, the other only when it shows no face. */
async function measurePortrait({ sides }: DocumentReading, models: Models): Promise<PortraitMeasurement | null> {
  for (const side of ['front', 'back'] as const) {
    const image = sides[side]?.image;
    const portrait = image === undefined ? null : await findPortrait(models, image, { orientationHint: 0 });
    if (image !== undefined && portrait !== null) return comparable(side, image, portrait, models);
  }
  return null;
}

async function comparable(side: Side, image: Raster, portrait: Portrait, models: Models): Promise<PortraitMeasurement> {
  const { mesh, box, faceHeightPx, confidence } = portrait;
  return {
    side,
    box,
    faceHeightPx,
    confidence,
    template: await templateOf(models, [{ image, mesh }]),
    alignedFace: alignFace(image, mesh),
  };
}
