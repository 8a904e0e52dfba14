import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { corpusTest, recording } from '../../../tests/corpus.ts';
import { seededRandom } from '../../kernel/random.ts';
import type { Box, Raster } from '../image/raster.ts';
import { cropTo, turnQuarters } from '../image/warp.ts';
import { decodeImage } from '../runtime/decode-image.client.ts';
import { openModels } from '../runtime/models.client.ts';
import { intersectionOverUnion } from './detect.ts';
import { findPortrait, type QuarterTurns } from './portrait.ts';

const models = openModels();
const orientations: readonly QuarterTurns[] = [0, 1, 2, 3];

async function picture(file: string): Promise<Raster> {
  const image = await decodeImage(file);
  assert.ok(image.ok);
  return image.value;
}

/** A bright card with rows of dark strokes on a dark table. */
function card(widthPx: number, heightPx: number): Raster {
  const random = seededRandom(7);
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const onCard = x > widthPx * 0.1 && x < widthPx * 0.9 && y > heightPx * 0.1 && y < heightPx * 0.9;
      const inText = onCard && x > widthPx * 0.5 && x < widthPx * 0.85 && y % 24 < 10 && (x * 7 + (y >> 4)) % 11 < 5;
      rgb.fill((onCard ? (inText ? 60 : 215) : 70) + random() * 20, (y * widthPx + x) * 3, (y * widthPx + x + 1) * 3);
    }
  return { widthPx, heightPx, rgb };
}

/** Lays the part `from` of a photograph on the card, its left top corner at (x, y). */
function lay(onto: Raster, photograph: Raster, from: Box, x: number, y: number, widthPx: number): void {
  const heightPx = Math.round((widthPx * (from.y1Px - from.y0Px)) / (from.x1Px - from.x0Px));
  const patch = cropTo(photograph, from, widthPx, heightPx);
  for (let row = 0; row < heightPx; row++)
    onto.rgb.set(patch.rgb.subarray(row * widthPx * 3, (row + 1) * widthPx * 3), ((y + row) * onto.widthPx + x) * 3);
}

const franck = await picture(recording('franck_02221.jpg'));
const franckHead: Box = { x0Px: 190, y0Px: 40, x1Px: 620, y1Px: 576 };

test('the portrait is found in every orientation, with the turn that sets the document upright', async () => {
  const document = card(1000, 640);
  lay(document, franck, franckHead, 150, 220, 220);
  for (const turns of orientations) {
    const portrait = await findPortrait(models, turnQuarters(document, turns));
    assert.equal(portrait?.quarterTurns, (4 - turns) % 4);
    assert.ok(portrait.confidence > 0.5 && portrait.faceHeightPx > 100 && portrait.faceHeightPx < 190);
  }
});

test('the orientation of the text is tried first, and a misread one does not lose the portrait', async () => {
  const document = card(1000, 640);
  lay(document, franck, franckHead, 150, 220, 220);
  const portrait = await findPortrait(models, turnQuarters(document, 1), { orientationHint: 3 });
  assert.equal(portrait?.quarterTurns, 3);
  const misread = await findPortrait(models, turnQuarters(document, 1), { orientationHint: 1 });
  assert.equal(misread?.quarterTurns, 3);
});

test('of a portrait and its ghost image the portrait is taken', async () => {
  const document = card(1200, 760);
  lay(document, franck, franckHead, 900, 400, 110);
  lay(document, franck, franckHead, 160, 200, 260);
  const portrait = await findPortrait(models, document);
  assert.ok(portrait !== null && portrait.box.x0Px < 450);
});

test('a portrait of a fortieth of the picture is found through windows', async () => {
  const document = card(1920, 1280);
  lay(document, franck, franckHead, 700, 500, 66);
  const portrait = await findPortrait(models, document);
  assert.ok(portrait !== null && portrait.faceHeightPx < 60);
  const place = { x0Px: 710, y0Px: 510, x1Px: 760, y1Px: 575 };
  assert.ok(intersectionOverUnion(portrait.box, place) > 0.3);
});

test('a card without a portrait has none', async () => {
  assert.equal(await findPortrait(models, card(1000, 640)), null);
  assert.equal(await findPortrait(models, turnQuarters(card(1000, 640), 3), { orientationHint: 1 }), null);
});

/** Of the corpus' documents, the sides that show no portrait. */
const withoutPortrait =
  /^(aut-idcard-back|esp-dni1-back|esp-dni3-back|esp-dnie1-back-low|svn-idcard-back)\.(png|jpg|webp)$/;

corpusTest('portraits are found on 95 % of the documents that show one, in every orientation', async (folder, t) => {
  const files = readdirSync(path.join(folder, 'documents')).filter((file) => !file.endsWith('.json'));
  const counts = { shown: 0, found: 0, upright: 0, falselyFound: 0 };
  for (const file of files) {
    const image = await picture(path.join(folder, 'documents', file));
    for (const turns of [0, files.indexOf(file) % 3 === 0 ? 1 : files.indexOf(file) % 3 === 1 ? 2 : 3] as const) {
      const portrait = await findPortrait(models, turnQuarters(image, turns));
      if (withoutPortrait.test(file)) {
        if (portrait !== null) counts.falselyFound++;
        continue;
      }
      counts.shown++;
      if (portrait !== null) counts.found++;
      if (portrait?.quarterTurns === (4 - turns) % 4) counts.upright++;
    }
  }
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.found / counts.shown >= 0.95 && counts.upright === counts.found && counts.falselyFound === 0);
});
