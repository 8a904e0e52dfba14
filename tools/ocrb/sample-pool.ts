import { Worker } from 'node:worker_threads';
import { CROP_HEIGHT_PX, STEP_PX } from '../../src/engine/document/mrz/line-network.ts';

/** Width of the crops that training sees, px: ten glyphs. */
export const TRAINING_WIDTH_PX = 160;
export const TRAINING_STEPS = TRAINING_WIDTH_PX / STEP_PX;
export const CROP_SIZE = TRAINING_WIDTH_PX * CROP_HEIGHT_PX;
/** Local contrast is kept as bytes, this many to the unit. */
export const CONTRAST_SCALE = 31;

/** What a drawing thread and the trainer share: a ring of samples, and how many were drawn and may be drawn. */
export type SharedPool = {
  readonly capacity: number;
  readonly contrast: SharedArrayBuffer;
  readonly labels: SharedArrayBuffer;
  readonly counts: SharedArrayBuffer;
};
export const DRAWN = 0;
export const ALLOWED = 1;

/**
 * A ring of samples that a thread keeps filling. Sample n is the same on every run of a seed; which samples a step of training uses
 * depends on the step alone, not on how fast either thread is, so that a training can be repeated.
 */
export class SamplePool {
  readonly #shared: SharedPool;
  readonly #counts: Int32Array;
  readonly #contrast: Int8Array;
  readonly #labels: Int8Array;
  readonly #worker: Worker;
  #failure: Error | null = null;

  constructor(options: { readonly seed: number; readonly capacity: number; readonly severity: number }) {
    const { capacity } = options;
    this.#shared = {
      capacity,
      contrast: new SharedArrayBuffer(capacity * CROP_SIZE),
      labels: new SharedArrayBuffer(capacity * TRAINING_STEPS),
      counts: new SharedArrayBuffer(8),
    };
    this.#counts = new Int32Array(this.#shared.counts);
    this.#contrast = new Int8Array(this.#shared.contrast);
    this.#labels = new Int8Array(this.#shared.labels);
    this.#worker = new Worker(new URL('./draw-samples.worker.ts', import.meta.url), {
      workerData: { shared: this.#shared, seed: options.seed, severity: options.severity },
    });
    this.#worker.on('error', (error: Error) => (this.#failure = error));
  }

  /**
   * Waits until `count` samples have been drawn in all. Those from `count - capacity` on are there to be used; the thread draws
   * no further than `count`, so that none changes under the trainer's hands.
   */
  async drawUpTo(count: number): Promise<void> {
    Atomics.store(this.#counts, ALLOWED, count);
    Atomics.notify(this.#counts, ALLOWED);
    while (Atomics.load(this.#counts, DRAWN) < count) {
      if (this.#failure !== null) throw this.#failure;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  contrastOf(sample: number): Int8Array {
    const at = sample % this.#shared.capacity;
    return this.#contrast.subarray(at * CROP_SIZE, (at + 1) * CROP_SIZE);
  }

  labelsOf(sample: number): Int8Array {
    const at = sample % this.#shared.capacity;
    return this.#labels.subarray(at * TRAINING_STEPS, (at + 1) * TRAINING_STEPS);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
