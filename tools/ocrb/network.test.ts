import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { chanceOf } from './chance.ts';
import { modelParts, parametersOf } from './model-file.ts';
import { halfBits, halfValue, inferenceModel, parameterShapes, sizeOf } from './network.ts';
import { freshParameters } from './optimiser.ts';
import { TRAINING_STEPS } from './sample-pool.ts';
import { Batch, learn, openTraining } from './trainer.ts';

const shipped = readFileSync(path.join(import.meta.dirname, '../../src/engine/document/mrz/ocrb-reader.onnx'));

test('the shipped reader is exactly the graph that this code emits around its weights', () => {
  const emitted = modelParts(inferenceModel(parametersOf(shipped)));
  const file = modelParts(shipped);
  assert.deepEqual(emitted.nodes, file.nodes);
  assert.deepEqual(emitted.interface, file.interface);
  assert.deepEqual(emitted.constants, file.constants);
  assert.equal(
    parameterShapes.reduce((sum, shape) => sum + sizeOf(shape), 0),
    179_922,
  );
});

test('the gradient of each parameter is the slope of the loss', async () => {
  const chance = chanceOf(5);
  const parameters = freshParameters(chance);
  const batch = new Batch(2);
  for (let i = 0; i < batch.crops.length; i++) batch.crops[i] = chance.bell();
  for (let at = 0; at < 2; at++)
    batch.setTargets(
      at,
      Int8Array.from({ length: TRAINING_STEPS }, () => chance.below(38)),
    );
  const session = await openTraining();
  const { gradientOf } = await learn(session, parameters, batch);
  for (const { name } of parameterShapes) {
    const gradient = gradientOf(name);
    // Where the slope is steepest, single precision measures it best.
    let steepest = 0;
    gradient.forEach((slope, i) => {
      if (Math.abs(slope) > Math.abs(gradient[steepest]!)) steepest = i;
    });
    const parameter = parameters.get(name)!;
    const value = parameter[steepest]!;
    const lossAt = async (shift: number): Promise<number> => {
      parameter[steepest] = value + shift;
      const { loss } = await learn(session, parameters, batch);
      parameter[steepest] = value;
      return loss;
    };
    const step = 4e-3;
    const slope = ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
    const told = gradient[steepest]!;
    assert.ok(Math.abs(slope - told) < 0.03 * Math.abs(told) + 2e-4, `${name}: told ${told}, measured ${slope}`);
  }
  await session.release();
});

test('half precision keeps the nearest number', () => {
  assert.equal(halfValue(halfBits(1)), 1);
  assert.equal(halfValue(halfBits(-0.333251953125)), -0.333251953125);
  assert.equal(halfValue(halfBits(5.960464477539063e-8)), 5.960464477539063e-8);
  assert.equal(halfValue(halfBits(1e6)), Infinity);
  fc.assert(
    fc.property(fc.float({ min: -60000, max: 60000, noNaN: true }), (value) => {
      const error = Math.abs(halfValue(halfBits(value)) - value);
      assert.ok(error <= Math.max(Math.abs(value) * 2 ** -11, 2 ** -25) * 1.0001);
    }),
  );
});
