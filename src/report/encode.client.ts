import sharp from 'sharp';
import type { Raster } from '../engine/image/raster.ts';

/** A picture as a `data:` address of a JPEG, shrunk to at most 1,200 px. */
export async function encodeForReport({ rgb, widthPx, heightPx }: Raster): Promise<string> {
  const jpeg = await sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .resize(1200, 1200, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 82 })
    .toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}
