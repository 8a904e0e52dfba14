import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recording } from '../../tests/corpus.ts';
import { decodeImage } from '../engine/runtime/decode-image.client.ts';
import { decodeVideo } from '../engine/runtime/decode-video.client.ts';
import { openModels } from '../engine/runtime/models.client.ts';
import { evaluateLiveness } from './liveness.ts';
import { randomChallenges, rightChallenges } from './liveness-challenges.ts';

test('a labelled movement is asked for in its window, on the applicant’s own side', () => {
  const movements = [
    { movement: 'turn-image-right', from_s: 2, to_s: 2.6 },
    { movement: 'turn-image-left', from_s: 0.1, to_s: 0.6 },
    { movement: 'look-up', from_s: 4, to_s: 4.4 },
    { movement: 'eyes-closed', from_s: 5, to_s: 7 },
  ];
  assert.deepEqual(rightChallenges(movements), [
    { steps: [{ gesture: 'turn-left', fromMs: 1700, toMs: 2900 }] },
    { steps: [{ gesture: 'turn-right', fromMs: 0, toMs: 900 }] },
  ]);
});

test('twenty sequences of three different gestures, the same each time, inside the recording', () => {
  const challenges = randomChallenges(10_000, []);
  assert.equal(challenges.length, 20);
  assert.deepEqual(challenges, randomChallenges(10_000, []));
  for (const { steps } of challenges) {
    assert.equal(steps.length, 3);
    assert.ok(steps.every(({ gesture }, at) => gesture !== steps[at + 1]?.gesture));
    assert.ok(steps[0]!.fromMs >= 0 && steps[2]!.toMs <= 10_000);
  }
  assert.ok(randomChallenges(4000, []).every(({ steps }) => steps[2]!.toMs <= 4000));
});

test('a sequence that was in fact done is not a wrong one', () => {
  const [first] = randomChallenges(9000, []);
  const label = {
    'turn-left': 'turn-image-right',
    'turn-right': 'turn-image-left',
    smile: 'smile-or-wide-mouth',
  } as Record<string, string>;
  const done = first!.steps.map(({ gesture, fromMs }) => ({
    movement: label[gesture] ?? gesture,
    from_s: fromMs / 1000 + 1,
    to_s: fromMs / 1000 + 2,
  }));
  const wrong = randomChallenges(9000, done);
  assert.equal(wrong.length, 20);
  assert.ok(!wrong.some(({ steps }) => JSON.stringify(steps) === JSON.stringify(first!.steps)));
});

test('recordings are counted by what the serving code makes of them', async () => {
  const told: number[] = [];
  const evaluation = await evaluateLiveness(
    {
      videos: [
        {
          file: 'cap13_edit2.webm',
          kind: 'live',
          movements: [
            { movement: 'turn-image-right', from_s: 20.1, to_s: 20.8 },
            { movement: 'turn-image-left', from_s: 22.4, to_s: 23 },
          ],
        },
        { file: 'average.png', kind: 'replay', movements: [] },
      ],
      stills: [
        { file: 'franck_01829.jpg', kind: 'live' },
        { file: 'fragment-that-is-not-there.jpg', kind: 'print' },
      ],
    },
    {
      models: openModels(),
      decodeVideo: (file, receiver) => decodeVideo(recording(file), receiver),
      decodeImage: (file) => decodeImage(recording(file)),
      now: () => performance.now(),
      cpuMs: () => performance.now(),
    },
    (done) => told.push(done),
  );
  assert.deepEqual(told, [1, 2, 3, 4]);
  const { rightPassed, rightTotal, wrongTotal, replayTotal, byGesture } = evaluation.challenge;
  // The second label is wrong on purpose: he turns the same way again.
  assert.deepEqual([rightPassed, rightTotal], [1, 2]);
  assert.deepEqual(byGesture, { 'turn-left': { passed: 1, total: 1 }, 'turn-right': { passed: 0, total: 1 } });
  assert.deepEqual([wrongTotal, replayTotal], [20, 0]);
  const none = { rejected: 0, reviewed: 0, passed: 0, notAssessable: 0, total: 0 };
  assert.deepEqual(evaluation.passiveVideos.bonaFide, { ...none, passed: 1, total: 1 });
  assert.deepEqual(evaluation.passive.bonaFide.total, 2);
  assert.deepEqual(evaluation.passive.replay, { ...none, notAssessable: 1, total: 1 });
  assert.deepEqual(evaluation.passive.print, { ...none, notAssessable: 1, total: 1 });
  assert.deepEqual(
    evaluation.items
      .filter(({ outcome }) => outcome === 'notAssessable')
      .map(({ file, reasons }) => [file, ...reasons]),
    [
      ['average.png', 'not-a-video'],
      ['fragment-that-is-not-there.jpg', 'unreadable'],
    ],
  );
  assert.ok(evaluation.failures.some(({ what }) => what.startsWith('turn-right not found')));
  assert.equal(evaluation.checks.find(({ check }) => check === 'liveness/pad-rgb')!.bonaFide.length, 2);
});
