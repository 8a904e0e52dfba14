import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { assess } from '../../src/engine/assess.ts';
import { shippedAttributeModel } from '../../src/engine/face/attributes/attribute-model.ts';
import { openModels } from '../../src/engine/runtime/models.client.ts';
import { workerEngine } from '../../src/engine/workers.client.ts';
import { photographedDocument, portraitFrom, type ApplicantDocument } from '../../src/specimen/applicant.client.ts';
import type { Assessment } from '../../src/verification/assessment.ts';
import { recording } from '../corpus.ts';
import { picturesOf, recordPictures } from '../record-pictures.ts';

const AT = '2026-06-15';
let folder: string;
let faceVideo: string;
let document: ApplicantDocument;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cotejo-repeatable-'));
  faceVideo = await recordPictures(
    path.join(folder, 'face.webm'),
    await picturesOf(recording('cap12_edit.webm'), 18_000, 40),
  );
  const portrait = await portraitFrom(faceVideo, openModels());
  document = await photographedDocument({ type: 'esp-dni-3', seed: 8, at: AT }, { folder, portrait, level: 1 });
});
after(() => rm(folder, { recursive: true, force: true }));

/** All that is answered but how long it took. */
async function answers(workers: 1 | 2, times: number): Promise<Assessment[]> {
  const engine = workerEngine(workers);
  try {
    const all: Assessment[] = [];
    for (let time = 0; time < times; time++) {
      const answer = await assess(
        { faceVideo, front: document.front, back: document.back },
        { requestedNumber: null, challenge: null, at: AT, attributeModel: shippedAttributeModel },
        engine,
      );
      assert.ok(answer.ok);
      all.push(withoutDurations(answer.value.assessment));
    }
    return all;
  } finally {
    await engine.close();
  }
}

const withoutDurations = (assessment: Assessment): Assessment => ({
  ...assessment,
  findings: assessment.findings.map((finding) => ({ ...finding, durationMs: 0 })),
});

test('the same bytes give the same assessment, also the second time, and with one worker or two', async () => {
  const [first, second] = await answers(2, 2);
  const [alone] = await answers(1, 1);
  assert.deepEqual(second, first);
  assert.deepEqual(alone, first);
});

test('a file that cannot be measured is refused by name, and the workers live on', async () => {
  const engine = workerEngine(2);
  const hostile = path.join(folder, 'hostile.webm');
  await writeFile(hostile, 'not a video at all');
  const request = { requestedNumber: null, challenge: null, at: AT, attributeModel: shippedAttributeModel };
  try {
    for (const [applicant, evidence, kind] of [
      [{ faceVideo: hostile, front: document.front, back: null }, 'face-video', 'not-a-video'],
      [{ faceVideo, front: hostile, back: null }, 'front', 'not-an-image'],
      [{ faceVideo, front: document.front, back: path.join(folder, 'none.jpg') }, 'back', 'unreadable'],
    ] as const) {
      const answer = await assess(applicant, request, engine);
      assert.ok(!answer.ok);
      assert.deepEqual([answer.refusal.evidence, answer.refusal.kind], [evidence, kind]);
    }
    const sound = await assess({ faceVideo, front: document.front, back: document.back }, request, engine);
    assert.ok(sound.ok);
  } finally {
    await engine.close();
  }
});

test('a worker that takes too long is ended, and its half answers that the engine failed', async () => {
  const engine = workerEngine(1, { timeoutMs: 50, memoryMiB: 512 });
  try {
    const answer = await engine.measureVideo({ faceVideo, challenge: null, attributeModel: null });
    assert.deepEqual(answer, {
      ok: false,
      refusal: { kind: 'engine-failed', evidence: 'face-video', detail: 'timed-out' },
    });
  } finally {
    await engine.close();
  }
});
