import assert from 'node:assert/strict';
import test from 'node:test';
import { seenPart, toPicture } from './geometry.ts';
import { type FaceSeen, faceHint, HINT_LASTS_MS, paced } from './hints.ts';

const oval = { x: 0.2, y: 0.25, width: 0.6, height: 0.5 };
const framed = { x: 0.3, y: 0.29, width: 0.4, height: 0.42 };
const well: FaceSeen = { faces: [framed], asymmetry: 0.02, faceLuma: 130, aroundLuma: 110 };

test('each way of being wrong has its hint, and being right has one too', () => {
  const cases: readonly (readonly [hint: string, seen: Partial<FaceSeen>])[] = [
    ['hold', {}],
    ['no-face', { faces: [] }],
    ['too-dark', { faces: [], aroundLuma: 20 }],
    ['several-faces', { faces: [framed, framed] }],
    ['too-dark', { faceLuma: 30, aroundLuma: 40 }],
    ['back-light', { faceLuma: 80, aroundLuma: 220 }],
    ['too-bright', { faceLuma: 245 }],
    ['come-closer', { faces: [{ x: 0.4, y: 0.4, width: 0.2, height: 0.2 }] }],
    ['move-back', { faces: [{ x: 0.1, y: 0.1, width: 0.8, height: 0.8 }] }],
    ['move-right', { faces: [{ ...framed, x: 0.45 }] }],
    ['move-left', { faces: [{ ...framed, x: 0.1 }] }],
    ['move-up', { faces: [{ ...framed, y: 0.45 }] }],
    ['move-down', { faces: [{ ...framed, y: 0.1 }] }],
    ['look-straight', { asymmetry: -0.4 }],
  ];
  for (const [hint, seen] of cases) assert.equal(faceHint({ ...well, ...seen }, oval), hint);
});

test('a hint stays long enough to be read', () => {
  const first = paced(null, 'no-face', 1000);
  assert.deepEqual(paced(first, 'hold', 1000 + HINT_LASTS_MS - 1), first);
  assert.deepEqual(paced(first, 'hold', 1000 + HINT_LASTS_MS), { hint: 'hold', sinceMs: 1000 + HINT_LASTS_MS });
  assert.equal(paced(first, 'no-face', 9000), first, 'the same hint is not said again');
});

test('a view that covers a picture shows its middle, and a guide is found in the picture', () => {
  const seen = seenPart({ width: 1280, height: 720 }, { width: 360, height: 720 });
  assert.deepEqual(seen, { x: 0.359375, y: 0, width: 0.28125, height: 1 });
  assert.deepEqual(toPicture({ x: 0.5, y: 0.5, width: 0.5, height: 0.5 }, seen), {
    x: 0.5,
    y: 0.5,
    width: 0.140625,
    height: 0.5,
  });
});
