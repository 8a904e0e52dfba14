import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import path from 'node:path';
import type { Feedback } from '../evidence/evidence.ts';
import { ok, refuse, type Result } from '../kernel/result.ts';
import type {
  DocumentMeasurement,
  Engine,
  EngineFailure,
  EvidenceRefusal,
  LookTask,
  QuickLook,
  VideoMeasurement,
} from './tasks.ts';
import type { WorkerReply, WorkerRequest, WorkerTask } from './worker.process.ts';

/**
 * How the runtime collects garbage in a worker: pictures come and go by the megabyte while the heap stays small. Collecting them on helper
 * threads costs more than it saves on two cores, and so does marking little by little, at every few pictures, to keep pauses short that
 * nobody waits for.
 */
export const workerFlags: readonly string[] = ['--single-threaded-gc', '--no-incremental-marking'];

export type WorkerLimits = {
  /** One half takes a few seconds; a worker that is still at it after this is ended. */
  readonly timeoutMs: number;
  /** Time that it stood in line for a CPU does not count, up to so much of it: a busy machine says nothing about what is measured. */
  readonly mostInLineMs?: number;
  /** What it leaves to others, as `nice` counts: whoever waits for an answer goes first. */
  readonly niceness?: number;
  /** Of JavaScript's own heap; pictures and networks lie outside of it. */
  readonly memoryMiB: number;
  /** Resident memory of the process, all in all. */
  readonly residentMiB?: number;
};
export const workerLimits: WorkerLimits = { timeoutMs: 120_000, memoryMiB: 1024, residentMiB: 3072 };
/**
 * Where an applicant's case waits: a worker that hangs twice is given up within a minute, and a person has the case. Usual halves take a few
 * seconds, a minute of full HD some fifteen.
 */
export const serviceLimits: WorkerLimits = { ...workerLimits, timeoutMs: 28_000, mostInLineMs: 90_000, niceness: 5 };
/** Somebody holds a phone and waits; whoever waits for an answer to a call goes before. */
export const lookLimits: WorkerLimits = { ...workerLimits, timeoutMs: 10_000, niceness: 3 };

const workerFile = path.join(import.meta.dirname, 'worker.process.ts');

/** How the workers are. */
export type WorkersState = {
  readonly workers: number;
  readonly busy: number;
  /** Tasks that wait for a worker, and for how long the first of them has. */
  readonly waiting: number;
  readonly oldestWaitMs: number;
  /** How many died, hung or took too much, and were replaced. */
  readonly replaced: number;
};

/**
 * The engine in processes of its own. Each half goes to a worker that is free; with two workers the halves of one applicant run side by
 * side, with one they take turns; the results are the same to the bit. A worker that crashes, hangs or takes too much memory is replaced,
 * and its half answers `engine-failed`.
 * @param program what runs in a worker; another one than the engine's only in tests.
 */
export function workerEngine(
  workers: number,
  limits: WorkerLimits = workerLimits,
  program = workerFile,
): Engine & { state(): WorkersState } {
  const pool = new Pool(workers, limits, program);
  const failed = (evidence: EngineFailure['evidence'], detail: Failure): EngineFailure => ({
    kind: 'engine-failed',
    evidence,
    detail,
  });
  return {
    async measureVideo(task) {
      const answer = await pool.ask({ half: 'video', task });
      return answer.ok
        ? (answer.value as Result<VideoMeasurement, EvidenceRefusal>)
        : refuse(failed('face-video', answer.refusal));
    },
    async measureDocument(task) {
      const answer = await pool.ask({ half: 'document', task });
      return answer.ok
        ? (answer.value as Result<DocumentMeasurement, EvidenceRefusal>)
        : refuse(failed('front', answer.refusal));
    },
    state: () => pool.state(),
    close: () => pool.close(),
  };
}

/** Quick looks in a process of their own, so that whoever waits for one does not wait for the engine. */
export function workerLook(limits: WorkerLimits, program = workerFile): QuickLook {
  const pool = new Pool(1, limits, program);
  return {
    async look(task: LookTask) {
      const answer = await pool.ask({ half: 'look', task });
      return answer.ok ? (answer.value as Feedback) : 'not-checked';
    },
    close: () => pool.close(),
  };
}

type Failure = 'timed-out' | 'died';
type Waiting = { readonly since: number; readonly take: (worker: Worker) => void };

/** Workers that take the next task as soon as they are free. Videos prefer the first ones: networks are opened where they are used. */
class Pool {
  readonly #workers: readonly Worker[];
  readonly #free: Set<Worker>;
  readonly #waiting: Waiting[] = [];

  constructor(workers: number, limits: WorkerLimits, program: string) {
    this.#workers = Array.from({ length: workers }, () => new Worker(limits, program));
    this.#free = new Set(this.#workers);
  }

  async ask(task: WorkerTask): Promise<Result<unknown, Failure>> {
    const worker = await this.#take(task.half === 'document');
    try {
      return await worker.ask(task);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.add(worker);
      else next.take(worker);
    }
  }

  #take(fromTheEnd: boolean): Promise<Worker> {
    const free = this.#workers.filter((worker) => this.#free.has(worker));
    const worker = fromTheEnd ? free.at(-1) : free[0];
    if (worker === undefined) return new Promise((take) => this.#waiting.push({ since: performance.now(), take }));
    this.#free.delete(worker);
    return Promise.resolve(worker);
  }

  state(): WorkersState {
    const [first] = this.#waiting;
    return {
      workers: this.#workers.length,
      busy: this.#workers.length - this.#free.size,
      waiting: this.#waiting.length,
      oldestWaitMs: first === undefined ? 0 : performance.now() - first.since,
      replaced: this.#workers.reduce((sum, { replaced }) => sum + replaced, 0),
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }
}

const WATCH_EVERY_MS = 250;

class Worker {
  readonly #limits: WorkerLimits;
  readonly #program: string;
  #child: ChildProcess | null = null;
  /** How many processes it had that did not end by themselves. */
  replaced = 0;
  #lastId = 0;
  #isClosed = false;

  constructor(limits: WorkerLimits, program: string) {
    this.#limits = limits;
    this.#program = program;
  }

  /** One task at a time. */
  ask(task: WorkerTask): Promise<Result<unknown, Failure>> {
    // A job that outlives its service: a new worker would keep the process from ending, and a failure would count against the evidence. It is
    // left without an answer, ends with the process, and is begun again by another.
    if (this.#isClosed) return new Promise(() => {});
    // One that ended between two tasks is no failure of the next.
    if (this.#child?.connected === false) this.#child = null;
    const child = (this.#child ??= this.#start());
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const settle = (result: Result<unknown, Failure>): void => {
        clearTimeout(timer);
        clearInterval(watch);
        child.off('message', onMessage);
        child.off('exit', onExit);
        resolve(result);
      };
      const fail = (failure: Failure): void => {
        this.replaced += 1;
        this.#child = null;
        child.kill('SIGKILL');
        settle(refuse(failure));
      };
      const onMessage = (message: unknown): void => {
        const reply = message as WorkerReply | null;
        if (reply?.id === id) settle(ok(reply.result));
      };
      const onExit = (): void => fail('died');
      const { timeoutMs, mostInLineMs = 0 } = this.#limits;
      const beganAt = performance.now();
      const inLineBefore = mostInLineMs === 0 ? 0 : inLineMs(child.pid);
      const look = (): void => {
        const inLine = mostInLineMs === 0 ? 0 : Math.min(mostInLineMs, inLineMs(child.pid) - inLineBefore);
        const leftMs = timeoutMs + inLine - (performance.now() - beganAt);
        if (leftMs <= 0) fail('timed-out');
        else timer = setTimeout(look, Math.max(leftMs, WATCH_EVERY_MS));
      };
      let timer = setTimeout(look, timeoutMs);
      const watch = setInterval(() => {
        if (residentMiB(child.pid) > (this.#limits.residentMiB ?? Infinity)) fail('died');
      }, WATCH_EVERY_MS);
      child.on('message', onMessage);
      child.on('exit', onExit);
      child.send({ id, ...task } satisfies WorkerRequest, (error) => {
        if (error !== null && this.#child === child) fail('died');
      });
    });
  }

  #start(): ChildProcess {
    const child = fork(this.#program, [], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${this.#limits.memoryMiB}`, ...workerFlags],
      // A worker needs no secrets of the service's environment.
      env: { PATH: process.env['PATH'] ?? '', NODE_ENV: process.env['NODE_ENV'] ?? '' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('error', () => child.kill('SIGKILL')); // it shows as an exit, or as a failure to send
    if (this.#limits.niceness !== undefined && child.pid !== undefined) yieldTo(child.pid, this.#limits.niceness);
    return child;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    if (child.connected) child.disconnect();
    await ended;
  }
}

function yieldTo(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended already, or the system has no such thing: then it competes like everybody.
  }
}

/** How long a process's main thread has stood in line for a CPU since it began; 0 where the system does not tell. */
function inLineMs(pid: number | undefined): number {
  try {
    // `<ns on a CPU> <ns waiting for one> <time slices>`
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** Where the system does not tell, nothing is known of it. */
function residentMiB(pid: number | undefined): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
