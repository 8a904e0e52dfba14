import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Raster } from '../image/raster.ts';
import { readBarcodes } from './barcode.client.ts';

// Code 39 of `*COTEJO39*`: nine elements a glyph, bars and spaces in turn, w = wide (three modules), n = narrow (one).
const code39: Readonly<Record<string, string>> = {
  '*': 'nwnnwnwnn', C: 'wnwnnwnnn', O: 'wnnnwnnwn', T: 'nnnnwnwwn', E: 'wnnnwwnnn', J: 'nnnnwwwnn',
  '3': 'wnwwnnnnn', '9': 'nnwwnnwnn',
}; // prettier-ignore

function bars(text: string, modulePx: number): Raster {
  const modules: boolean[] = Array<boolean>(12).fill(false);
  for (const glyph of text) {
    [...code39[glyph]!].forEach((width, i) => {
      for (let k = 0; k < (width === 'w' ? 3 : 1); k++) modules.push(i % 2 === 0);
    });
    modules.push(false);
  }
  modules.push(...Array<boolean>(12).fill(false));
  const widthPx = modules.length * modulePx;
  const heightPx = 120;
  const rgb = new Uint8Array(widthPx * heightPx * 3).fill(255);
  for (let y = 20; y < 100; y++)
    for (let x = 0; x < widthPx; x++)
      if (modules[Math.floor(x / modulePx)]) rgb.fill(0, (y * widthPx + x) * 3, (y * widthPx + x) * 3 + 3);
  return { widthPx, heightPx, rgb };
}

test('a barcode is read with its format', async () => {
  assert.deepEqual(await readBarcodes(bars('*COTEJO39*', 2)), [{ format: 'Code39', text: 'COTEJO39' }]);
});

test('a picture without barcode has none', async () => {
  assert.deepEqual(await readBarcodes({ widthPx: 64, heightPx: 48, rgb: new Uint8Array(64 * 48 * 3).fill(200) }), []);
});
