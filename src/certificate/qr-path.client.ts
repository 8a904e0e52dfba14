import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer';

/** A QR code (ISO/IEC 18004, level M) as one path, with its quiet zone in units of a module. */
export type QrPath = { readonly path: string; readonly modules: number };

/** The encoder's code is read from its package; nothing is fetched. */
export function openQrPaths(): (text: string) => Promise<QrPath> {
  const bytes = readFileSync(fileURLToPath(import.meta.resolve('zxing-wasm/writer/zxing_writer.wasm')));
  const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  prepareZXingModule({ overrides: { wasmBinary } });
  return async (text) => {
    const written = await writeBarcode(text, { format: 'QRCode', options: 'ecLevel=M', scale: 1 });
    const size = /<svg width="(\d+)"/.exec(written.svg)?.[1];
    const path = /<path d="([^"]+)"/.exec(written.svg)?.[1];
    if (size === undefined || path === undefined) throw new Error(`no QR code: ${written.error}`);
    return { path, modules: Number(size) };
  };
}
