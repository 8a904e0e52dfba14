import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { cpuSeconds } from '../../src/cli/cpu-time.ts';
import { assess } from '../../src/engine/assess.ts';
import { shippedAttributeModel } from '../../src/engine/face/attributes/attribute-model.ts';
import { localEngine } from '../../src/engine/local-engine.client.ts';
import { modelSources } from '../../src/engine/runtime/manifest.ts';
import { openModels } from '../../src/engine/runtime/models.client.ts';
import type { Engine } from '../../src/engine/tasks.ts';
import { workerEngine } from '../../src/engine/workers.client.ts';
import type { Material } from './material.ts';

const AT = '2026-06-15';

/**
 * A whole assessment of a ten second video and two photographs: CPU against the sum of the inferences it makes (goal: at most 1.3 of
 * it), wall time in two workers (goal: at most 4 s on two idle cores), memory.
 */
export async function engineBench(rounds: number): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cotejo-bench-'));
  try {
    const evidence = await materialIn(folder);
    const once = async (engine: Engine) => {
      const wallBegan = performance.now();
      const cpuBegan = cpuSeconds();
      const answer = await assess(
        evidence,
        { requestedNumber: null, challenge: null, at: AT, attributeModel: shippedAttributeModel },
        engine,
      );
      if (!answer.ok) throw new Error(answer.refusal.kind);
      const { timings } = answer.value;
      return { wallS: (performance.now() - wallBegan) / 1000, cpuS: cpuSeconds() - cpuBegan, timings };
    };

    // In this process, one half after the other, so that the times of inferences are not those of a shared core.
    const local = oneAfterTheOther(localEngine(openModels(modelSources, cpuClockMs)));
    await once(local);
    const samples: Awaited<ReturnType<typeof once>>[] = [];
    for (let round = 0; round < rounds; round++) samples.push(await once(local));
    console.log(`engine: 10 s video + 2 photographs, ${rounds} rounds in one process (median, min – max)`);
    for (const [stage] of samples[0]!.timings.stages.entries())
      print(
        `  ${samples[0]!.timings.stages[stage]!.stage}`,
        samples.map(({ timings }) => timings.stages[stage]!.ms),
        'ms',
      );
    for (const name of Object.keys(samples[0]!.timings.inferenceMs))
      print(
        `  · ${name}`,
        samples.map(({ timings }) => timings.inferenceMs[name]!),
        'ms',
      );
    const sums = samples.map(({ timings }) => Object.values(timings.inferenceMs).reduce((sum, ms) => sum + ms, 0));
    print('sum of the inferences', sums, 'ms');
    print(
      'CPU of everything, decoding child included',
      samples.map(({ cpuS }) => cpuS * 1000),
      'ms',
    );
    print(
      'ratio (goal ≤ 1.3)',
      samples.map(({ cpuS }, at) => (cpuS * 1000) / sums[at]!),
      '',
    );
    print('resident memory', [process.memoryUsage().rss / 1e6], 'MB');

    const workers = workerEngine(2);
    await once(workers);
    const wall: number[] = [];
    for (let round = 0; round < rounds; round++) wall.push((await once(workers)).wallS);
    await workers.close();
    print('wall time in two workers (goal ≤ 4 s on two idle cores)', wall, 's');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function materialIn(folder: string): Promise<Material> {
  const script = path.join(import.meta.dirname, 'material.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder, AT]);
  return JSON.parse(stdout) as Material;
}

/** Counts what this process burns, whatever its neighbours do. */
function cpuClockMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function oneAfterTheOther(engine: Engine): Engine {
  let turn: Promise<unknown> = Promise.resolve();
  const queued = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const next = turn.then(work);
    turn = next;
    return next;
  };
  return {
    ...engine,
    measureVideo: (task) => queued(() => engine.measureVideo(task)),
    measureDocument: (task) => queued(() => engine.measureDocument(task)),
  };
}

function print(name: string, values: readonly number[], unit: string): void {
  const sorted = values.toSorted((a, b) => a - b);
  const digits = sorted.at(-1)! < 20 ? 2 : 0;
  const [median, low, high] = [sorted[sorted.length >> 1]!, sorted[0]!, sorted.at(-1)!].map((value) =>
    value.toFixed(digits),
  );
  console.log(`${name.padEnd(58)} ${median!.padStart(8)} ${unit}  (${low} – ${high})`);
}
