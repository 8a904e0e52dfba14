import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hueDistance, hueLoss } from './hue.ts';
import { lightOn } from './skin.ts';

const skin = { redness: 0.3, blueness: -0.2 };

test('hue loss is 0 on the same hue, 1 on grey, and never beyond its limits', () => {
  assert.equal(hueLoss(skin, skin), 0);
  assert.equal(hueLoss({ redness: 0, blueness: 0 }, skin), 1);
  assert.equal(hueLoss({ redness: -3, blueness: 2 }, skin), 2);
  assert.equal(hueLoss({ redness: 3, blueness: -2 }, skin), -1);
});

test('a grey picture has no hue to lose', () => {
  assert.equal(hueLoss({ redness: 0.3, blueness: 0 }, { redness: 0.02, blueness: 0.01 }), 0);
});

test('hue distance is that of the plane', () => {
  assert.equal(hueDistance({ redness: 0.3, blueness: 0 }, { redness: 0, blueness: 0.4 }), 0.5);
});

test('light is plain on skin of any tone, grey on grey pictures, coloured when skin could not look so', () => {
  assert.equal(lightOn(skin), 'plain');
  assert.equal(lightOn({ redness: 0.01, blueness: 0.01 }), 'grey-picture');
  assert.equal(lightOn({ redness: -0.1, blueness: 0.4 }), 'coloured');
  assert.equal(lightOn({ redness: 0.9, blueness: 0.1 }), 'coloured');
});
