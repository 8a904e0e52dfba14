import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareTemplates, cosine, FUSED_AT_80, fuse, fusedAt, IDENTITY, similarityPercent } from './compare.ts';

const fusedScore = fc.double({ min: -IDENTITY, max: IDENTITY, noNaN: true });

test('similarity is 80 at the operating point, 0 where strangers typically lie, 100 for identity alone', () => {
  assert.equal(similarityPercent(FUSED_AT_80), 80);
  assert.equal(similarityPercent(0), 0);
  assert.equal(similarityPercent(-3), 0);
  assert.equal(similarityPercent(IDENTITY), 100);
  assert.ok(similarityPercent(IDENTITY - 1e-3) < 100);
});

test('a higher score never shows as a lower similarity, and above 0 always as a higher one', () => {
  fc.assert(
    fc.property(fusedScore, fusedScore, (one, other) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      assert.ok(similarityPercent(low) <= similarityPercent(high));
      if (low > 0 && high - low > 1e-9) assert.ok(similarityPercent(low) < similarityPercent(high));
      assert.ok(similarityPercent(low) >= 0 && similarityPercent(high) <= 100);
    }),
  );
});

test('a similarity leads back to its score', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 100, noNaN: true }), (percent) => {
      assert.ok(Math.abs(similarityPercent(fusedAt(percent)) - percent) < 1e-9);
    }),
  );
});

test('a template compared with itself is identity, with its opposite the reverse', () => {
  const a = Float32Array.from([0.6, 0.8]);
  const b = Float32Array.from([0, 1, 0]);
  const negative = { a: a.map((value) => -value), b: b.map((value) => -value) };
  assert.ok(Math.abs(compareTemplates({ a, b }, { a, b }).fused - IDENTITY) < 1e-5);
  assert.ok(Math.abs(compareTemplates({ a, b }, negative).fused + IDENTITY) < 1e-5);
});

test('both embedders weigh by their own spread between strangers', () => {
  assert.equal(fuse(0.092, 0), 0.5);
  assert.equal(fuse(0, 0.14), 0.5);
});

test('embeddings of two models are not compared', () => {
  assert.throws(() => cosine(new Float32Array(512), new Float32Array(192)), RangeError);
});
