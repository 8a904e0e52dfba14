import { PATCH_HEIGHT, PATCH_WIDTH } from './mark-patches.ts';
import weights from './marks-weights.json' with { type: 'json' };

/** What stands above a capital. `other`: a mark of another language (circumflex, ring, caron). */
export const marks = ['none', 'acute', 'grave', 'tilde', 'diaeresis', 'other'] as const;
export type Mark = (typeof marks)[number];

/** Letters that carry marks in names; the letter is part of the input, because N and O look different below their mark. */
export const markable = 'AEIOUN';
export const INPUTS = PATCH_WIDTH * PATCH_HEIGHT + markable.length + 1;

/**
 * A network of one hidden layer, as trained by `tools/marks/train.ts` on drawn text under camera conditions. Weights are kept as
 * 8-bit numbers times a scale per layer.
 */
export type MarkNetwork = {
  readonly hidden: number;
  /** [hidden × inputs], row by row. */
  readonly first: Float32Array;
  readonly firstBias: Float32Array;
  /** [marks × hidden]. */
  readonly second: Float32Array;
  readonly secondBias: Float32Array;
};

let shipped: MarkNetwork | undefined;
export const shippedNetwork = (): MarkNetwork =>
  (shipped ??= {
    hidden: weights.hidden,
    first: unpacked(weights.first),
    firstBias: Float32Array.from(weights.firstBias),
    second: unpacked(weights.second),
    secondBias: Float32Array.from(weights.secondBias),
  });

function unpacked({ scale, bytes }: { readonly scale: number; readonly bytes: string }): Float32Array {
  const text = atob(bytes);
  const values = new Float32Array(text.length);
  for (let i = 0; i < text.length; i++) values[i] = ((text.charCodeAt(i) << 24) >> 24) * scale;
  return values;
}

/** The network's input: a patch and the letter below, folded and in capitals. */
export function markInput(patch: Float32Array, letter: string): Float32Array {
  const input = new Float32Array(INPUTS);
  input.set(patch);
  const place = markable.indexOf(letter);
  input[patch.length + (place < 0 ? markable.length : place)] = 1;
  return input;
}

/** Probability of each mark. */
export function markProbabilities(input: Float32Array, network: MarkNetwork = shippedNetwork()): Float64Array {
  const hidden = new Float64Array(network.hidden);
  for (let j = 0, at = 0; j < network.hidden; j++) {
    let sum = network.firstBias[j]!;
    for (let i = 0; i < INPUTS; i++, at++) sum += network.first[at]! * input[i]!;
    hidden[j] = Math.max(0, sum);
  }
  const scores = new Float64Array(marks.length);
  for (let k = 0, at = 0; k < marks.length; k++) {
    let sum = network.secondBias[k]!;
    for (let j = 0; j < network.hidden; j++, at++) sum += network.second[at]! * hidden[j]!;
    scores[k] = sum;
  }
  const top = Math.max(...scores);
  let total = 0;
  for (let k = 0; k < scores.length; k++) total += scores[k] = Math.exp(scores[k]! - top);
  for (let k = 0; k < scores.length; k++) scores[k]! /= total;
  return scores;
}
