/** The thread that fills a `SamplePool`. */
import { workerData } from 'node:worker_threads';
import { drawAtlases } from './atlas.ts';
import { chanceOf } from './chance.ts';
import { drawSample } from './render.ts';
import {
  ALLOWED,
  CONTRAST_SCALE,
  CROP_SIZE,
  DRAWN,
  TRAINING_STEPS,
  TRAINING_WIDTH_PX,
  type SharedPool,
} from './sample-pool.ts';

const { shared, seed, severity } = workerData as { shared: SharedPool; seed: number; severity: number };
const counts = new Int32Array(shared.counts);
const contrast = new Int8Array(shared.contrast);
const labels = new Int8Array(shared.labels);
const atlases = await drawAtlases();
const chance = chanceOf(seed);

for (let sample = 0; ; sample++) {
  for (let allowed = 0; (allowed = Atomics.load(counts, ALLOWED)) <= sample;) Atomics.wait(counts, ALLOWED, allowed);
  const drawn = drawSample(atlases, chance, TRAINING_WIDTH_PX, severity);
  const at = sample % shared.capacity;
  for (let i = 0; i < CROP_SIZE; i++)
    contrast[at * CROP_SIZE + i] = Math.max(-127, Math.min(127, Math.round(drawn.contrast[i]! * CONTRAST_SCALE)));
  labels.set(drawn.labels, at * TRAINING_STEPS);
  Atomics.store(counts, DRAWN, sample + 1);
}
