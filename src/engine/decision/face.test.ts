import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../verification/assessment.ts';
import { fusedAt, similarityPercent } from '../face/compare.ts';
import { faceFindings } from '../face/findings.ts';
import { faceLines, facePoints, faceReasons } from './face.ts';

/** Two templates whose cosines are both `cosine`. */
const person = { a: Float32Array.from([1, 0]), b: Float32Array.from([1, 0]) };
const portraitAt = (cosine: number, faceHeightPx = 120, confidence = 0.9) => {
  const vector = Float32Array.from([cosine, Math.sqrt(1 - cosine * cosine)]);
  return { template: { a: vector, b: vector }, faceHeightPx, confidence };
};

test('the same face passes without a reason', () => {
  assert.deepEqual(faceReasons(faceFindings(person, portraitAt(0.8), 5)), []);
});

test('a face that is only somewhat alike is for a person to look at', () => {
  assert.deepEqual(faceReasons(faceFindings(person, portraitAt(0.3), 5)), [
    { slug: 'similarity-low', weighs: 'review', check: 'face/comparison' },
  ]);
});

test('another face is refused as very different', () => {
  assert.deepEqual(faceReasons(faceFindings(person, portraitAt(0.05), 5)), [
    { slug: 'portrait-very-different', weighs: 'refuse', check: 'face/comparison' },
  ]);
});

test('a tiny portrait, and print that passed for one, refuse nobody', () => {
  for (const doubtful of [portraitAt(0.05, 40), portraitAt(0.05, 120, 0.3)])
    assert.deepEqual(faceReasons(faceFindings(person, doubtful, 5)), [
      { slug: 'similarity-low', weighs: 'review', check: 'face/comparison' },
    ]);
});

test('what cannot be compared is said with its reason, never scored', () => {
  const withoutPortrait = faceFindings(person, null, 5);
  assert.ok(withoutPortrait.every((finding) => !('score' in finding)));
  assert.deepEqual(faceReasons(withoutPortrait), [
    { slug: 'portrait-not-found', weighs: 'review', check: 'face/comparison' },
  ]);
  assert.deepEqual(faceReasons(faceFindings(null, portraitAt(0.8), 0)), [
    { slug: 'face-not-found', weighs: 'review', check: 'face/comparison' },
  ]);
});

test('the lines lie where the similarity shows 80 and 40', () => {
  assert.equal(similarityPercent(facePoints.sameFused), facePoints.samePercent);
  assert.equal(similarityPercent(facePoints.veryDifferentFused), facePoints.veryDifferentPercent);
});

test('the lines are inclusive: a score on the line of 80 is the same person, one on the line of 40 is reviewed', () => {
  const measured = (score: number): Finding[] => [
    { check: 'face/comparison', score, higherMeans: 'same person', durationMs: 0 },
    { check: 'face/portrait', score: 0.9, higherMeans: 'a portrait', durationMs: 0 },
    { check: 'face/portrait-size', score: 120, higherMeans: 'more detail', durationMs: 0 },
  ];
  const slugAt = (score: number): string | undefined => faceReasons(measured(score))[0]?.slug;
  assert.equal(slugAt(facePoints.sameFused), undefined);
  assert.equal(slugAt(facePoints.sameFused - 1e-6), 'similarity-low');
  assert.equal(slugAt(facePoints.veryDifferentFused), 'similarity-low');
  assert.equal(slugAt(facePoints.veryDifferentFused - 1e-6), 'portrait-very-different');
});

test('the comparison shows its similarity, its cosines and what it rests on', () => {
  const [comparison] = faceFindings(person, portraitAt(0.5, 130), 4);
  assert.ok(comparison !== undefined && 'score' in comparison);
  assert.match(comparison.model!, /^face-embedder-a@sha256:[0-9a-f]{12} \+ face-embedder-b@sha256:[0-9a-f]{12}$/);
  assert.deepEqual(comparison.details, {
    cosineA: 0.5,
    cosineB: 0.5,
    similarityPercent: comparison.details!['similarityPercent'],
    portraitFaceHeightPx: 130,
    framesUsed: 4,
  });
  assert.ok(Math.abs(Number(comparison.details!['similarityPercent']) - 83.21) < 0.5);
  assert.equal(faceLines.find(({ check }) => check === comparison.check)!.at, fusedAt(80));
});
