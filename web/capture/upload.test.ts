import assert from 'node:assert/strict';
import test from 'node:test';
import type { CaptureState } from '../../src/capture/protocol.schema.ts';
import type { Answer } from './api.ts';
import { type UploadProgress, pauseAfter, uploadQueue } from './upload.ts';

const state: CaptureState = { at: 'stopped', reason: 'used' };
const arrived: Answer<CaptureState> = { is: 'answer', value: state };
const nobody: Answer<CaptureState> = { is: 'unreachable', why: 'offline' };

function queueOf() {
  const told: string[] = [];
  const progress: UploadProgress[] = [];
  const pauses: number[] = [];
  const queue = uploadQueue({
    pause: (durationMs) => {
      pauses.push(durationMs);
      return Promise.resolve();
    },
    onProgress: (now) => progress.push(now),
    onArrived: (piece) => told.push(`${piece} arrived`),
    onRefused: (piece) => told.push(`${piece} refused`),
  });
  const settled = async (): Promise<void> => {
    while (!queue.isEmpty()) await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, told, progress, pauses, settled };
}

/** Answers one after the other, the last one for ever. */
const answering = (...answers: readonly Answer<CaptureState>[]) => {
  let at = 0;
  return () => Promise.resolve(answers[Math.min(at++, answers.length - 1)]!);
};

test('a lost connection makes it wait and nothing else', async () => {
  const { queue, told, progress, pauses, settled } = queueOf();
  queue.add({ piece: 'front', byteLength: 100, send: answering(nobody, nobody, nobody, arrived) });
  await settled();
  assert.deepEqual(told, ['front arrived']);
  assert.deepEqual(pauses, [500, 1000, 2000]);
  assert.equal(progress.filter(({ isOffline }) => isOffline).length, 3);
  assert.deepEqual(progress.at(-1), { sentBytes: 100, totalBytes: 100, isOffline: false });
});

test('things arrive in the order in which they were taken', async () => {
  const { queue, told, settled } = queueOf();
  queue.add({ piece: 'front', byteLength: 1, send: answering(nobody, nobody, arrived) });
  queue.add({ piece: 'back', byteLength: 1, send: answering(arrived) });
  queue.add({ piece: 'place', byteLength: 0, send: answering(arrived) });
  await settled();
  assert.deepEqual(told, ['front arrived', 'back arrived', 'place arrived']);
});

test('a newer picture takes the place of one that waits', async () => {
  const { queue, told, progress, settled } = queueOf();
  let sentOld = false;
  queue.add({ piece: 'front', byteLength: 1, send: answering(nobody, arrived) });
  queue.add({
    piece: 'back',
    byteLength: 50,
    send: () => {
      sentOld = true;
      return Promise.resolve(arrived);
    },
  });
  queue.add({ piece: 'back', byteLength: 60, send: answering(arrived) });
  await settled();
  assert.deepEqual(told, ['front arrived', 'back arrived']);
  assert.equal(sentOld, false);
  assert.equal(progress.at(-1)?.totalBytes, 61);
});

test('what the service will not have is dropped, and it is told', async () => {
  const { queue, told, settled } = queueOf();
  queue.add({
    piece: 'front',
    byteLength: 1,
    send: answering({ is: 'refused', status: 422, problem: { problem: 'media-refused' } }),
  });
  queue.add({ piece: 'back', byteLength: 1, send: answering(arrived) });
  await settled();
  assert.deepEqual(told, ['front refused', 'back arrived']);
});

test('whoever is asked to come less often waits as long as they say', async () => {
  const { queue, pauses, settled } = queueOf();
  const tooOften: Answer<CaptureState> = {
    is: 'refused',
    status: 429,
    problem: { problem: 'too-often', retryAfterSeconds: 3 },
  };
  queue.add({ piece: 'front', byteLength: 1, send: answering(tooOften, arrived) });
  await settled();
  assert.deepEqual(pauses, [3000]);
});

test('pauses grow to eight seconds and no further', () => {
  assert.deepEqual([1, 2, 3, 4, 5, 6, 60].map(pauseAfter), [500, 1000, 2000, 4000, 8000, 8000, 8000]);
});
