import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../verification/assessment.ts';
import { livenessChecks } from '../liveness/checks/index.ts';
import { livenessLines, livenessReasons } from './liveness.ts';

/** A live person who did as asked. */
const good: Readonly<Record<string, number | string>> = {
  'face-found': 1,
  'face-size': 100,
  'one-face': 0,
  'bare-face': -0.2,
  'eyes-open': 0.3,
  'pad-rgb': 0.98,
  bezel: 0.4,
  'moire-background': 0.3,
  'skin-background-luma': 0.8,
  'same-person': 0.8,
  loop: 3,
  boomerang: 3,
  freeze: 0,
  challenge: 1,
  flash: 'not-asked',
};

const findings = (changed: Readonly<Record<string, number | string>>, padFrames = 12): Finding[] =>
  Object.entries({ ...good, ...changed }).map(([name, value]) =>
    typeof value === 'string'
      ? { check: `liveness/${name}`, inconclusive: value, durationMs: 1 }
      : {
          check: `liveness/${name}`,
          score: value,
          higherMeans: '',
          durationMs: 1,
          details: { frames: Array.from({ length: padFrames }, (_, at) => at) },
        },
  );

const said = (changed: Readonly<Record<string, number | string>>, padFrames?: number): string[] =>
  livenessReasons(findings(changed, padFrames), true).map(({ weighs, slug }) => `${weighs} ${slug}`);

test('every check has its line, and the good person passes all of them', () => {
  assert.deepEqual(
    livenessLines.map(({ check }) => check).toSorted(),
    livenessChecks.map(({ check }) => check).toSorted(),
  );
  assert.deepEqual(said({}), []);
});

test('an attack that something else agrees with is refused, one that nothing agrees with is looked at', () => {
  for (const agreeing of [{ bezel: 0.7 }, { 'moire-background': 0.6 }, { 'skin-background-luma': 1.3 }])
    assert.deepEqual(said({ 'pad-rgb': 0.3, ...agreeing }), ['refuse presentation-attack']);
  assert.deepEqual(said({ 'pad-rgb': 0.3 }), ['review presentation-attack-suspected']);
});

test('a network that is not sure needs one thing that agrees, or few frames', () => {
  assert.deepEqual(said({ 'pad-rgb': 0.6 }), []);
  assert.deepEqual(said({ 'pad-rgb': 0.6, bezel: 0.7 }), ['review presentation-attack-suspected']);
  assert.deepEqual(said({ 'pad-rgb': 0.6 }, 1), ['review presentation-attack-suspected']);
});

test('a network that is sure is doubted only when all three agree', () => {
  assert.deepEqual(said({ bezel: 0.7, 'moire-background': 0.6 }), []);
  assert.deepEqual(said({ bezel: 0.7, 'moire-background': 0.6, 'skin-background-luma': 1.3 }), [
    'review presentation-attack-suspected',
  ]);
});

test('few frames say nothing by their moiré', () => {
  assert.deepEqual(said({ 'pad-rgb': 0.3, 'moire-background': 0.6 }, 1), ['review presentation-attack-suspected']);
});

test('a covered face is told to uncover, and not called an attack', () => {
  assert.deepEqual(said({ 'bare-face': 0.9, 'pad-rgb': 0.01, bezel: 0.9 }), ['refuse face-covered']);
});

test('each other finding has its reason', () => {
  const cases: readonly (readonly [Readonly<Record<string, number | string>>, string])[] = [
    [{ 'face-found': 0.1 }, 'refuse face-not-found'],
    [{ 'face-found': 'no-frame' }, 'refuse face-not-found'],
    [{ 'face-size': 20 }, 'refuse face-too-small'],
    [{ 'one-face': 0.2 }, 'review several-faces'],
    [{ 'bare-face': 0.8 }, 'refuse face-covered'],
    [{ 'eyes-open': 0.1 }, 'review eyes-closed'],
    [{ 'pad-rgb': 'no-frontal-frame' }, 'review presentation-attack-suspected'],
    [{ 'same-person': 0.05 }, 'refuse different-persons-in-video'],
    [{ 'same-person': 0.25 }, 'review different-persons-in-video'],
    [{ loop: 0.2 }, 'refuse recording-looped'],
    [{ boomerang: 0.2 }, 'refuse recording-looped'],
    [{ freeze: 1.2 }, 'review recording-looped'],
    [{ challenge: 2 / 3 }, 'refuse challenge-failed'],
    [{ challenge: 'face-lost' }, 'review challenge-inconclusive'],
    [{ flash: 0.2 }, 'review flash-failed'],
    [{ flash: 'moved-during-flash' }, 'review challenge-inconclusive'],
    [{ loop: 'still-image' }, 'review challenge-inconclusive'],
    [{ 'same-person': 'too-few-frames' }, 'review challenge-inconclusive'],
  ];
  for (const [changed, expected] of cases) assert.deepEqual(said(changed), [expected], JSON.stringify(changed));
});

test('a check whose finding is missing never passes for one that said yes', () => {
  for (const missing of ['face-found', 'pad-rgb', 'same-person', 'loop', 'challenge'])
    assert.notDeepEqual(
      livenessReasons(
        findings({}).filter(({ check }) => check !== `liveness/${missing}`),
        true,
      ),
      [],
      missing,
    );
});

test('a recording that hardly moves is left to the challenge', () => {
  assert.deepEqual(said({ loop: 'too-little-motion', boomerang: 'too-little-motion' }), []);
});

test('nothing follows from what was not asked', () => {
  const notAsked = findings({ challenge: 'not-asked', 'same-person': 'still-image', loop: 'still-image' });
  assert.deepEqual(livenessReasons(notAsked, false), []);
});
