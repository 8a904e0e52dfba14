import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestToTicks } from './sampling.ts';

const chosenTimes = (timesMs: number[], fps: number): number[] =>
  timesMs.filter((_, at) => nearestToTicks(timesMs, fps)[at] === 1);

test('at 10 frames a second, every third frame of a recording of 30 is chosen', () => {
  const timesMs = Array.from({ length: 31 }, (_, at) => (at * 1000) / 30);
  assert.deepEqual(
    chosenTimes(timesMs, 10),
    [0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30].map((at) => timesMs[at]),
  );
});

test('of two frames that are as near to a tick the earlier is chosen', () => {
  assert.deepEqual(chosenTimes([0, 40, 80, 120, 160, 200], 10), [0, 80, 200]);
});

test('a recording that stores fewer frames than asked for gives each of them once', () => {
  assert.deepEqual(chosenTimes([0, 250, 500, 750], 10), [0, 250, 500, 750]);
});

test('uneven times choose by time and not by count; a gap gives the frames at its edges and nothing between', () => {
  assert.deepEqual(chosenTimes([0, 10, 20, 30, 95, 101, 108, 900, 1000], 10), [0, 101, 108, 900, 1000]);
});

test('a recording that begins late gives its first frame once', () => {
  assert.deepEqual(chosenTimes([480, 500, 590], 10), [480, 500, 590]);
});

test('no frames, no choice; one frame is chosen', () => {
  assert.deepEqual(chosenTimes([], 10), []);
  assert.deepEqual(chosenTimes([0], 10), [0]);
});
