import assert from 'node:assert/strict';
import { test } from 'node:test';
import path from 'node:path';
import sharp from 'sharp';
import { readFileSync } from 'node:fs';
import { corpusTest, recording } from '../../tests/corpus.ts';
import type { Raster } from '../engine/image/raster.ts';
import { facePoints } from '../engine/decision/face.ts';
import { decodeImage } from '../engine/runtime/decode-image.client.ts';
import { openModels } from '../engine/runtime/models.client.ts';
import { evaluateFaces, type FaceItem, type FacesTools } from './faces.ts';

async function reencode({ widthPx, heightPx, rgb }: Raster, quality: number): Promise<Raster> {
  const raw = { width: widthPx, height: heightPx, channels: 3 } as const;
  const decoded = await decodeImage(await sharp(rgb, { raw }).jpeg({ quality }).toBuffer());
  assert.ok(decoded.ok);
  return decoded.value;
}

const toolsAt = (pathOf: (file: string) => string): FacesTools => ({
  models: openModels(),
  load: (file) => decodeImage(pathOf(file)),
  reencode,
  cpuMs: () => process.cpuUsage().user / 1000,
});

const identities: Readonly<Record<string, readonly string[]>> = {
  franck: ['franck_02221.jpg', 'franck_04035.jpg', 'franck_01829.jpg'],
  cage: ['cage.jpg', 'cage2_crop.jpg'],
  connery: ['SeanConnery.jpg', 'sean_guru2_crop.jpg'],
  audrey: ['audrey.jpg'],
};
const items: FaceItem[] = Object.entries(identities).flatMap(([identity, files]) =>
  files.map((file) => ({ identity, file })),
);

test('pairs of photographs are counted, compared and rated', async () => {
  const progress: number[] = [];
  const drawing = { identity: 'nobody', file: 'icon_happy.png' };
  const damaged = { identity: 'nobody', file: 'franck.webm' };
  const evaluation = await evaluateFaces([...items, drawing, damaged], toolsAt(recording), (done) =>
    progress.push(done),
  );
  assert.deepEqual(
    [evaluation.images, evaluation.facesFound, evaluation.identities, evaluation.genuine, evaluation.impostor],
    [10, 8, 5, 3 + 1 + 1, 28 - 5],
  );
  assert.deepEqual(evaluation.facesNotFound, [
    { file: 'icon_happy.png', why: 'mesh-not-accepted' },
    { file: 'franck.webm', why: 'not-an-image' },
  ]);
  assert.deepEqual([evaluation.eer, evaluation.operatingPoint.fmr, evaluation.operatingPoint.fnmr], [0, 0, 0]);
  assert.deepEqual([evaluation.degraded.genuine, evaluation.degraded.impostor], [10, 46]);
  assert.equal(evaluation.degraded.operatingPoint.fnmr, 0);
  // No error among few pairs is no proof that there are none.
  assert.ok(evaluation.operatingPoint.fnmrInterval[1] > 0.3 && evaluation.operatingPoint.fmrInterval[1] > 0.1);
  assert.equal(evaluation.worstGenuine.length, 5);
  assert.ok(evaluation.worstImpostor.every((pair, i, all) => i === 0 || pair.fused <= all[i - 1]!.fused));
  assert.equal(evaluation.pairs.length, 28);
  assert.deepEqual(progress, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('rates follow the points they are asked at', async () => {
  const strict = { ...facePoints, sameFused: 9, veryDifferentFused: 8.9 };
  const { operatingPoint } = await evaluateFaces(items.slice(0, 5), toolsAt(recording), () => {}, strict);
  assert.deepEqual(
    [operatingPoint.fnmr, operatingPoint.fmr, operatingPoint.veryDifferent, operatingPoint.inconclusive],
    [1, 0, 1, 0],
  );
});

corpusTest('the comparison reaches its figures on the corpus', async (folder, t) => {
  const { items: listed } = JSON.parse(readFileSync(path.join(folder, 'faces/manifest.json'), 'utf8')) as {
    items: FaceItem[];
  };
  const evaluation = await evaluateFaces(
    listed,
    toolsAt((file) => path.join(folder, 'faces', file)),
  );
  const { images, facesFound, genuine, impostor, eer, operatingPoint, degraded, cpuMsPerImage } = evaluation;
  t.diagnostic(JSON.stringify({ images, facesFound, genuine, impostor, eer, operatingPoint, cpuMsPerImage }));
  t.diagnostic(JSON.stringify({ degraded: degraded.operatingPoint }));
  assert.ok(facesFound / images >= 0.99);
  assert.ok(eer <= 0.01 && operatingPoint.fmr <= 0.001 && operatingPoint.fnmr <= 0.03);
  assert.ok(degraded.operatingPoint.fnmr <= 0.04);
});
