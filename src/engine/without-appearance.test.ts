import assert from 'node:assert/strict';
import test from 'node:test';
import type { Assessment } from '../verification/assessment.ts';
import { unmeasured } from './unmeasured.ts';
import { withoutAppearance } from './without-appearance.ts';

test('an account that does not want to know how people look is told nothing of it, and everything else', () => {
  const seen: Assessment = {
    ...unmeasured('front', 'missing'),
    findings: [
      { check: 'face/comparison', score: 8.7, higherMeans: 'same person', durationMs: 1 },
      { check: 'attributes/beard', score: 3, higherMeans: 'beard', durationMs: 1 },
    ],
    attributes: {
      beard: { answer: 'yes', score: 3 },
      moustache: { answer: 'no', score: -3 },
      readingGlasses: { answer: 'yes', score: 2 },
      sunglasses: { answer: 'no', score: -4 },
      sex: { value: 'female', probabilityPercent: 97 },
      ageRange: { fromYears: 30, toYears: 40 },
    },
  };
  const told = withoutAppearance(seen);
  assert.deepEqual(
    told.findings.map(({ check }) => check),
    ['face/comparison'],
  );
  assert.doesNotMatch(JSON.stringify(told), /"yes"|"no"|female|30|"score":[23]\b/);
  assert.deepEqual({ ...told, findings: seen.findings, attributes: seen.attributes }, seen);
});
