import '../../src/engine/runtime/no-telemetry.client.ts';
import * as ort from 'onnxruntime-node';
import { CROP_HEIGHT_PX, GAP } from '../../src/engine/document/mrz/line-network.ts';
import { chanceOf, type Chance } from './chance.ts';
import { CLASSES, inferenceModel, parameterShapes, trainingModel, type Parameters } from './network.ts';
import { freshParameters, Optimiser } from './optimiser.ts';
import { UNSURE } from './render.ts';
import { CONTRAST_SCALE, CROP_SIZE, SamplePool, TRAINING_STEPS, TRAINING_WIDTH_PX } from './sample-pool.ts';

export type TrainingOptions = {
  readonly seed: number;
  /** Ends after this many steps, or after so many seconds: only the first can be repeated exactly. */
  readonly until: { readonly steps: number } | { readonly seconds: number };
  readonly batch: number;
  readonly learningRate: number;
  /** How far the drawn lines stray from a clean print; see `drawSample`. */
  readonly severity: number;
  /** Where to start; fresh parameters if not said. */
  readonly from?: Parameters;
  readonly onProgress?: (
    progress: { step: number; seconds: number; loss: number; samples: number },
    averaged: Parameters,
  ) => void;
};

/** Samples drawn anew for each one that is used; the rest are used again from the pool. */
const FRESH_SHARE = 0.75;
const POOL_SIZE = 12_000;
/** Batches drawn before the first step. */
const FIRST_BATCHES = 16;
const STEPS_OF_WARMING = 100;
const PROGRESS_EVERY = 100;
/** A gap says less than a glyph. */
const GAP_WEIGHT = 0.35;
/** Share of the target that is spread over all classes, so that the network stays doubtful. */
const SMOOTHING = 0.03;

/** Trains the reader on drawn lines and returns the running average of its parameters. */
export async function trainReader(options: TrainingOptions): Promise<Parameters> {
  const { batch, until } = options;
  const chance = chanceOf(options.seed);
  const optimiser = new Optimiser(options.from ?? freshParameters(chance));
  const session = await openTraining();
  const pool = new SamplePool({ seed: options.seed + 1, capacity: POOL_SIZE, severity: options.severity });
  const began = performance.now();
  const inputs = new Batch(batch);
  let lossSum = 0;
  try {
    for (let step = 1; ; step++) {
      const seconds = (performance.now() - began) / 1000;
      const done = 'steps' in until ? (step - 1) / until.steps : seconds / until.seconds;
      if (done >= 1) return optimiser.averaged;
      const samples = Math.round(batch * (FIRST_BATCHES + step * FRESH_SHARE));
      await pool.drawUpTo(samples);
      inputs.fill(pool, chance, Math.max(0, samples - POOL_SIZE), samples);
      const { loss, gradientOf } = await learn(session, optimiser.parameters, inputs);
      // Warm up, then fall along a cosine to nearly nothing.
      const schedule = Math.min(1, step / STEPS_OF_WARMING) * (0.5 * (1 + Math.cos(Math.PI * done)) + 0.003);
      optimiser.step(gradientOf, options.learningRate * schedule);
      lossSum += loss;
      if (step % PROGRESS_EVERY === 0) {
        options.onProgress?.({ step, seconds, loss: lossSum / PROGRESS_EVERY, samples }, optimiser.averaged);
        lossSum = 0;
      }
    }
  } finally {
    await pool.close();
    await session.release();
  }
}

const oneThread = { intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential' } as const;

export const openTraining = (): Promise<ort.InferenceSession> =>
  ort.InferenceSession.create(trainingModel(), { ...oneThread, graphOptimizationLevel: 'all' });

export const openReader = (parameters: Parameters): Promise<ort.InferenceSession> =>
  ort.InferenceSession.create(inferenceModel(parameters), oneThread);

/** What a step learns from: crops, targets and weights, in the shapes of the training graph. */
export class Batch {
  readonly size: number;
  readonly crops: Float32Array;
  readonly targets: Float32Array;
  readonly weights: Float32Array;

  constructor(size: number) {
    this.size = size;
    this.crops = new Float32Array(size * CROP_SIZE);
    this.targets = new Float32Array(size * CLASSES * TRAINING_STEPS);
    this.weights = new Float32Array(size * TRAINING_STEPS);
  }

  /** Takes samples at random from `from` up to `to`, each with a contrast of its own. */
  fill(pool: SamplePool, chance: Chance, from: number, to: number): void {
    this.targets.fill(0);
    for (let at = 0; at < this.size; at++) {
      const sample = from + chance.below(to - from);
      const contrast = pool.contrastOf(sample);
      const gain = chance.between(0.85, 1.15) / CONTRAST_SCALE;
      for (let i = 0; i < CROP_SIZE; i++) this.crops[at * CROP_SIZE + i] = contrast[i]! * gain;
      this.setTargets(at, pool.labelsOf(sample));
    }
  }

  setTargets(at: number, labels: Int8Array): void {
    for (let step = 0; step < TRAINING_STEPS; step++) {
      const label = labels[step]!;
      const weight = label === UNSURE ? 0 : label === GAP ? GAP_WEIGHT : 1;
      this.weights[at * TRAINING_STEPS + step] = weight;
      if (weight === 0) continue;
      const row = at * CLASSES * TRAINING_STEPS + step;
      for (let c = 0; c < CLASSES; c++) this.targets[row + c * TRAINING_STEPS] = (weight * SMOOTHING) / CLASSES;
      this.targets[row + label * TRAINING_STEPS]! += weight * (1 - SMOOTHING);
    }
  }
}

/** Loss and gradients of a batch. */
export async function learn(
  session: ort.InferenceSession,
  parameters: Parameters,
  { size, crops, targets, weights }: Batch,
): Promise<{ loss: number; gradientOf: (name: string) => Float32Array }> {
  const feeds: Record<string, ort.Tensor> = {
    x: new ort.Tensor('float32', crops, [size, 1, CROP_HEIGHT_PX, TRAINING_WIDTH_PX]),
    t: new ort.Tensor('float32', targets, [size, CLASSES, 1, TRAINING_STEPS]),
    m: new ort.Tensor('float32', weights, [size, 1, 1, TRAINING_STEPS]),
  };
  for (const { name, shape } of parameterShapes)
    feeds[name] = new ort.Tensor('float32', parameters.get(name)!, [...shape]);
  const outputs = await session.run(feeds);
  return {
    loss: outputs['loss']!.data[0] as number,
    gradientOf: (name) => outputs[`g${name}`]!.data as Float32Array,
  };
}
