import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepareZXingModule, readBarcodes as readWithZxing, type ReaderOptions } from 'zxing-wasm/reader';
import type { Raster } from '../image/raster.ts';
import { resizeTo } from '../image/warp.ts';
import type { Barcode } from './read-document.ts';

const options: ReaderOptions = {
  formats: ['PDF417', 'QRCode', 'Code128', 'Code39', 'DataMatrix'],
  tryHarder: true,
  tryRotate: true,
  tryInvert: false,
  maxNumberOfSymbols: 4,
};

const SCALES = [1, 2]; // dense symbols are read at twice the size only, coarse ones at once only
const LARGEST_SIDE_PX = 3000;

let prepared = false;

/** Reads barcodes at the size the picture has and, where none is found, at twice that. */
export async function readBarcodes(image: Raster): Promise<readonly Barcode[]> {
  prepare();
  for (const scale of SCALES) {
    const widthPx = image.widthPx * scale;
    const heightPx = image.heightPx * scale;
    if (scale > 1 && Math.max(widthPx, heightPx) > LARGEST_SIDE_PX) break;
    const read = await readWithZxing(imageData(scale === 1 ? image : resizeTo(image, widthPx, heightPx)), options);
    const found = read.filter(({ isValid }) => isValid).map(({ format, text }) => ({ format: String(format), text }));
    if (found.length > 0) return found;
  }
  return [];
}

/** The module's code comes from its package; without this it would be fetched. */
function prepare(): void {
  if (prepared) return;
  const file = fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'));
  const bytes = readFileSync(file);
  prepareZXingModule({
    overrides: { wasmBinary: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer },
  });
  prepared = true;
}

function imageData({ widthPx, heightPx, rgb }: Raster): ImageData {
  const data = new Uint8ClampedArray(widthPx * heightPx * 4);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    data[to] = rgb[from]!;
    data[to + 1] = rgb[from + 1]!;
    data[to + 2] = rgb[from + 2]!;
    data[to + 3] = 255;
  }
  return { data, width: widthPx, height: heightPx, colorSpace: 'srgb' } as ImageData;
}
