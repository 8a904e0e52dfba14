import './no-telemetry.client.ts';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as ort from 'onnxruntime-node';
import { buildAgeGenderGraph } from './convert/age-gender.ts';
import { convertTfjsGraph } from './convert/tfjs-graph.ts';
import { convertTflite } from './convert/tflite.ts';
import { citeOf, modelSources, type ModelSource, type WeightsFile } from './manifest.ts';
import type { Model, ModelName, Models, Tensor } from './model.ts';

const require = createRequire(import.meta.url);
const projectFolder = path.join(import.meta.dirname, '../../..');

/** A weights file is missing or is not the one the manifest names; the engine must not measure with it. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
}

/**
 * Opens networks on first use, from the weights as their packages ship them, after checking every byte of them. Each
 * runs on one thread: the engine scales by processes, and one thread makes results repeatable to the bit.
 * @param clockMs what `inferenceMs` is counted in: wall time, or CPU time for benchmarks on busy machines.
 */
export function openModels(
  sources: Readonly<Record<ModelName, ModelSource>> = modelSources,
  clockMs: () => number = () => performance.now(),
): Models {
  const opened = new Map<ModelName, Promise<Model>>();
  const inferenceMs = new Map<ModelName, number>();
  return {
    inferenceMs,
    open(name) {
      let model = opened.get(name);
      if (model === undefined) {
        model = openModel(name, sources[name], clockMs, (ms) =>
          inferenceMs.set(name, (inferenceMs.get(name) ?? 0) + ms),
        );
        opened.set(name, model);
      }
      return model;
    },
  };
}

async function openModel(
  name: ModelName,
  source: ModelSource,
  clockMs: () => number,
  spent: (ms: number) => void,
): Promise<Model> {
  const session = await ort.InferenceSession.create(await graphOf(name, source), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Arenas keep the largest picture's memory for ever; the engine sees pictures of every size.
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' }, set_denormal_as_zero: '1' } },
  });
  const inputName = session.inputNames[0]!;
  const run: Model['run'] = async (input) => {
    const began = clockMs();
    const results = await session.run({ [inputName]: new ort.Tensor('float32', input.data, input.shape) });
    spent(clockMs() - began);
    const outputs: Record<string, Tensor> = {};
    for (const output of session.outputNames) {
      const { data, dims } = results[output]!;
      outputs[output] = { data: data as Float32Array, shape: dims };
    }
    return outputs;
  };
  /** Taken while a run reads it: another run that begins meanwhile gets memory of its own. */
  let spare: Float32Array | null = null;
  return {
    name,
    cite: citeOf(name),
    run,
    async runOn(shape, write) {
      const length = shape.reduce((product, side) => product * side, 1);
      const data = spare?.length === length ? spare : new Float32Array(length);
      spare = null;
      write(data);
      const outputs = await run({ data, shape });
      spare = data;
      return outputs;
    },
  };
}

async function graphOf(name: ModelName, source: ModelSource): Promise<Uint8Array> {
  const [weights, description] = source.files;
  const bytes = await readChecked(name, source.package, weights);
  const described = async (): Promise<unknown> =>
    JSON.parse((await readChecked(name, source.package, description!)).toString('utf8'));
  switch (source.format) {
    case 'onnx':
      return bytes;
    case 'tflite':
      return convertTflite(bytes);
    case 'tfjs-graph':
      return convertTfjsGraph(await described(), bytes, source.extraOutputs);
    case 'tfjs-weights-age-gender':
      return buildAgeGenderGraph(await described(), bytes);
  }
}

/** @throws WeightsError when the file is missing or its digest is not the manifest's. */
async function readChecked(name: ModelName, packageName: string | null, file: WeightsFile): Promise<Buffer> {
  const folder = packageName === null ? projectFolder : packageFolder(name, packageName);
  const bytes = await readFile(path.join(folder, file.path)).catch((cause: unknown) => {
    throw new WeightsError(`${name}: ${file.path} is missing`, { cause });
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== file.sha256) throw new WeightsError(`${name}: ${file.path} is not the file of the manifest`);
  return bytes;
}

function packageFolder(name: ModelName, packageName: string): string {
  const manifest = require.resolve
    .paths(packageName)!
    .map((folder) => path.join(folder, packageName))
    .find((folder) => existsSync(folder));
  if (manifest === undefined) throw new WeightsError(`${name}: package ${packageName} is not installed`);
  return manifest;
}
