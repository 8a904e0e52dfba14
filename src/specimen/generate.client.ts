import sharp from 'sharp';
import type { Raster } from '../engine/image/raster.ts';
import { drawDocument, type DocumentRequest, type DocumentTruth } from './document.ts';
import { loadFonts } from './fonts.client.ts';
import type { DrawnSide } from './sheet.ts';

export type GeneratedDocument = { readonly front: Raster; readonly back?: Raster; readonly truth: DocumentTruth };

/**
 * Draws a fictitious document and turns it into pixels.
 * @param options.portrait what is placed as the holder's portrait, cropped to fill; colours are kept. Without it one is drawn.
 * @param options.pxPerUnit pixels per tenth of a millimetre; 1.6 if not said.
 */
export async function generateDocument(
  request: DocumentRequest,
  options: { readonly portrait?: Raster; readonly pxPerUnit?: number } = {},
): Promise<GeneratedDocument> {
  const portraitHref = options.portrait === undefined ? null : await dataUri(options.portrait);
  const drawn = drawDocument(request, loadFonts(), portraitHref, options.pxPerUnit);
  const front = await rasterOf(drawn.front);
  const back = drawn.back === undefined ? undefined : await rasterOf(drawn.back);
  return { front, ...(back === undefined ? {} : { back }), truth: drawn.truth };
}

/** White shows outside the rounded corners, as under a flat-bed scanner's lid. */
async function rasterOf(side: DrawnSide): Promise<Raster> {
  // Decoding what applicants send shuts every other format out of the process; our own drawings are let in again. What is sent
  // still cannot be SVG: its bytes are looked at before any parser is.
  sharp.unblock({ operation: ['VipsForeignLoadSvgBuffer'] });
  const { data, info } = await sharp(Buffer.from(side.svg), { limitInputPixels: 64_000_000, unlimited: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { widthPx: info.width, heightPx: info.height, rgb: new Uint8Array(data) };
}

async function dataUri({ widthPx, heightPx, rgb }: Raster): Promise<string> {
  const png = await sharp(rgb, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png()
    .toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}
