import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NativeFrame } from './face-track.ts';
import { BestFrames, SpreadFrames } from './kept-frames.ts';
import { median, quantile } from './quantile.ts';
import { spread } from './spread.ts';

const frame = (index: number): NativeFrame => ({ index, atMs: index * 100 }) as NativeFrame;
const indexes = (frames: readonly NativeFrame[]): number[] => frames.map(({ index }) => index);

test('of any number of frames between half and all of the room is used, evenly', () => {
  for (const count of [1, 9, 20, 21, 100, 777]) {
    const kept = new SpreadFrames(20);
    for (let at = 0; at < count; at++) kept.offer(frame(at));
    const found = indexes(kept.frames);
    assert.ok(found.length >= Math.min(count, 10) && found.length < 20, `${count}: ${found.length}`);
    const steps = new Set(found.slice(1).map((at, i) => at - found[i]!));
    assert.ok(steps.size <= 1, `${count}: ${[...steps].join(' ')}`);
    assert.ok(count - found.at(-1)! <= Math.max(...steps, 1), `${count}: the end is left out`);
  }
});

test('the best frames are kept, best first, and neighbours only once', () => {
  const kept = new BestFrames(3, 250);
  const scores = [0.1, 0.5, 0.6, 0.2, 0.3, 0.9, 0.8, 0.1, 0.4];
  scores.forEach((score, at) => kept.offer(frame(at), score));
  assert.deepEqual(indexes(kept.frames), [5, 2, 8]);
});

test('a frame is said to be kept when it is among the frames then', () => {
  const spread = new SpreadFrames(4);
  const best = new BestFrames(2, 250);
  for (const [at, score] of [0.1, 0.5, 0.6, 0.2, 0.9, 0.3, 0.8, 0.1, 0.7].entries()) {
    const offered = frame(at * 2);
    assert.equal(spread.offer(offered), spread.frames.includes(offered));
    assert.equal(best.offer(offered, score), best.frames.includes(offered));
  }
});

test('a frame is not wanted when it could not be kept', () => {
  const kept = new BestFrames(2, 250);
  kept.offer(frame(0), 0.5);
  kept.offer(frame(10), 0.7);
  assert.equal(kept.wants(frame(1), 0.4), false);
  assert.equal(kept.wants(frame(1), 0.6), true);
  assert.equal(kept.wants(frame(20), 0.4), false);
  assert.equal(kept.wants(frame(20), 0.6), true);
});

test('spread takes the middle of equal parts', () => {
  assert.deepEqual(spread([0, 1, 2, 3, 4, 5, 6, 7, 8], 3), [1, 4, 7]);
  assert.deepEqual(spread([0, 1], 3), [0, 1]);
});

test('quantiles lie between the nearest values and leave out what is not a number', () => {
  assert.equal(median([3, NaN, 1, 2]), 2);
  assert.equal(quantile([0, 10], 0.9), 9);
  assert.ok(Number.isNaN(median([])));
});
