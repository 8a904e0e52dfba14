import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shippedAttributeModel as model } from '../face/attributes/attribute-model.ts';
import type { MeasuredAttributes, Summary } from '../face/attributes/measure-attributes.ts';
import type { ScoredAttribute } from '../face/attributes/inputs.ts';
import { judgeAttributes, shownProbability } from './attributes.ts';

const measured = <Value>(value: Value): Summary<Value> => ({ measured: true, value, frames: 5 });
const between = (attribute: ScoredAttribute): number => (model[attribute].yesFrom + model[attribute].noUpTo) / 2;

function judge({
  glasses = -9,
  sunglasses = -9,
  beard = -9,
  moustache = -9,
  male = 0.95,
  ageYears = 41,
  hueLosses = null as MeasuredAttributes['hueLosses'],
}) {
  const scores = {
    glasses: measured(glasses),
    sunglasses: measured(sunglasses),
    beard: measured(beard),
    moustache: measured(moustache),
  };
  return judgeAttributes({ scores, hueLosses, sexAge: measured({ male, ageYears }) }, model);
}

test('scores beyond a threshold are answers, those between are unclear', () => {
  assert.deepEqual(judge({ beard: 9 }).beard, { answer: 'yes', score: 9 });
  assert.deepEqual(judge({ beard: -9 }).beard, { answer: 'no', score: -9 });
  assert.deepEqual(judge({ beard: between('beard') }).beard, {
    answer: 'not-measurable',
    reason: 'unclear',
    score: between('beard'),
  });
  assert.equal(judge({ moustache: model.moustache.yesFrom }).moustache.answer, 'yes');
  assert.equal(judge({ moustache: model.moustache.noUpTo }).moustache.answer, 'no');
});

test('sunglasses are not reading glasses, and dark eyes without a frame are neither', () => {
  const answers = (scores: { glasses: number; sunglasses: number }): string[] => {
    const { readingGlasses, sunglasses } = judge(scores);
    return [readingGlasses, sunglasses].map(({ answer, reason }) => reason ?? answer);
  };
  assert.deepEqual(answers({ glasses: 9, sunglasses: -9 }), ['yes', 'no']);
  assert.deepEqual(answers({ glasses: 9, sunglasses: 9 }), ['no', 'yes']);
  assert.deepEqual(answers({ glasses: 9, sunglasses: between('sunglasses') }), ['unclear', 'unclear']);
  assert.deepEqual(answers({ glasses: -9, sunglasses: 9 }), ['no', 'unclear']);
  assert.deepEqual(answers({ glasses: -9, sunglasses: -9 }), ['no', 'no']);
});

test('grey hair is a beard by its lost hue, and makes a no unclear before that', () => {
  const losses = (loss: number) => ({ beardLeast: loss, beardMean: loss, moustache: loss });
  assert.equal(judge({ beard: -2, hueLosses: losses(0.6) }).beard.answer, 'yes');
  assert.equal(judge({ beard: -2, hueLosses: losses(0.3) }).beard.reason, 'unclear');
  assert.equal(judge({ beard: -2, hueLosses: losses(0.1) }).beard.answer, 'no');
  assert.equal(judge({ moustache: -2, hueLosses: losses(0.6) }).moustache.answer, 'yes');
});

test('facial hair on a face that looks female is never a yes, and its absence stays a no', () => {
  assert.equal(judge({ beard: 9, male: 0.1 }).beard.reason, 'unclear');
  assert.equal(judge({ beard: -9, male: 0.1 }).beard.answer, 'no');
});

test('apparent sex has a probability of at most 99 %, and none when the networks waver', () => {
  assert.deepEqual(judge({ male: 0.999 }).sex, { value: 'male', probabilityPercent: 99 });
  assert.deepEqual(judge({ male: 0.2 }).sex, { value: 'female', probabilityPercent: 94 });
  assert.deepEqual([judge({ male: 0.6 }).sex, judge({ male: 0.6 }).sexReason], [null, 'unclear']);
  assert.equal(shownProbability(0.5), 0.5);
});

test('apparent age is a range of twenty years on round fives that never begins below 0', () => {
  assert.deepEqual(judge({ ageYears: 41 }).ageRange, { fromYears: 30, toYears: 50 });
  assert.deepEqual(judge({ ageYears: 4 }).ageRange, { fromYears: 0, toYears: 15 });
});

test('what was not measured keeps its reason', () => {
  const none: Summary<never> = { measured: false, reason: 'profile' };
  const scores = { glasses: none, sunglasses: none, beard: none, moustache: none };
  const answers = judgeAttributes({ scores, hueLosses: null, sexAge: none }, model);
  assert.deepEqual(answers, {
    beard: { answer: 'not-measurable', reason: 'profile' },
    moustache: { answer: 'not-measurable', reason: 'profile' },
    readingGlasses: { answer: 'not-measurable', reason: 'profile' },
    sunglasses: { answer: 'not-measurable', reason: 'profile' },
    sex: null,
    sexReason: 'profile',
    ageRange: null,
    ageReason: 'profile',
  });
});
