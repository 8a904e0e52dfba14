import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { seededRandom } from '../kernel/random.ts';
import {
  bootstrapRate,
  equalErrorRate,
  errorCurve,
  errorsAt,
  exactInterval,
  fnmrAtFmr,
  histogram,
  pointAtFmr,
  quantile,
  rateOf,
  sortedScores,
  thinned,
} from './statistics.ts';

/** Few distinct values, so that ties are common. */
const score = fc.integer({ min: -6, max: 6 }).map((value) => value / 6);
const scores = fc.tuple(
  fc.array(score, { minLength: 1, maxLength: 40 }),
  fc.array(score, { minLength: 1, maxLength: 40 }),
);

test('rates at a threshold are what counting one by one gives', () => {
  fc.assert(
    fc.property(scores, score, ([genuine, impostor], threshold) => {
      const point = errorsAt(sortedScores(genuine, impostor), threshold);
      assert.equal(point.fmr, impostor.filter((value) => value >= threshold).length / impostor.length);
      assert.equal(point.fnmr, genuine.filter((value) => value < threshold).length / genuine.length);
    }),
  );
});

test('the point at a false match rate keeps to it, and no lower score that occurs would', () => {
  fc.assert(
    fc.property(scores, fc.constantFrom(0, 1e-3, 0.05, 0.2, 0.5, 1), ([genuine, impostor], fmr) => {
      const sorted = sortedScores(genuine, impostor);
      const point = pointAtFmr(sorted, fmr);
      assert.ok(point.fmr <= fmr + 1e-12);
      for (const lower of [...genuine, ...impostor].filter((value) => value < point.threshold))
        assert.ok(errorsAt(sorted, lower).fmr > fmr);
    }),
  );
});

test('allowing more false matches never costs genuine matches', () => {
  fc.assert(
    fc.property(
      scores,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (both, p, q) => {
        const sorted = sortedScores(...both);
        assert.ok(fnmrAtFmr(sorted, Math.max(p, q)) <= fnmrAtFmr(sorted, Math.min(p, q)));
      },
    ),
  );
});

test('impostors that share a score are all matched or none is', () => {
  const sorted = sortedScores([0.1, 0.5, 0.9], [0.5, 0.5, 0.5, 0]);
  assert.deepEqual(pointAtFmr(sorted, 0.5), { threshold: 0.9, fmr: 0, fnmr: 2 / 3 });
  assert.deepEqual(pointAtFmr(sorted, 0.75), { threshold: 0.1, fmr: 0.75, fnmr: 0 });
});

test('along the curve false matches fall from all to none while false non-matches rise from none to all', () => {
  fc.assert(
    fc.property(scores, ([genuine, impostor]) => {
      const sorted = sortedScores(genuine, impostor);
      const curve = errorCurve(sorted);
      assert.deepEqual([curve[0]!.fmr, curve[0]!.fnmr, curve.at(-1)!.fmr, curve.at(-1)!.fnmr], [1, 0, 0, 1]);
      for (let i = 1; i < curve.length; i++) {
        assert.ok(curve[i]!.fmr <= curve[i - 1]!.fmr && curve[i]!.fnmr >= curve[i - 1]!.fnmr);
        assert.deepEqual(curve[i], errorsAt(sorted, curve[i]!.threshold));
      }
    }),
  );
});

test('the equal error rate is 0 for scores that separate, one half for scores that say nothing', () => {
  assert.equal(equalErrorRate(sortedScores([0.7, 0.8, 0.9], [0.1, 0.2])).eer, 0);
  const same = Array.from({ length: 100 }, (_, i) => i);
  assert.ok(Math.abs(equalErrorRate(sortedScores(same, same)).eer - 0.5) < 0.01);
  assert.ok(Number.isNaN(equalErrorRate(sortedScores([], [1])).eer));
});

test('the equal error rate lies between the rates around the crossing', () => {
  fc.assert(
    fc.property(scores, ([genuine, impostor]) => {
      const { eer, fmr, fnmr } = equalErrorRate(sortedScores(genuine, impostor));
      assert.ok(eer >= Math.min(fmr, fnmr) && eer <= Math.max(fmr, fnmr));
    }),
  );
});

test('intervals agree with published tables', () => {
  const rounded = (pair: readonly number[]): number[] => pair.map((value) => Math.round(value * 1e4) / 1e4);
  assert.deepEqual(rounded(exactInterval(0, 17)), [0, 0.1951]);
  assert.deepEqual(rounded(exactInterval(1, 24)), [0.0011, 0.2112]);
  assert.deepEqual(rounded(exactInterval(10, 10)), [0.6915, 1]);
  const { low, high } = rateOf(1, 24);
  assert.deepEqual(rounded([low, high]), [0.0074, 0.2024]);
});

test('both intervals hold the counted share and stay within 0 and 1', () => {
  const counts = fc.tuple(fc.nat(200), fc.nat(200)).map(([p, q]) => [Math.min(p, q), Math.max(p, q, 1)] as const);
  fc.assert(
    fc.property(counts, ([errors, trials]) => {
      const wilson = rateOf(errors, trials);
      const [low, high] = exactInterval(errors, trials);
      for (const [from, to] of [
        [wilson.low, wilson.high],
        [low, high],
      ] as const)
        assert.ok(0 <= from && from <= errors / trials + 1e-9 && errors / trials <= to + 1e-9 && to <= 1);
    }),
  );
});

test('resampling people gives a wider interval than taking their pairs for independent', () => {
  const pairs = Array.from({ length: 10 }, (_, person) =>
    Array.from({ length: 45 }, () => ({ first: `p${person}`, second: `p${person}`, error: person < 2 })),
  ).flat();
  const [low, high] = bootstrapRate(pairs, seededRandom(1));
  const independent = rateOf(90, 450);
  assert.ok(low < independent.low && high > independent.high);
  assert.deepEqual(bootstrapRate(pairs, seededRandom(1)), [low, high]);
});

test('quantiles and histograms lose no value', () => {
  assert.equal(quantile([3, 1, 2], 0.5), 2);
  assert.equal(quantile([0, 10], 0.25), 2.5);
  fc.assert(
    fc.property(fc.array(fc.double({ min: -3, max: 3, noNaN: true })), (values) => {
      assert.equal(
        histogram(values, -1, 1, 8).counts.reduce((sum, count) => sum + count, 0),
        values.length,
      );
    }),
  );
});

test('thinning keeps the ends', () => {
  assert.deepEqual(thinned([1, 2, 3, 4, 5, 6, 7, 8, 9], 3), [1, 5, 9]);
  assert.deepEqual(thinned([1, 2], 3), [1, 2]);
});
