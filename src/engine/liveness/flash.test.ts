import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom, type Random } from '../../kernel/random.ts';
import type { MeanColour } from './colour.ts';
import { flashResponse, type ColourSample, type FlashSequence } from './flash.ts';

const palette: readonly MeanColour[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
  [1, 1, 0],
  [0, 1, 1],
  [1, 0, 1],
];

function drawn(random: Random): FlashSequence {
  const colours: MeanColour[] = [];
  while (colours.length < 16) {
    const colour = palette[Math.floor(random() * palette.length)]!;
    if (colour !== colours.at(-1)) colours.push(colour);
  }
  return { fromMs: 0, stepMs: 333, colours };
}

/** Skin in a room with noise and a drift of its colour, lit by the sequence's screen `lagMs` later. */
function lit({ stepMs, colours }: FlashSequence, amplitude: number, random: Random, lagMs = 200): ColourSample[] {
  return Array.from({ length: 58 }, (_, at) => {
    const atMs = at * 100;
    const colour = colours[Math.floor((atMs - lagMs) / stepMs)] ?? [0.5, 0.5, 0.5];
    const noisy = (value: number, channel: number): number =>
      value * (1 + amplitude * (colour[channel]! - 0.5) + (random() - 0.5) * 0.008 + at * 0.0004 * (channel - 1));
    return { atMs, skin: [noisy(180, 0), noisy(130, 1), noisy(110, 2)], background: [90, 92, 95] };
  });
}

test('skin that is lit by the sequence follows it, at the lag with which it was lit', () => {
  const random = seededRandom(1);
  for (let trial = 0; trial < 20; trial++) {
    const sequence = drawn(random);
    const { correlation, lagMs } = flashResponse(lit(sequence, 0.03, random), sequence);
    assert.ok(correlation > 0.6, `${correlation}`);
    assert.ok(Math.abs(lagMs - 200) <= 100, `${lagMs}`);
  }
});

test('skin that is not lit, or was lit by another sequence, does not follow', () => {
  const random = seededRandom(2);
  let followed = 0;
  for (let trial = 0; trial < 100; trial++) {
    const sequence = drawn(random);
    if (flashResponse(lit(drawn(random), trial % 2 === 0 ? 0 : 0.03, random), sequence).correlation >= 0.5) followed++;
  }
  assert.ok(followed <= 3, `${followed} of 100`);
});

test('a room that changes colour together with the skin is not the flash', () => {
  const random = seededRandom(3);
  const sequence = drawn(random);
  const roomLit = lit(sequence, 0.03, random).map((sample): ColourSample => ({ ...sample, background: sample.skin }));
  const own = flashResponse(lit(sequence, 0.03, random), sequence).correlation;
  assert.ok(flashResponse(roomLit, sequence).correlation < own);
});

test('frames without a face are left out', () => {
  const random = seededRandom(4);
  const sequence = drawn(random);
  const samples = lit(sequence, 0.03, random).map((sample, at) =>
    at % 7 === 0 ? { ...sample, skin: null, background: null } : sample,
  );
  assert.ok(flashResponse(samples, sequence).correlation > 0.5);
});
