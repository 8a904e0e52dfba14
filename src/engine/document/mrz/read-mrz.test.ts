import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraLevel } from '../../../specimen/camera.ts';
import { generateDocument } from '../../../specimen/generate.client.ts';
import type { SpecimenType } from '../../../specimen/layouts/index.ts';
import { photograph } from '../../../specimen/photograph.client.ts';
import { turnQuarters } from '../../image/warp.ts';
import { openModels } from '../../runtime/models.client.ts';
import { detectText } from '../text/detect.ts';
import { loadDictionary } from '../text/dictionary.client.ts';
import { textReader } from '../text/reader.ts';
import { readMrz } from './read-mrz.ts';
import { zoneUprightness } from './zone-uprightness.ts';

const models = openModels();
const reader = textReader(models, loadDictionary());
const detector = await models.open('text-detector');

async function photographed(type: SpecimenType, seed: number, level: CameraLevel) {
  const document = await generateDocument({ type, seed, at: '2026-06-01' });
  const { side, lines, format } = document.truth.mrz;
  const { image } = await photograph(document[side]!, { seed, level });
  return { image, lines, format, boxes: await detectText(detector, image, { sidePx: 1280 }) };
}

const pictures: { type: SpecimenType; seed: number; level: CameraLevel }[] = [
  { type: 'esp-dni-4', seed: 778_101, level: 3 },
  { type: 'esp-tie', seed: 778_102, level: 2 },
  { type: 'icao-td2', seed: 778_103, level: 2 },
  { type: 'esp-passport', seed: 778_104, level: 3 },
];

for (const { type, seed, level } of pictures)
  test(`the zone of a generated ${type}, photographed at level ${level}, is read exactly`, async () => {
    const { image, boxes, lines, format } = await photographed(type, seed, level);
    const mrz = (await readMrz({ image, boxes, models, reader }))!;
    assert.equal(mrz.format, format);
    assert.deepEqual(mrz.lines, lines);
    assert.ok(mrz.checks.every(({ passed }) => passed));
    assert.equal(mrz.rows.length, lines.length);
  });

test('a front without a zone yields none, and the same picture twice the same reading', async () => {
  const document = await generateDocument({ type: 'esp-dni-4', seed: 778_105, at: '2026-06-01' });
  const { image } = await photograph(document.front, { seed: 778_105, level: 1 });
  const boxes = await detectText(detector, image, { sidePx: 1280 });
  assert.equal(await readMrz({ image, boxes, models, reader }), null);

  const back = await photographed('esp-dni-3', 778_106, 1);
  assert.deepEqual(await readMrz({ ...back, models, reader }), await readMrz({ ...back, models, reader }));
});

test('a wrong check digit is read as printed and not accepted', async () => {
  const document = await generateDocument({
    type: 'icao-td3',
    seed: 778_107,
    at: '2026-06-01',
    flaws: ['wrong-check-digit'],
  });
  const { image } = await photograph(document.front, { seed: 778_107, level: 1 });
  const boxes = await detectText(detector, image, { sidePx: 1280 });
  const mrz = (await readMrz({ image, boxes, models, reader }))!;
  assert.deepEqual(mrz.lines, document.truth.mrz.lines);
  assert.ok(mrz.checks.some(({ passed }) => !passed));
  assert.equal(mrz.accepted, false);
});

test('a zone tells which way up it stands', async () => {
  const { image, boxes } = await photographed('icao-td1', 778_108, 1);
  const ocrb = await models.open('ocrb-reader');
  const upright = boxes.map(({ quad }) => quad);
  assert.ok((await zoneUprightness(ocrb, image, upright)) > 0);
  const overturned = turnQuarters(image, 2);
  const onItsHead = await detectText(detector, overturned, { sidePx: 1280 });
  assert.ok(
    (await zoneUprightness(
      ocrb,
      overturned,
      onItsHead.map(({ quad }) => quad),
    )) < 0,
  );
});
