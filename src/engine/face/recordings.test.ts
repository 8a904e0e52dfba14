import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recording } from '../../../tests/corpus.ts';
import { decodeVideo } from '../runtime/decode-video.client.ts';
import { openModels } from '../runtime/models.client.ts';
import { chooseFaces, type FaceFrame } from './choose-faces.ts';
import { compareTemplates, similarityPercent } from './compare.ts';
import { templateOfAligned } from './embed.ts';
import type { FaceTemplate } from './face.ts';
import { locateFace } from './locate.ts';

const models = openModels();

async function facesOf(file: string): Promise<FaceFrame[]> {
  const frames: FaceFrame[] = [];
  const decoded = await decodeVideo(recording(file), {
    fps: 0.4,
    limits: { maxDurationMs: 240_000 },
    async onFrame({ atMs, image }) {
      const face = await locateFace(models, image);
      if (face !== null && face.accepted) frames.push({ atMs, image, mesh: face.mesh });
    },
  });
  assert.ok(decoded.ok);
  return frames;
}

const templates = new Map<string, FaceTemplate>();
const chosenAtMs = new Map<string, number[]>();
for (const file of ['cap12_edit.webm', 'cap13_edit2.webm', 'franck.webm']) {
  const chosen = chooseFaces(await facesOf(file), 5);
  chosenAtMs.set(
    file,
    chosen.map(({ frame }) => frame.atMs),
  );
  templates.set(
    file,
    await templateOfAligned(
      models,
      chosen.map(({ aligned }) => aligned),
    ),
  );
}

const similarity = (one: string, other: string): number =>
  similarityPercent(compareTemplates(templates.get(one)!, templates.get(other)!).fused);

test('two recordings of one man are more than 80 alike', () => {
  assert.ok(similarity('cap12_edit.webm', 'cap13_edit2.webm') >= 85);
});

test('recordings of two men are very different', () => {
  assert.ok(similarity('cap12_edit.webm', 'franck.webm') < 40);
  assert.ok(similarity('cap13_edit2.webm', 'franck.webm') < 40);
});

test('five frames are chosen from each recording, and not from one moment of it', () => {
  for (const atMs of chosenAtMs.values()) {
    assert.equal(atMs.length, 5);
    const inTime = atMs.toSorted((a, b) => a - b);
    assert.ok(inTime.at(-1)! - inTime[0]! > 2000);
  }
});
