import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { markAt, rowsOf, scrubbedTo } from './clip.ts';

const marks = [
  { fromMs: 1000, toMs: 3500 },
  { fromMs: 4000, toMs: 6500 },
];
const at = (atMs: number, isFine = false) => ({ atMs, durationMs: 8000, marks, isFine });

test('arrows move by a second, finely by a frame, and never beyond the ends', () => {
  assert.equal(scrubbedTo('ArrowRight', at(2000)), 3000);
  assert.equal(scrubbedTo('ArrowLeft', at(2000, true)), 1900);
  assert.equal(scrubbedTo('ArrowLeft', at(300)), 0);
  assert.equal(scrubbedTo('PageUp', at(7900)), 8000);
  assert.equal(scrubbedTo('Home', at(5000)), 0);
  assert.equal(scrubbedTo('End', at(5000)), 8000);
});

test('brackets jump from step to step of the challenge', () => {
  assert.equal(scrubbedTo(']', at(0)), 1000);
  assert.equal(scrubbedTo(']', at(1000)), 4000);
  assert.equal(scrubbedTo(']', at(4000)), 4000);
  assert.equal(scrubbedTo('[', at(5000)), 4000);
  assert.equal(scrubbedTo('[', at(4000)), 1000);
  assert.equal(scrubbedTo('[', at(500)), 0);
});

test('other keys are not of the time line', () => {
  for (const key of ['a', 'Enter', 'Tab', ' ', 'Escape']) assert.equal(scrubbedTo(key, at(0)), null);
});

test('every key lands within the recording', () => {
  const keys = ['ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', '[', ']', 'Home', 'End'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...keys)), fc.boolean(), (pressed, isFine) => {
      let atMs = 4000;
      for (const key of pressed) {
        atMs = scrubbedTo(key, at(atMs, isFine))!;
        assert.ok(atMs >= 0 && atMs <= 8000);
      }
    }),
  );
});

test('the step that runs is found by its moment', () => {
  assert.equal(markAt(marks, 999), null);
  assert.equal(markAt(marks, 1000), marks[0]);
  assert.equal(markAt(marks, 3500), null);
  assert.equal(markAt(marks, 6499), marks[1]);
});

test('labels that would run into each other stand in different rows', () => {
  assert.deepEqual(
    rowsOf([
      { from: 0, width: 10 },
      { from: 5, width: 10 },
      { from: 10, width: 10 },
      { from: 12, width: 3 },
    ]),
    [0, 1, 0, 2],
  );
});
