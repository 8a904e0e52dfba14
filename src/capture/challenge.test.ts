import assert from 'node:assert/strict';
import test from 'node:test';
import { challengeSchema } from '../engine/liveness/challenge.ts';
import type { DrawInteger } from '../kernel/id.ts';
import { seededRandom } from '../kernel/random.ts';
import { challengeRule, drawChallenge, durationMs, nextAfterMs, presented } from './challenge.ts';

const drawFrom = (seed: number): DrawInteger => {
  const random = seededRandom(seed);
  return (from, to) => from + Math.floor(random() * (to - from + 1));
};
const gesturesOf = (challenge: ReturnType<typeof drawChallenge>): string[] =>
  challenge.steps.flatMap(({ show }) => (show.kind === 'gesture' ? [show.gesture] : []));

test('every sequence of three unlike neighbours out of five comes about as often as any other', () => {
  const draw = drawFrom(20_261_125);
  const times = new Map<string, number>();
  const draws = 40_000;
  for (let round = 0; round < draws; round += 1) {
    const sequence = gesturesOf(drawChallenge(draw, { flashes: false, withoutTurning: false })).join(' ');
    times.set(sequence, (times.get(sequence) ?? 0) + 1);
  }
  assert.equal(times.size, 5 * 4 * 4);
  const expected = draws / times.size;
  for (const [sequence, seen] of times)
    assert.ok(Math.abs(seen - expected) < 6 * Math.sqrt(expected), `${sequence}: ${seen}`);
});

test('nobody is asked to turn who cannot, and colours follow, each unlike the one before', () => {
  const draw = drawFrom(1);
  for (let round = 0; round < 300; round += 1) {
    const challenge = drawChallenge(draw, { flashes: false, withoutTurning: true });
    const gestures = gesturesOf(challenge);
    assert.equal(gestures.length, challengeRule.gestures);
    for (const gesture of gestures) assert.match(gesture, /^(smile|come-closer)$/);
    const last = challenge.steps.at(-1)!.show;
    assert.ok(last.kind === 'flash' && last.colours.length === 16);
    last.colours.forEach((colour, at) => assert.notEqual(colour, last.colours[at - 1]));
  }
});

test('pauses make the moments differ, and all of them add up to the duration', () => {
  const draw = drawFrom(7);
  const pauses = new Set<number>();
  for (let round = 0; round < 500; round += 1) {
    const challenge = drawChallenge(draw, { flashes: round % 2 === 0, withoutTurning: false });
    let atMs = challenge.baselineMs;
    challenge.steps.forEach(({ pauseMs, show }, step) => {
      pauses.add(pauseMs);
      assert.ok(pauseMs >= 0 && pauseMs <= challengeRule.mostPauseMs);
      atMs += pauseMs + show.forMs;
      const next = challenge.steps[step + 1];
      assert.equal(nextAfterMs(challenge, step), next === undefined ? null : show.forMs + next.pauseMs);
    });
    assert.equal(durationMs(challenge), atMs);
  }
  assert.ok(pauses.size > 600, `only ${pauses.size} different pauses`);
});

test('what was shown is a challenge as the engine reads it', () => {
  const challenge = drawChallenge(drawFrom(3), { flashes: true, withoutTurning: false });
  const shown = challenge.steps.map((_, step) => ({ fromMs: 1500 + step * 4000, toMs: 4500 + step * 4000 }));
  const parsed = challengeSchema.parse(presented(challenge, shown));
  assert.deepEqual(
    parsed.steps.map(({ gesture, fromMs, toMs }) => [gesture, fromMs, toMs]),
    gesturesOf(challenge).map((gesture, step) => [gesture, shown[step]!.fromMs, shown[step]!.toMs]),
  );
  assert.deepEqual(parsed.baseline, { fromMs: 0, toMs: 1000 });
  assert.equal(parsed.flash?.fromMs, shown[3]!.fromMs);
  assert.equal(parsed.flash?.stepMs, challengeRule.colourMs);
});
