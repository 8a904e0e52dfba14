import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calibrateModel, neededFaces, thresholdsFor } from './attributes.ts';
import type { Label } from './attribute-labels.ts';
import { countAttributes, tabulate, type LabelledFace } from './attribute-rates.ts';
import { parseAttributeModel, shippedAttributeModel } from '../engine/face/attributes/attribute-model.ts';
import type { FaceMeasurements } from '../engine/face/attributes/measure-face.ts';
import { seededRandom, type Random } from '../kernel/random.ts';

/** Measurements as a bare face of unremarkable skin has them, with some scatter. */
function plainFace(random: Random): FaceMeasurements {
  const about = (value: number, scatter: number): number => value + (random() * 2 - 1) * scatter;
  const patch = () => ({
    brightness: about(-0.05, 0.1),
    texture: about(-4.3, 0.3),
    textureAgainstCheek: about(0.2, 0.3),
    hueLoss: about(0, 0.15),
  });
  return {
    meshFlag: 1,
    eyeDistancePx: 90,
    asymmetry: about(0, 0.3),
    skinRoughness: about(0.015, 0.006),
    light: 'plain',
    cover: -0.5,
    glasses: {
      bridge: about(0.03, 0.015),
      bridgeEdge: about(-4.2, 0.3),
      arms: about(0.012, 0.006),
      nosePads: about(0.015, 0.006),
      lowerRim: about(-3.6, 0.3),
      cheekEdge: about(-4, 0.3),
      eyeContrast: about(1.1, 0.2),
      eyeDetail: 0.07,
    },
    sunglasses: {
      underEyes: about(-0.1, 0.1),
      brightestUnderEyes: about(-0.02, 0.05),
      brightestOfEyeZone: about(0, 0.05),
      tint: about(0.05, 0.04),
    },
    hair: { jowl: patch(), chin: patch(), upperLip: patch() },
  };
}

function bearded(random: Random): FaceMeasurements {
  const face = plainFace(random);
  const hair = () => ({ brightness: -0.9 + random() * 0.3, texture: -3.2, textureAgainstCheek: 1.2, hueLoss: 0 });
  return { ...face, hair: { jowl: hair(), chin: hair(), upperLip: hair() } };
}

const labels = (of: Partial<LabelledFace['labels']>): LabelledFace['labels'] => ({
  glasses: 'no',
  sunglasses: 'no',
  beard: 'no',
  moustache: 'no',
  ...of,
});

function folder(counts: { bearded: number; plain: number }): LabelledFace[] {
  const random = seededRandom(11);
  const face = (i: number, hasBeard: boolean): LabelledFace => {
    const label: Label = hasBeard ? 'yes' : 'no';
    const measured = hasBeard ? bearded(random) : plainFace(random);
    const person = `${label}-${i % 20}`;
    return {
      file: `${label}-${i}.jpg`,
      person,
      labels: labels({ beard: label, moustache: label }),
      measured,
      sexAge: { male: 0.9, ageYears: 40 },
    };
  };
  return [
    ...Array.from({ length: counts.bearded }, (_, i) => face(i, true)),
    ...Array.from({ length: counts.plain }, (_, i) => face(i, false)),
  ];
}

test('attributes with enough labels are refitted, the others keep their weights and are named', () => {
  const faces = folder({ bearded: 60, plain: 170 });
  const calibrated = calibrateModel(faces, shippedAttributeModel, 'drawn faces');
  assert.ok(calibrated.ok);
  const { model, refitted, kept, rates } = calibrated.value;
  assert.deepEqual(refitted, ['beard', 'moustache']);
  assert.deepEqual(
    kept.map(({ attribute }) => attribute),
    ['glasses', 'sunglasses'],
  );
  assert.match(kept[0]!.why, /^0 faces of 0 persons with it and 230 of 40 without, needed are 40 and 150/);
  assert.deepEqual(model.glasses, shippedAttributeModel.glasses);
  assert.notDeepEqual(model.beard, shippedAttributeModel.beard);
  assert.match(model.calibratedOn, /^beard, moustache: drawn faces; the rest: /);
  assert.deepEqual(rates.beard.positives, { yes: 60, no: 0, unclear: 0, gated: 0 });
  assert.deepEqual([rates.beard.yesErrors.errors, rates.beard.noErrors.errors], [0, 0]);
});

test('what calibration writes is what the engine reads', () => {
  const calibrated = calibrateModel(folder({ bearded: 60, plain: 170 }), shippedAttributeModel, 'drawn faces');
  assert.ok(calibrated.ok);
  const written: unknown = JSON.parse(JSON.stringify(calibrated.value.model));
  assert.deepEqual(parseAttributeModel(written), { ok: true, value: calibrated.value.model });
});

test('too few faces of every kind are refused with the counts that are there and those that are needed', () => {
  const calibrated = calibrateModel(
    folder({ bearded: neededFaces.positives - 1, plain: 170 }),
    shippedAttributeModel,
    '',
  );
  assert.ok(!calibrated.ok);
  assert.match(
    calibrated.refusal.detail,
    /beard: 39 faces of 20 persons with it and 170 of 20 without, needed are 40 and 150/,
  );
});

test('many photographs of a few persons are too few', () => {
  const faces = folder({ bearded: 60, plain: 170 }).map((face) =>
    face.labels.beard === 'yes' ? { ...face, person: face.person.endsWith('1') ? 'a' : 'b' } : face,
  );
  const calibrated = calibrateModel(faces, shippedAttributeModel, '');
  assert.ok(!calibrated.ok);
  assert.match(calibrated.refusal.detail, /beard: 60 faces of 2 persons with it/);
});

test('answers are counted by label, and faces that were not found are gated', () => {
  const faces = folder({ bearded: 3, plain: 4 });
  const table = tabulate(
    [
      ...faces,
      { ...faces[0]!, measured: null, sexAge: null },
      { ...faces[0]!, labels: labels({ beard: 'hidden', moustache: 'unsure' }) },
    ],
    shippedAttributeModel,
  );
  assert.deepEqual(table.beard.positives, { yes: 3, no: 0, unclear: 0, gated: 1 });
  assert.deepEqual(table.beard.negatives, { yes: 0, no: 4, unclear: 0, gated: 0 });
  assert.deepEqual(table.beard.hidden, { yes: 1, no: 0, unclear: 0, gated: 0 });
  assert.deepEqual(table.moustache.unsure, { yes: 1, no: 0, unclear: 0, gated: 0 });
  assert.equal(table.sunglasses.yesErrors.trials, 0);
});

test('answers that a label contradicts are listed and rated among the definite ones', () => {
  const [first, second, ...rest] = folder({ bearded: 4, plain: 4 });
  const mislabelled = { ...first!, labels: labels({ beard: 'no', moustache: 'unsure' }) };
  const unfound = { ...second!, measured: null, sexAge: null };
  const evaluation = countAttributes([mislabelled, unfound, ...rest], shippedAttributeModel);
  assert.deepEqual([evaluation.photographs, evaluation.facesFound, evaluation.persons], [8, 7, 8]);
  assert.deepEqual(evaluation.failures, [{ file: first!.file, attribute: 'beard', label: 'no', answer: 'yes' }]);
  const { beard, moustache, sunglasses } = evaluation.attributes;
  assert.deepEqual([beard.yesErrors.errors, beard.yesErrors.trials, beard.noErrors.trials], [1, 3, 4]);
  assert.deepEqual([moustache.yesErrors.errors, moustache.yesErrors.trials], [0, 2]);
  assert.equal(sunglasses.yesErrors.trials, 0);
});

test('thresholds lie a margin beyond the tolerated errors, or around the middle of the gap between the classes', () => {
  const negatives = Array.from({ length: 200 }, (_, i) => -5 + i / 100);
  const positives = Array.from({ length: 100 }, (_, i) => 1 + i / 50);
  const tolerated = { falseYes: 0.015, falseNo: 0.03 };
  // All but 3 of the negatives lie up to -3.04, all but 3 of the positives from 1.06: the middle between them is -0.99.
  assert.deepEqual(thresholdsFor(positives, negatives, tolerated), { yesFrom: -0.79, noUpTo: -1.19 });
  const among = positives.map((score) => score - 5);
  assert.deepEqual(thresholdsFor(among, negatives, tolerated), { yesFrom: -2.74, noUpTo: -4.24 });
});
