import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Challenge, Gesture } from './challenge.ts';
import { respondTo } from './challenge-response.ts';
import type { TrackedFace, TrackedFrame } from './face-track.ts';
import type { FaceGeometry } from './geometry.ts';

const neutral: FaceGeometry = {
  asymmetry: 0.05,
  noseDrop: 0.24,
  mouthWidth: 0.36,
  mouthGap: 0.01,
  eyeOpenness: 0.3,
  rollDegrees: 0,
  eyeDistancePx: 100,
  faceHeightPx: 220,
  faceWidthPx: 180,
};

const shown: Readonly<Record<Gesture, Partial<FaceGeometry>>> = {
  'turn-left': { asymmetry: 0.55 },
  'turn-right': { asymmetry: -0.45 },
  'look-up': { noseDrop: 0.12 },
  'look-down': { noseDrop: 0.34 },
  smile: { mouthWidth: 0.45 },
  'come-closer': { faceHeightPx: 290 },
};

type Act = readonly [gesture: Gesture | 'hidden', fromMs: number, toMs: number];

/** Frames of somebody who is neutral but for what is acted. */
function film(acts: readonly Act[], { fps = 10, forMs = 9000 } = {}): TrackedFrame[] {
  return Array.from({ length: Math.round((forMs * fps) / 1000) }, (_, index) => {
    const atMs = (index * 1000) / fps;
    const act = acts.find(([, fromMs, toMs]) => atMs >= fromMs && atMs < toMs)?.[0];
    if (act === 'hidden') return { index, atMs, face: null };
    const geometry = { ...neutral, ...(act === undefined ? {} : shown[act]) };
    return { index, atMs, face: { geometry } as TrackedFace };
  });
}

const asks = (...gestures: Gesture[]): Challenge => ({
  steps: gestures.map((gesture, at) => ({ gesture, fromMs: at * 3000, toMs: (at + 1) * 3000 })),
});
const verdicts = (challenge: Challenge, frames: readonly TrackedFrame[]): string[] =>
  respondTo(challenge, frames).steps.map(({ verdict }) => verdict);

test('each gesture shown in its window is followed', () => {
  for (const gesture of Object.keys(shown) as Gesture[])
    assert.deepEqual(verdicts(asks(gesture), film([[gesture, 1000, 1800]])), ['followed'], gesture);
});

test('three gestures in order and in time are followed', () => {
  const acted = film([
    ['turn-left', 1000, 1800],
    ['look-down', 4000, 4800],
    ['smile', 7000, 7800],
  ]);
  assert.deepEqual(verdicts(asks('turn-left', 'look-down', 'smile'), acted), ['followed', 'followed', 'followed']);
});

test('the same gestures in another order end at the first wrong one', () => {
  const acted = film([
    ['look-down', 1000, 1800],
    ['turn-left', 4000, 4800],
  ]);
  assert.deepEqual(verdicts(asks('turn-left', 'look-down'), acted), ['wrong-gesture-first', 'not-reached']);
});

test('a wrong turn before the right one is not forgiven, within the window of one step', () => {
  const acted = film([
    ['turn-right', 500, 1000],
    ['turn-left', 1600, 2400],
  ]);
  assert.deepEqual(verdicts(asks('turn-left'), acted), ['wrong-gesture-first']);
});

test('an unasked smile is not held against anybody', () => {
  const acted = film([
    ['smile', 200, 900],
    ['turn-left', 1600, 2400],
  ]);
  assert.deepEqual(verdicts(asks('turn-left'), acted), ['followed']);
});

test('a gesture outside its window is not seen, but for what two clocks may differ', () => {
  const challenge: Challenge = { steps: [{ gesture: 'turn-left', fromMs: 3000, toMs: 6000 }] };
  assert.deepEqual(verdicts(challenge, film([['turn-left', 1000, 2000]])), ['not-seen']);
  assert.deepEqual(verdicts(challenge, film([['turn-left', 2800, 3800]])), ['followed']);
  assert.deepEqual(verdicts(challenge, film([['turn-left', 6600, 7400]])), ['not-seen']);
});

test('a mouth that is wide for a syllable is no smile', () => {
  assert.deepEqual(verdicts(asks('smile'), film([['smile', 1000, 1400]])), ['not-seen']);
  assert.deepEqual(verdicts(asks('smile'), film([['smile', 1000, 1500]])), ['followed']);
});

test('a glitch of one frame is no gesture, and one lost frame does not end one', () => {
  assert.deepEqual(verdicts(asks('turn-left'), film([['turn-left', 1000, 1100]])), ['not-seen']);
  const interrupted = film([
    ['turn-left', 1000, 1200],
    ['hidden', 1200, 1300],
    ['turn-left', 1300, 1500],
  ]);
  assert.deepEqual(verdicts(asks('turn-left'), interrupted), ['followed']);
});

test('without a neutral face there is nothing to measure against', () => {
  const turned = film([['turn-left', 0, 9000]]);
  assert.equal(respondTo(asks('turn-left'), turned).inconclusive, 'no-neutral-face');
  const challenge: Challenge = { ...asks('smile'), baseline: { fromMs: 0, toMs: 1000 } };
  assert.equal(respondTo(challenge, film([['hidden', 0, 1200]])).inconclusive, 'no-neutral-face');
});

test('the baseline is taken in its own window', () => {
  const smilesFirst = film([['smile', 0, 5000]]);
  const within = (fromMs: number, toMs: number): Challenge => ({
    steps: [{ gesture: 'smile', fromMs: 0, toMs: 3000 }],
    baseline: { fromMs, toMs },
  });
  assert.deepEqual(verdicts(within(6000, 7000), smilesFirst), ['followed']);
  assert.deepEqual(verdicts(within(0, 1000), smilesFirst), ['not-seen']);
});

test('too few frames, or a face that is gone, prove nothing', () => {
  assert.equal(respondTo(asks('turn-left'), film([], { fps: 4 })).inconclusive, 'frame-rate-too-low');
  assert.equal(respondTo(asks('turn-left'), film([['hidden', 500, 2900]])).inconclusive, 'face-lost');
});

test('five frames a second are enough', () => {
  assert.deepEqual(verdicts(asks('turn-left'), film([['turn-left', 1000, 1600]], { fps: 5 })), ['followed']);
});

test('curves tell the change against the neutral face, and null where there is none', () => {
  const { curves } = respondTo(
    asks('turn-left'),
    film([
      ['turn-left', 1000, 1800],
      ['hidden', 5000, 6000],
    ]),
  );
  assert.equal(curves.atMs.length, 90);
  assert.ok(Math.abs(curves.turn[14]! - 0.5) < 1e-9);
  assert.ok(Math.abs(curves.turn[0]!) < 1e-9);
  assert.equal(curves.smile[55], null);
});
