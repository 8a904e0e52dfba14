import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { INPUTS, markProbabilities, marks, type MarkNetwork } from '../../src/engine/document/text/marks.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import { drawSamples, type MarkSample } from './samples.ts';

/**
 * Trains the network that tells what stands above a capital, from drawn text alone, and writes its weights:
 *
 *   node tools/marks/train.ts [sheets] [epochs]
 *
 * Same seeds, same weights. With the usual 450 sheets it takes some ten minutes on one core.
 */
const sheets = Number(process.argv[2] ?? 450);
const epochs = Number(process.argv[3] ?? 16);
const HIDDEN = 48;
const RATE = 0.0015;
const BATCH = 64;
const DECAY = 1e-4;

const random = seededRandom(20260);
const samples: MarkSample[] = [];
for (let sheet = 0; sheet < sheets; sheet++) samples.push(...(await drawSamples(random)));
const held: MarkSample[] = [];
const fresh = seededRandom(77);
for (let sheet = 0; sheet < 30; sheet++) held.push(...(await drawSamples(fresh)));
console.log(`${samples.length} glyphs to learn from, ${held.length} to try`);

type Layer = {
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  readonly mean: Float32Array;
  readonly square: Float32Array;
};
const layer = (size: number, spread: number): Layer => ({
  values: Float32Array.from({ length: size }, () => (random() + random() + random() - 1.5) * spread),
  gradient: new Float32Array(size),
  mean: new Float32Array(size),
  square: new Float32Array(size),
});
const first = layer(HIDDEN * INPUTS, 2 / Math.sqrt(INPUTS));
const firstBias = layer(HIDDEN, 0);
const second = layer(marks.length * HIDDEN, 2 / Math.sqrt(HIDDEN));
const secondBias = layer(marks.length, 0);
const network: MarkNetwork = {
  hidden: HIDDEN,
  first: first.values,
  firstBias: firstBias.values,
  second: second.values,
  secondBias: secondBias.values,
};

let step = 0;
for (let epoch = 0; epoch < epochs; epoch++) {
  const order = shuffled(samples.length);
  const rate = RATE * Math.min(1, (epochs - epoch) / (epochs * 0.6));
  let loss = 0;
  for (let from = 0; from + BATCH <= order.length; from += BATCH) {
    for (let b = 0; b < BATCH; b++) loss += learn(samples[order[from + b]!]!);
    for (const each of [first, firstBias, second, secondBias]) adam(each, rate, ++step);
  }
  console.log(`epoch ${epoch + 1}: loss ${(loss / samples.length).toFixed(4)}, ${counts(held, network)}`);
}

const packed = (values: Float32Array) => {
  const scale = Math.max(...values.map(Math.abs)) / 127;
  const bytes = Int8Array.from(values, (value) => Math.round(value / scale));
  return { scale, bytes: Buffer.from(bytes.buffer).toString('base64') };
};
const rounded = (values: Float32Array): number[] => Array.from(values, (value) => Number(value.toFixed(4)));
writeFileSync(
  path.join(import.meta.dirname, '../../src/engine/document/text/marks-weights.json'),
  JSON.stringify({
    hidden: HIDDEN,
    first: packed(first.values),
    firstBias: rounded(firstBias.values),
    second: packed(second.values),
    secondBias: rounded(secondBias.values),
  }) + '\n',
);

/** Adds the gradients of one sample; the loss is the cross entropy. */
function learn({ input, mark }: MarkSample): number {
  const hidden = new Float32Array(HIDDEN);
  for (let j = 0, at = 0; j < HIDDEN; j++) {
    let sum = firstBias.values[j]!;
    for (let i = 0; i < INPUTS; i++, at++) sum += first.values[at]! * input[i]!;
    hidden[j] = sum > 0 ? sum : 0;
  }
  const probabilities = markProbabilities(input, network);
  const back = new Float32Array(HIDDEN);
  for (let k = 0; k < marks.length; k++) {
    const error = probabilities[k]! - (k === mark ? 1 : 0);
    secondBias.gradient[k]! += error;
    for (let j = 0; j < HIDDEN; j++) {
      second.gradient[k * HIDDEN + j]! += error * hidden[j]!;
      back[j]! += error * second.values[k * HIDDEN + j]!;
    }
  }
  for (let j = 0; j < HIDDEN; j++) {
    if (hidden[j] === 0) continue;
    firstBias.gradient[j]! += back[j]!;
    const row = j * INPUTS;
    for (let i = 0; i < INPUTS; i++) first.gradient[row + i]! += back[j]! * input[i]!;
  }
  return -Math.log(Math.max(1e-9, probabilities[mark]!));
}

function adam({ values, gradient, mean, square }: Layer, rate: number, at: number): void {
  const t = Math.ceil(at / 4);
  const correction = Math.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t);
  for (let i = 0; i < values.length; i++) {
    const slope = gradient[i]! / BATCH + DECAY * values[i]!;
    mean[i] = 0.9 * mean[i]! + 0.1 * slope;
    square[i] = 0.999 * square[i]! + 0.001 * slope * slope;
    values[i]! -= (rate * correction * mean[i]!) / (Math.sqrt(square[i]!) + 1e-8);
    gradient[i] = 0;
  }
}

function shuffled(count: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function counts(of: readonly MarkSample[], with_: MarkNetwork): string {
  const right = marks.map(() => 0);
  const total = marks.map(() => 0);
  let invented = 0;
  for (const { input, mark } of of) {
    const probabilities = markProbabilities(input, with_);
    const best = probabilities.indexOf(Math.max(...probabilities));
    total[mark]!++;
    if (best === mark) right[mark]!++;
    if (mark === 0 && best !== 0) invented++;
  }
  return marks.map((name, k) => `${name} ${right[k]}/${total[k]}`).join(', ') + `, invented ${invented}`;
}
