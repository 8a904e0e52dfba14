import assert from 'node:assert/strict';
import test from 'node:test';
import { ALPHABET } from '../../src/engine/document/mrz/alphabet.ts';
import { GAP, STEP_PX } from '../../src/engine/document/mrz/line-network.ts';
import { drawAtlases } from './atlas.ts';
import { chanceOf } from './chance.ts';
import { quantiseAsJpeg } from './jpeg.ts';
import { resamplePlane, type Plane } from './plane.ts';
import { drawSample, UNSURE } from './render.ts';
import { mrzLikeText } from './text.ts';

test('a glyph is where its label says: dark ink at glyphs, paper in gaps', async () => {
  const atlases = await drawAtlases();
  const chance = chanceOf(3);
  let [atGlyphs, inGaps] = [0, 0];
  let [glyphs, gaps] = [0, 0];
  for (let sample = 0; sample < 40; sample++) {
    const { contrast, labels } = drawSample(atlases, chance, 160, 0);
    labels.forEach((label, step) => {
      if (label === UNSURE) return;
      let darkest = 0;
      for (let y = 8; y < 24; y++)
        for (let x = step * STEP_PX; x < (step + 1) * STEP_PX; x++) darkest = Math.min(darkest, contrast[y * 160 + x]!);
      if (label === GAP) [inGaps, gaps] = [inGaps + (darkest < -1 ? 1 : 0), gaps + 1];
      else [atGlyphs, glyphs] = [atGlyphs + (darkest < -1 ? 1 : 0), glyphs + 1];
    });
  }
  assert.ok(atGlyphs / glyphs > 0.9, `ink at ${atGlyphs} of ${glyphs} glyph steps`);
  assert.ok(inGaps / gaps < 0.35, `ink in ${inGaps} of ${gaps} gaps`);
});

test('the same seed draws the same crop, at every severity', async () => {
  const atlases = await drawAtlases();
  for (const severity of [0, 1, 1.5])
    assert.deepEqual(drawSample(atlases, chanceOf(9), 160, severity), drawSample(atlases, chanceOf(9), 160, severity));
});

test('text has the asked length and no foreign glyph', () => {
  const chance = chanceOf(1);
  for (let i = 0; i < 500; i++) {
    const text = mrzLikeText(chance, 13);
    assert.equal(text.length, 13);
    assert.ok([...text].every((glyph) => ALPHABET.includes(glyph)));
  }
});

test('quantising as JPEG keeps flat areas and loses more the lower the quality', () => {
  const chance = chanceOf(2);
  const plane = (): Plane => ({ widthPx: 32, heightPx: 24, values: Float32Array.from(texture) });
  const texture = Float32Array.from({ length: 32 * 24 }, () => 128 + 40 * chance.bell());
  const lost = [95, 60, 20].map((quality) => {
    const quantised = plane();
    quantiseAsJpeg(quantised, quality, 3, 5);
    return quantised.values.reduce((sum, value, at) => sum + Math.abs(value - texture[at]!), 0) / texture.length;
  });
  assert.ok(lost[0]! > 0 && lost[0]! < 3 && lost[0]! < lost[1]! && lost[1]! < lost[2]!, lost.join(' '));
  const flat: Plane = { widthPx: 16, heightPx: 16, values: new Float32Array(256).fill(144) };
  quantiseAsJpeg(flat, 75, 0, 0);
  assert.ok(flat.values.every((value) => Math.abs(value - 144) < 1));
});

test('resampling keeps a ramp a ramp', () => {
  const ramp: Plane = { widthPx: 40, heightPx: 8, values: Float32Array.from({ length: 320 }, (_, i) => i % 40) };
  const { values } = resamplePlane(ramp, 20, 4);
  for (let x = 4; x < 16; x++) assert.ok(Math.abs(values[20 + x]! - (2 * x + 0.5)) < 0.01);
});
