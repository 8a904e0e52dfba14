import { fork, type ChildProcess } from 'node:child_process';
import { getCompileCacheDir } from 'node:module';
import { setPriority } from 'node:os';
import path from 'node:path';
import type { Bytes } from '../kernel/der.ts';
import { refuse, type Result } from '../kernel/result.ts';
import type { Layout } from './layout.client.ts';
import type { FromMaker, MakerAsk, MakerAsks, MakerTask, ToMaker } from './maker.process.ts';
import type { Sealing } from './pades.client.ts';
import type { TimeStampRefusal } from './tsa.client.ts';

/**
 * [Note: Who makes certificates]
 * Laying out pages and writing PDF takes a tenth of a second of nothing but computing, in which a process answers nobody. So it is done in a
 * process of its own, which yields to those that answer. It holds no key and reaches nobody: for the signature, for time-stamps and for what
 * issuers say of revocation it asks its parent, who signs once a certificate and no more. It may die or hang at any moment: what it had in
 * hand is made again, and nothing counts before the parent has it on the disk.
 */
export type Maker = {
  /** A certificate from its statement and pictures. @throws Error where making it meets a bug. */
  make(layout: Layout): Promise<Result<Made, MakeRefusal>>;
  /** A certificate with a further time-stamp over everything. */
  renew(pdf: Uint8Array): Promise<Result<Made, MakeRefusal>>;
  close(): Promise<void>;
};

export type Made = {
  readonly pdf: Bytes;
  /** When the certificate of its last time-stamp ends. */
  readonly renewBefore: Date;
};

export type MakeRefusal =
  | TimeStampRefusal
  /** The process that makes them ended in the middle of it, or was silent for too long and was ended. */
  | { readonly kind: 'maker-failed'; readonly detail: 'died' | 'timed-out' };

export type MakerLimits = {
  /** Certificates that it has in hand; others wait in line. While one waits for its time-stamp, others are laid out. */
  readonly mostInHand: number;
  /** A certificate takes a fraction of a second; a process that owes something and says nothing for so long is ended. */
  readonly silenceMs: number;
  /** One that has had nothing to do for so long is let go of; the next certificate begins another one. */
  readonly idleMs: number;
  /** What it leaves to others, as `nice` counts. */
  readonly niceness: number;
  /** Of JavaScript's own heap. */
  readonly memoryMiB: number;
};
export const makerLimits: MakerLimits = {
  mostInHand: 4,
  silenceMs: 60_000,
  idleMs: 10 * 60_000,
  niceness: 3,
  memoryMiB: 512,
};

const makerFile = path.join(import.meta.dirname, 'maker.process.ts');

/** @param program what runs in the process; another one than ours only in tests. */
export function makerProcess(sealing: Sealing, limits: MakerLimits = makerLimits, program = makerFile): Maker {
  const line = new Line(limits.mostInHand);
  let current: Conversation | null = null;
  let isClosed = false;
  let idle: NodeJS.Timeout | undefined;

  async function done(work: MakerTask['work']): Promise<Result<Made, MakeRefusal>> {
    await line.enter();
    clearTimeout(idle);
    try {
      // A job that outlives its service: it is left without an answer, ends with the process, and is begun again by another.
      if (isClosed) return await new Promise(() => {});
      if (current?.isOver !== false) current = new Conversation(sealing, limits, program);
      return await current.take(work);
    } finally {
      line.leave();
      if (line.isEmpty) idle = setTimeout(() => void current?.end(), limits.idleMs).unref();
    }
  }

  return {
    make: (layout) => done({ kind: 'make', layout }),
    renew: (pdf) => done({ kind: 'renew', pdf }),
    async close() {
      isClosed = true;
      clearTimeout(idle);
      await current?.end();
    },
  };
}

/** So many at a time, in the order in which they came. */
class Line {
  readonly #most: number;
  #within = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#within === 0;
  }

  async enter(): Promise<void> {
    if (this.#within === this.#most) return new Promise((resolve) => this.#waiting.push(resolve));
    this.#within += 1;
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#within -= 1;
    else next();
  }
}

type InHand = {
  readonly settle: (result: Result<Made, MakeRefusal>) => void;
  readonly fail: (error: Error) => void;
  /** Questions of it that we have not answered yet: while there are any, it is we who owe. */
  openAsks: number;
  hasSigned: boolean;
  silence: NodeJS.Timeout | undefined;
};

/** One process and all that is said with it, until it ends. */
class Conversation {
  readonly #sealing: Sealing;
  readonly #silenceMs: number;
  readonly #child: ChildProcess;
  readonly #inHand = new Map<number, InHand>();
  #lastTask = 0;
  #isOver = false;

  constructor(sealing: Sealing, { silenceMs, niceness, memoryMiB }: MakerLimits, program: string) {
    this.#sealing = sealing;
    this.#silenceMs = silenceMs;
    const compiled = getCompileCacheDir();
    const child = fork(program, [], {
      serialization: 'advanced',
      execArgv: [`--max-old-space-size=${memoryMiB}`],
      // It needs no secrets of the service's environment.
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_ENV: process.env['NODE_ENV'] ?? '',
        // Where compiled code is kept, if it is: it begins in two thirds of the time.
        ...(compiled === undefined ? {} : { NODE_COMPILE_CACHE: compiled }),
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.on('error', () => child.kill('SIGKILL')); // it shows as an exit, or as a failure to send
    child.on('exit', () => this.#over('died'));
    child.on('message', (message) => this.#hear(message as FromMaker));
    if (child.pid !== undefined) yieldTo(child.pid, niceness);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  take(work: MakerTask['work']): Promise<Result<Made, MakeRefusal>> {
    const task = ++this.#lastTask;
    const { signer, pool, clock } = this.#sealing;
    const { name, isDemonstration, chain, key } = signer;
    const { certificate, algorithm } = key;
    return new Promise((settle, fail) => {
      const own = { settle, fail, openAsks: 0, hasSigned: false, silence: undefined };
      this.#inHand.set(task, own);
      const order = { work, at: clock(), signer: { name, isDemonstration, chain, certificate, algorithm }, pool };
      this.#say(own, { kind: 'task', task, order });
    });
  }

  /** Lets it go. What it still has in hand is left without an answer. */
  async end(): Promise<void> {
    for (const { silence } of this.#inHand.values()) clearTimeout(silence);
    this.#inHand.clear();
    this.#isOver = true;
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    if (this.#child.connected) this.#child.disconnect();
    await ended;
  }

  #say(own: InHand, message: ToMaker): void {
    this.#child.send(message, (error) => {
      if (error !== null) this.#fail('died');
    });
    this.#watch(own);
  }

  #hear(message: FromMaker): void {
    const own = this.#inHand.get(message.task);
    if (own === undefined) return;
    clearTimeout(own.silence);
    if (message.kind === 'ask') {
      own.openAsks += 1;
      const { ask, asked } = message;
      void this.#answer(own, asked).then(
        (value) => this.#reply(own, { kind: 'answer', ask, value }),
        (error: unknown) => this.#reply(own, { kind: 'no-answer', ask, error: (error as Error).message }),
      );
      return;
    }
    this.#inHand.delete(message.task);
    if (message.kind === 'done') own.settle(message.result);
    else own.fail(new Error(`making a certificate threw: ${message.error}`));
  }

  #reply(own: InHand, message: ToMaker): void {
    own.openAsks -= 1;
    if (!this.#isOver) this.#say(own, message);
  }

  async #answer(own: InHand, asked: MakerAsk): Promise<MakerAsks[keyof MakerAsks]['gives']> {
    const { signer, stamp, knownRevocation, exchange, clock } = this.#sealing;
    switch (asked.name) {
      case 'sign':
        if (own.hasSigned) throw new Error('a certificate is signed once');
        own.hasSigned = true;
        return signer.key.sign(asked.of);
      case 'stamp':
        return stamp(asked.of);
      case 'revocation':
        return Promise.all([signer.revocation(clock()), knownRevocation(clock())]);
      case 'exchange':
        return exchange(asked.of);
    }
  }

  #watch(own: InHand): void {
    clearTimeout(own.silence);
    if (!this.#isOver && own.openAsks === 0) own.silence = setTimeout(() => this.#fail('timed-out'), this.#silenceMs);
  }

  #fail(detail: 'died' | 'timed-out'): void {
    this.#over(detail);
    this.#child.kill('SIGKILL');
  }

  #over(detail: 'died' | 'timed-out'): void {
    this.#isOver = true;
    for (const { settle, silence } of this.#inHand.values()) {
      clearTimeout(silence);
      settle(refuse({ kind: 'maker-failed', detail }));
    }
    this.#inHand.clear();
  }
}

function yieldTo(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended already, or the system has no such thing: then it competes like everybody.
  }
}
