import sharp from 'sharp';
import type { Quad, Raster } from '../engine/image/raster.ts';
import { expose, type CameraOptions } from './camera.ts';

export type Photograph = {
  /** The file as a phone would send it. */
  readonly jpeg: Buffer;
  /** Its pixels after compression. */
  readonly image: Raster;
  /** Where the document's corners lie in it. */
  readonly quad: Quad;
};

/** Photographs a flat document under the conditions of a level, and compresses the picture as phones do. */
export async function photograph(document: Raster, options: CameraOptions): Promise<Photograph> {
  const { image, quad, jpegQuality } = expose(document, options);
  const jpeg = await sharp(image.rgb, { raw: { width: image.widthPx, height: image.heightPx, channels: 3 } })
    .jpeg({ quality: jpegQuality })
    .toBuffer();
  const { data, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  return { jpeg, image: { widthPx: info.width, heightPx: info.height, rgb: new Uint8Array(data) }, quad };
}
