import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { refuse, type Result } from '../kernel/result.ts';
import type {
  DocumentMeasurement,
  DocumentTask,
  Engine,
  EngineFailure,
  EvidenceRefusal,
  VideoMeasurement,
  VideoTask,
} from './tasks.ts';
import type { WorkerReply, WorkerRequest } from './worker.process.ts';

/**
 * How the runtime collects garbage in a worker: pictures come and go by the megabyte while the heap stays small. Collecting them on helper
 * threads costs more than it saves on two cores, and so does marking little by little, at every few pictures, to keep pauses short that
 * nobody waits for.
 */
export const workerFlags: readonly string[] = ['--single-threaded-gc', '--no-incremental-marking'];

export type WorkerLimits = {
  /** One half takes a few seconds; a worker that is still at it after this is ended. */
  readonly timeoutMs: number;
  readonly memoryMiB: number;
};
export const workerLimits: WorkerLimits = { timeoutMs: 120_000, memoryMiB: 1024 };

/**
 * The engine in processes of its own. With two workers the halves run side by side, with one they take turns; the results are
 * the same to the bit. A worker that crashes or hangs is replaced, and its half answers `engine-failed`.
 */
export function workerEngine(workers: 1 | 2, limits: WorkerLimits = workerLimits): Engine {
  const video = new Worker(limits);
  const document = workers === 2 ? new Worker(limits) : video;
  return {
    measureVideo: (task: VideoTask) => video.measure<VideoMeasurement>({ half: 'video', task }, 'face-video'),
    measureDocument: (task: DocumentTask) => document.measure<DocumentMeasurement>({ half: 'document', task }, 'front'),
    async close() {
      await Promise.all([video.close(), document.close()]);
    },
  };
}

type Half = { half: 'video'; task: VideoTask } | { half: 'document'; task: DocumentTask };

class Worker {
  readonly #limits: WorkerLimits;
  #child: ChildProcess | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #lastId = 0;

  constructor(limits: WorkerLimits) {
    this.#limits = limits;
  }

  measure<Measurement>(
    half: Half,
    evidence: EngineFailure['evidence'],
  ): Promise<Result<Measurement, EvidenceRefusal | EngineFailure>> {
    const result = this.#turn.then(() => this.#ask<Measurement>(half, evidence));
    this.#turn = result;
    return result;
  }

  #ask<Measurement>(
    half: Half,
    evidence: EngineFailure['evidence'],
  ): Promise<Result<Measurement, EvidenceRefusal | EngineFailure>> {
    const child = (this.#child ??= this.#start());
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const settle = (result: Result<Measurement, EvidenceRefusal | EngineFailure>): void => {
        clearTimeout(timer);
        child.off('message', onMessage);
        child.off('exit', onExit);
        resolve(result);
      };
      const fail = (detail: EngineFailure['detail']): void => {
        this.#child = null;
        child.kill('SIGKILL');
        settle(refuse({ kind: 'engine-failed', evidence, detail }));
      };
      const onMessage = (message: unknown): void => {
        const reply = message as WorkerReply;
        if (reply.id === id) settle(reply.result as Result<Measurement, EvidenceRefusal>);
      };
      const onExit = (): void => fail('died');
      const timer = setTimeout(() => fail('timed-out'), this.#limits.timeoutMs);
      child.on('message', onMessage);
      child.on('exit', onExit);
      child.send({ id, ...half } satisfies WorkerRequest);
    });
  }

  #start(): ChildProcess {
    return fork(path.join(import.meta.dirname, 'worker.process.ts'), [], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${this.#limits.memoryMiB}`, ...workerFlags],
      // A worker needs no secrets of the service's environment.
      env: { PATH: process.env['PATH'] ?? '', NODE_ENV: process.env['NODE_ENV'] ?? '' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    await ended;
  }
}
