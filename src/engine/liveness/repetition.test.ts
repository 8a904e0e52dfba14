import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../kernel/random.ts';
import { thumbnailHeightPx, thumbnailWidthPx, type Thumbnail } from '../runtime/media.ts';
import { closestRepeat, closestReversal, longestStill } from './repetition.ts';

const FPS = 25;

/** A bright blob on a wandering path before a dim gradient, with a little noise: never twice the same. */
function wander(frames: number, { seed = 1, speed = 1 } = {}): Uint8Array[] {
  const random = seededRandom(seed);
  let [x, y, towards] = [30, 24, 0];
  return Array.from({ length: frames }, () => {
    towards += (random() - 0.5) * 0.8;
    x = 32 + (x + Math.cos(towards) * speed - 32) * 0.99;
    y = 24 + (y + Math.sin(towards) * speed - 24) * 0.99;
    return Uint8Array.from({ length: thumbnailWidthPx * thumbnailHeightPx }, (_, at) => {
      const squared = ((at % thumbnailWidthPx) - x) ** 2 + (Math.floor(at / thumbnailWidthPx) - y) ** 2;
      return 60 + (at % thumbnailWidthPx) / 4 + 120 * Math.exp(-squared / 120) + random();
    });
  });
}

const recorded = (frames: readonly Uint8Array[]): Thumbnail[] =>
  frames.map((luma, at) => ({ atMs: (at * 1000) / FPS, luma }));

test('a recording that never repeats has no close repeat and no close reversal', () => {
  const natural = recorded(wander(250));
  assert.ok(closestRepeat(natural)!.distance > 1);
  assert.ok(closestReversal(natural)!.distance > 1);
});

test('a clip played in a loop repeats, whatever its period in frames', () => {
  for (const period of [60, 73]) {
    const clip = wander(period, { seed: 2 });
    const repeat = closestRepeat(recorded([...clip, ...clip, ...clip]))!;
    assert.ok(repeat.distance < 0.1, `${repeat.distance}`);
    assert.equal(Math.round(((repeat.againAtMs - repeat.atMs) * FPS) / 1000) % period, 0);
  }
});

test('a clip played to and fro runs backwards, turning on one frame or on two', () => {
  const clip = wander(75, { seed: 3 });
  for (const skipped of [0, 1]) {
    const reversal = closestReversal(recorded([...clip, ...clip.toReversed().slice(skipped), ...clip]))!;
    assert.ok(reversal.distance < 0.1, `${reversal.distance}`);
  }
});

test('somebody who holds still repeats nothing', () => {
  const still = recorded(wander(200, { seed: 4, speed: 0.02 }));
  assert.equal(closestRepeat(still), null);
  assert.equal(closestReversal(still), null);
});

test('too short a recording can show no repeat', () => {
  assert.equal(closestRepeat(recorded(wander(40))), null);
});

test('a frozen stretch is found, with when it began and how long it lasts', () => {
  const frames = wander(100, { seed: 5 });
  const frozen = [...frames.slice(0, 50), ...Array.from({ length: 25 }, () => frames[49]!), ...frames.slice(50)];
  assert.deepEqual(longestStill(recorded(frozen)), { lastsMs: 1000, atMs: 1960 });
  assert.equal(longestStill(recorded(frames)).lastsMs, 0);
});
