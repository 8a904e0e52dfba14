import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generateDocument } from '../../specimen/generate.client.ts';
import { photograph } from '../../specimen/photograph.client.ts';
import { shrinkTo } from '../image/shrink.ts';
import { openModels } from '../runtime/models.client.ts';
import { readPicture } from './read-side.ts';
import { loadDictionary } from './text/dictionary.client.ts';
import { textReader } from './text/reader.ts';

const models = openModels();
const reader = textReader(models, loadDictionary());

test('a small photograph that was squeezed to half its height is read as it is printed', async () => {
  const drawn = await generateDocument({ type: 'icao-td1', seed: 778_111, at: '2026-06-01' });
  const { image } = await photograph(drawn.back!, { seed: 778_111, level: 1 });
  const { mrz, image: upright } = await readPicture(shrinkTo(image, 600, 450), models, reader);
  assert.deepEqual(mrz?.lines, drawn.truth.mrz.lines);
  assert.ok(upright.heightPx / upright.widthPx > 1.2, 'read on the picture brought back to about its own shape');
});

test('a picture without text is looked at in every way, and nothing is made of it', async () => {
  const rgb = Uint8Array.from({ length: 3 * 400 * 300 }, (_, at) => 90 + 40 * Math.sin(at / 900));
  const { lines, mrz } = await readPicture({ widthPx: 400, heightPx: 300, rgb }, models, reader);
  assert.equal(mrz, null);
  assert.equal(lines.filter(({ confidence }) => confidence >= 0.8).length, 0);
});
