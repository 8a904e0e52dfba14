import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseFrames, ENOUGH_QUALITY, type FrameCandidate } from './choose-frames.ts';

const candidate = fc.record({
  atMs: fc.integer({ min: 0, max: 10_000 }),
  quality: fc.double({ min: 0, max: 1, noNaN: true }),
});
const candidates = fc.uniqueArray(candidate, { maxLength: 60, selector: ({ atMs }) => atMs });
const count = fc.integer({ min: 1, max: 8 });

test('as many good frames are chosen as there are, up to the number asked for, and by time', () => {
  fc.assert(
    fc.property(candidates, count, (all, wanted) => {
      const chosen = chooseFrames(all, wanted);
      const good = all.filter(({ quality }) => quality >= ENOUGH_QUALITY);
      const fallback = all.some(({ quality }) => quality > 0) ? 1 : 0;
      assert.equal(chosen.length, good.length > 0 ? Math.min(wanted, good.length) : fallback);
      assert.ok(chosen.every((frame) => all.includes(frame) && frame.quality > 0));
      assert.ok(chosen.every((frame, i) => i === 0 || frame.atMs > chosen[i - 1]!.atMs));
    }),
  );
});

test('the choice does not depend on the order in which frames are offered', () => {
  fc.assert(
    fc.property(candidates, count, (all, wanted) => {
      assert.deepEqual(chooseFrames(all.toReversed(), wanted), chooseFrames(all, wanted));
    }),
  );
});

test('the best frame is always among them', () => {
  fc.assert(
    fc.property(candidates, count, (all, wanted) => {
      const best = Math.max(0, ...all.map(({ quality }) => quality));
      if (best > 0) assert.ok(chooseFrames(all, wanted).some(({ quality }) => quality === best));
    }),
  );
});

test('equally good frames are chosen all over the recording, not side by side', () => {
  const steady: FrameCandidate[] = Array.from({ length: 101 }, (_, i) => ({ atMs: i * 100, quality: 0.8 }));
  assert.deepEqual(
    chooseFrames(steady, 5).map(({ atMs }) => atMs),
    [0, 2000, 4000, 6000, 8000],
  );
});

test('one usable frame is enough when all are poor, and poor ones do not join good ones', () => {
  const poor = [
    { atMs: 0, quality: 0.1 },
    { atMs: 900, quality: 0.2 },
  ];
  assert.deepEqual(chooseFrames(poor, 3), [{ atMs: 900, quality: 0.2 }]);
  assert.deepEqual(chooseFrames([...poor, { atMs: 400, quality: 0.9 }], 3), [{ atMs: 400, quality: 0.9 }]);
});
