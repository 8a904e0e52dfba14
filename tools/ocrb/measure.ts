import '../../src/engine/runtime/no-telemetry.client.ts';
import * as ort from 'onnxruntime-node';
import { CROP_HEIGHT_PX, GAP } from '../../src/engine/document/mrz/line-network.ts';
import { drawAtlases } from './atlas.ts';
import { chanceOf } from './chance.ts';
import { CLASSES, type Parameters } from './network.ts';
import { drawSample, UNSURE } from './render.ts';
import { CROP_SIZE, TRAINING_STEPS, TRAINING_WIDTH_PX } from './sample-pool.ts';
import { openReader } from './trainer.ts';

/** How a reader does on drawn lines that no training saw. */
export type Measured = {
  /** Mean over all labelled steps of the nats that the right class missed. */
  readonly loss: number;
  /** Glyphs whose middle step says the right class, and all glyphs. */
  readonly glyphsRight: number;
  readonly glyphs: number;
};

const BATCH = 32;

/** Reads `crops` drawn lines of a severity; the same seed draws the same lines for every reader. */
export async function measureReader(
  parameters: Parameters,
  { seed, crops, severity }: { readonly seed: number; readonly crops: number; readonly severity: number },
): Promise<Measured> {
  const session = await openReader(parameters);
  const atlases = await drawAtlases();
  const chance = chanceOf(seed);
  let [nats, steps, glyphs, glyphsRight] = [0, 0, 0, 0];
  for (let done = 0; done < crops; done += BATCH) {
    const samples = Array.from({ length: Math.min(BATCH, crops - done) }, () =>
      drawSample(atlases, chance, TRAINING_WIDTH_PX, severity),
    );
    const data = new Float32Array(samples.length * CROP_SIZE);
    samples.forEach((sample, at) => data.set(sample.contrast, at * CROP_SIZE));
    const input = new ort.Tensor('float32', data, [samples.length, 1, CROP_HEIGHT_PX, TRAINING_WIDTH_PX]);
    const answers = (await session.run({ x: input }))['y']!.data as Float32Array;
    samples.forEach(({ labels }, at) => {
      const answer = answers.subarray(at * CLASSES * TRAINING_STEPS, (at + 1) * CLASSES * TRAINING_STEPS);
      labels.forEach((label, step) => {
        if (label === UNSURE) return;
        steps++;
        nats -= answer[label * TRAINING_STEPS + step]!;
      });
      for (const { from, to, label } of runsOf(labels)) {
        glyphs++;
        if (surestClass(answer, Math.floor((from + to) / 2)) === label) glyphsRight++;
      }
    });
  }
  await session.release();
  return { loss: nats / steps, glyphs, glyphsRight };
}

/** Stretches of steps that show one glyph. */
function runsOf(labels: Int8Array): { from: number; to: number; label: number }[] {
  const runs: { from: number; to: number; label: number }[] = [];
  for (let step = 0; step < labels.length; step++) {
    const label = labels[step]!;
    if (label === UNSURE || label === GAP) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.to === step - 1) runs[runs.length - 1] = { ...last, to: step };
    else runs.push({ from: step, to: step, label });
  }
  return runs;
}

function surestClass(answer: Float32Array, step: number): number {
  let surest = 0;
  for (let c = 1; c < CLASSES; c++)
    if (answer[c * TRAINING_STEPS + step]! > answer[surest * TRAINING_STEPS + step]!) surest = c;
  return surest;
}
