import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isShown } from './shown.ts';

test('VP8 says in its frame tag whether a picture is shown', () => {
  assert.equal(isShown('vp8', Uint8Array.of(0b0001_0000, 0, 0)), true); // key picture, shown
  assert.equal(isShown('vp8', Uint8Array.of(0b0001_0001, 0, 0)), true); // delta picture, shown
  assert.equal(isShown('vp8', Uint8Array.of(0b0000_0001, 0, 0)), false); // alternate reference
});

test('VP9 shows a picture, or an earlier one again, or keeps it as a reference', () => {
  assert.equal(isShown('vp9', Uint8Array.of(0b10_00_0_0_1_0, 0)), true); // profile 0, key picture, shown
  assert.equal(isShown('vp9', Uint8Array.of(0b10_00_0_1_0_0, 0)), false); // profile 0, delta picture, hidden
  assert.equal(isShown('vp9', Uint8Array.of(0b10_00_1_010, 0)), true); // profile 0, shows picture 2 again
  assert.equal(isShown('vp9', Uint8Array.of(0b10_11_0_0_1_0, 0b0000_0000)), false); // profile 3: one bit more
  assert.equal(isShown('vp9', Uint8Array.of(0b10_11_0_0_0_1, 0b0000_0000)), true);
});

test('a VP9 superframe is for the picture at its end', () => {
  assert.equal(isShown('vp9', Uint8Array.of(0b10_00_0_1_0_0, 1, 2, 0xc1)), true);
});

test('an empty packet shows nothing', () => {
  assert.equal(isShown('vp8', new Uint8Array(0)), false);
  assert.equal(isShown('vp9', new Uint8Array(0)), false);
});
