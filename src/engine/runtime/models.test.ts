import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { halfToNumber, permuteAxes } from './convert/array.ts';
import { modelSources } from './manifest.ts';
import type { ModelName, Tensor } from './model.ts';
import { openModels } from './models.client.ts';

/** A shape that each network takes. */
const inputShape: Readonly<Record<ModelName, readonly number[]>> = {
  'face-detector': [1, 256, 256, 3],
  'face-mesh': [1, 192, 192, 3],
  'face-embedder-a': [1, 3, 112, 112],
  'face-embedder-b': [2, 112, 112, 3],
  'face-sex': [1, 224, 224, 3],
  'face-age': [1, 3, 112, 112],
  'pad-rgb': [1, 3, 128, 128],
  'text-detector': [1, 3, 64, 96],
  'text-recogniser': [2, 3, 48, 64],
  'ocrb-reader': [2, 1, 32, 96],
};
const outputShape: Readonly<Record<ModelName, Readonly<Record<string, readonly number[]>>>> = {
  'face-detector': {
    Identity: [1, 512, 1],
    Identity_1: [1, 384, 1],
    Identity_2: [1, 512, 16],
    Identity_3: [1, 384, 16],
  },
  'face-mesh': { Identity: [1, 266], Identity_1: [1, 1], Identity_2: [1, 1404] },
  'face-embedder-a': { output: [1, 512] },
  'face-embedder-b': { T367: [2, 192] },
  'face-sex': { 'gender_pred/Sigmoid': [1, 1], 'age_pred/Softmax': [1, 100] },
  'face-age': { age: [1, 1], gender: [1, 2] },
  'pad-rgb': { output: [1, 3] },
  'text-detector': { 'sigmoid_0.tmp_0': [1, 1, 64, 96] },
  'text-recogniser': { 'softmax_11.tmp_0': [2, 8, 6625] },
  'ocrb-reader': { y: [2, 38, 1, 24] },
};

function ramp(shape: readonly number[]): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return { shape, data: Float32Array.from({ length: count }, (_, at) => ((at * 7919) % 251) / 251) };
}

test('every network opens from its package and answers in the shapes the engine reads', async () => {
  const models = openModels();
  for (const name of Object.keys(modelSources) as ModelName[]) {
    const model = await models.open(name);
    const outputs = await model.run(ramp(inputShape[name]));
    const shapes = Object.fromEntries(Object.entries(outputs).map(([key, { shape }]) => [key, [...shape]]));
    assert.deepEqual(shapes, outputShape[name], name);
    assert.ok(
      Object.values(outputs).every(({ data }) => data.every(Number.isFinite)),
      name,
    );
    assert.match(model.cite, new RegExp(`^${name}@sha256:[0-9a-f]{12}$`));
  }
  assert.deepEqual([...models.inferenceMs.keys()].sort(), Object.keys(modelSources).sort());
});

test('the same input gives the same bits, also from a network opened a second time', async () => {
  for (const name of ['face-embedder-a', 'face-mesh', 'ocrb-reader'] as const) {
    const [first, second] = await Promise.all([openModels().open(name), openModels().open(name)]);
    const input = ramp(inputShape[name]);
    assert.deepEqual(await first.run(input), await second.run(input));
    assert.deepEqual(await first.run(input), await first.run(input));
  }
});

test('an input written into memory of an earlier run gives what a fresh one gives, also when two runs meet', async () => {
  const model = await openModels().open('face-mesh');
  const { data, shape } = ramp(inputShape['face-mesh']);
  const expected = await model.run({ data, shape });
  const other = await model.run({ data: data.map((value) => 1 - value), shape });
  const write = (into: Float32Array): void => into.set(data);
  const writeOther = (into: Float32Array): void => into.set(data.map((value) => 1 - value));
  for (let round = 0; round < 3; round++)
    assert.deepEqual(await Promise.all([model.runOn(shape, write), model.runOn(shape, writeOther)]), [expected, other]);
});

test('a batch of two gives what two runs of one give', async () => {
  const model = await openModels().open('face-embedder-b');
  const both = ramp([2, 112, 112, 3]);
  const half = both.data.length / 2;
  const { T367: together } = await model.run(both);
  const { T367: second } = await model.run({ data: both.data.subarray(half), shape: [1, 112, 112, 3] });
  for (let at = 0; at < 192; at++) assert.ok(Math.abs(together!.data[192 + at]! - second!.data[at]!) < 1e-4);
});

test('halves are read as IEEE 754 has them', () => {
  const known: readonly (readonly [number, number])[] = [
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x7c00, Infinity],
  ];
  for (const [half, value] of known) assert.equal(halfToNumber(half), value);
});

test('axes are permuted as the index says', () => {
  const data = Float32Array.from({ length: 24 }, (_, at) => at); // shape 2, 3, 4
  const permuted = permuteAxes(data, [2, 3, 4], [2, 0, 1]);
  for (let i = 0; i < 2; i++)
    for (let j = 0; j < 3; j++)
      for (let k = 0; k < 4; k++) assert.equal(permuted[(k * 2 + i) * 3 + j], (i * 3 + j) * 4 + k);
});

test('a weights file that is not the one of the manifest, or is missing, is refused by name', async () => {
  const source = modelSources['ocrb-reader'];
  const [file] = source.files;
  const other = { ...source, files: [{ ...file, sha256: '0'.repeat(64) }] as const };
  const missing = { ...source, files: [{ ...file, path: 'src/engine/no-such.onnx' }] as const };
  const foreign = { ...source, package: 'no-such-package' };
  for (const [bad, message] of [
    [other, /^ocrb-reader: .* is not the file of the manifest$/],
    [missing, /^ocrb-reader: src\/engine\/no-such\.onnx is missing$/],
    [foreign, /^ocrb-reader: package no-such-package is not installed$/],
  ] as const)
    await assert.rejects(openModels({ ...modelSources, 'ocrb-reader': bad }).open('ocrb-reader'), {
      name: 'WeightsError',
      message,
    });
});

test('the inference runtime does not report to its maker: it leaves no device number behind, and says nothing of telemetry', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'cotejo-home-'));
  try {
    const script = `
      import { openModels } from ${JSON.stringify(path.join(import.meta.dirname, 'models.client.ts'))};
      await openModels().open('ocrb-reader');`;
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: { HOME: home, PATH: process.env['PATH'] ?? '' }, // no CI variable, which would silence it as well
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    assert.doesNotMatch(stderr, /telemetry/i);
    assert.deepEqual(readdirSync(home), []);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
});

test('whoever loads the inference runtime has silenced it first', () => {
  const root = path.join(import.meta.dirname, '../../..');
  const loaders = globSync(['src/**/*.ts', 'tools/{ocrb,marks,bench}/**/*.ts'], { cwd: root })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => [file, readFileSync(path.join(root, file), 'utf8')] as const)
    .filter(([, source]) => source.includes("from 'onnxruntime-node'"));
  assert.ok(loaders.length > 0);
  for (const [file, source] of loaders) {
    const silenced = source.indexOf("no-telemetry.client.ts';");
    assert.ok(silenced >= 0 && silenced < source.indexOf("from 'onnxruntime-node'"), file);
  }
});
