import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAttributeModel, shippedAttributeModel } from './attribute-model.ts';
import { inputNames, scoredAttributes } from './inputs.ts';

test('the shipped model has one weight for each input, and reads back as it is', () => {
  for (const attribute of scoredAttributes)
    assert.deepEqual(Object.keys(shippedAttributeModel[attribute].weights).sort(), inputNames(attribute).sort());
  const again = parseAttributeModel(JSON.parse(JSON.stringify(shippedAttributeModel)));
  assert.deepEqual(again, { ok: true, value: shippedAttributeModel });
});

test('what is no attribute model is refused with the place that is wrong', () => {
  const refusal = (json: unknown): string => {
    const parsed = parseAttributeModel(json);
    return parsed.ok ? '' : parsed.refusal.detail;
  };
  const { beard } = shippedAttributeModel;
  const { chinDarkness: _, ...weights } = beard.weights;
  assert.match(refusal(null), /^file: /);
  assert.match(refusal({ ...shippedAttributeModel, beard: { ...beard, weights } }), /^beard\.weights\.chinDarkness: /);
  assert.match(refusal({ ...shippedAttributeModel, beard: { ...beard, offset: 'much' } }), /^beard\.offset: /);
  assert.match(refusal({ ...shippedAttributeModel, beard: { ...beard, noUpTo: 9 } }), /^beard: noUpTo must lie below/);
});
