import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';
import fc from 'fast-check';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { type QrCode, qrCode } from './qr.ts';

const wasm = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer } });

const MODULE_PX = 4;
const QUIET = 4;

function pictureOf({ size, isDark }: QrCode): ImageData {
  const side = (size + 2 * QUIET) * MODULE_PX;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1)
      if (isDark(Math.floor(x / MODULE_PX) - QUIET, Math.floor(y / MODULE_PX) - QUIET))
        data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
  return { data, width: side, height: side, colorSpace: 'srgb' } as ImageData;
}

test('a reader that is not ours reads back what was written, in every version', async () => {
  const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  const lengths = [1, 14, 15, 26, 27, 42, 62, 84, 106, 122, 152, 180, 181, 213];
  for (const length of lengths) {
    const text = Array.from({ length }, (_, i) => letters[(i * 7 + length) % letters.length]).join('');
    const [read] = await readBarcodes(pictureOf(qrCode(text)), { formats: ['QRCode'] });
    assert.equal(read?.text, text, `${length} characters`);
  }
});

test('addresses of any shape are read back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.webUrl(), async (address) => {
      fc.pre(new TextEncoder().encode(address).length <= 213);
      const [read] = await readBarcodes(pictureOf(qrCode(address)), { formats: ['QRCode'] });
      assert.equal(read?.text, address);
    }),
    { numRuns: 40 },
  );
});

test('what does not fit is refused', () => {
  assert.throws(() => qrCode('x'.repeat(214)), RangeError);
});
