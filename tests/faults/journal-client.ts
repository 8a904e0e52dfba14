import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type Caller, type CallOutcome, callService } from './call-service.ts';

/**
 * A company that calls at a fixed rate, whatever becomes of its calls, and writes down what it sent and what it was answered: the truth
 * seen from outside. Each line is on the disk before the call goes out, or before the answer is believed. Calls that were not answered are
 * repeated under the same key until they are, as a careful client does.
 */
export type JournalLine =
  | {
      readonly kind: 'sent';
      readonly call: number;
      readonly phone: string;
      readonly key: string | null;
      readonly atMs: number;
    }
  | {
      readonly kind: 'answered';
      readonly call: number;
      readonly status: number;
      readonly body: string;
      /** How long the answer took. */
      readonly ms: number;
      readonly atMs: number;
    }
  | {
      readonly kind: 'unanswered';
      readonly call: number;
      /** An error's code, or `HTTP 503` and whatever body came with it. */
      readonly code: string;
      readonly ms: number;
      readonly atMs: number;
    };

export type CallerOptions = Caller & {
  readonly journalFile: string;
  readonly callsPerSecond: number;
  /** Share of calls that carry an Idempotency-Key and are repeated until answered, in [0, 1]. */
  readonly keyedShare: number;
  /** Number of the first call: each call has a number and a phone of its own. */
  readonly firstCall: number;
  readonly timeoutMs?: number;
};

/** The phone that a call is for: each its own, so that a message tells which call it came from. */
export const phoneOfCall = (call: number): string => String(34_600_000_000 + call);

export const bodyOfCall = (call: number): object => ({ Telefono: phoneOfCall(call), Resp: 'JSON' });

/** The lines of a journal. A torn last line of a caller that was killed is passed over. */
export function journalLines(text: string): JournalLine[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalLine);
}

export class JournalClient {
  readonly #options: CallerOptions;
  readonly #file: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 200 });
  readonly #underWay = new Set<Promise<void>>();
  #nextCall: number;
  #isCalling = true;
  #repeatUntil = Infinity;
  #pacing: Promise<void> | null = null;
  /** Calls that were answered, whatever the answer. */
  answered = 0;

  constructor(options: CallerOptions) {
    this.#options = options;
    this.#nextCall = options.firstCall;
    this.#file = openSync(options.journalFile, 'a', 0o600);
  }

  /** Begins to call. */
  start(): void {
    this.#pacing = this.#pace();
  }

  /**
   * Stops beginning calls and waits until those under way are answered; the journal is complete then.
   * @param patienceMs how long calls under a key are still repeated; what is unanswered after that has failed for good.
   */
  async finish(patienceMs = 60_000): Promise<{ readonly calls: number; readonly answered: number }> {
    this.#isCalling = false;
    this.#repeatUntil = performance.now() + patienceMs;
    await this.#pacing;
    await Promise.all(this.#underWay);
    this.#agent.destroy();
    closeSync(this.#file);
    return { calls: this.#nextCall - this.#options.firstCall, answered: this.answered };
  }

  /** Stops without waiting for anything: for whoever leaves early. After `finish` it does nothing. */
  [Symbol.dispose](): void {
    this.#isCalling = false;
    this.#repeatUntil = 0;
    this.#agent.destroy();
  }

  async #pace(): Promise<void> {
    const beganAt = performance.now();
    for (let begun = 0; this.#isCalling;) {
      const due = Math.floor(((performance.now() - beganAt) / 1000) * this.#options.callsPerSecond);
      for (; begun < due; begun += 1) {
        const call = this.#call(this.#nextCall++);
        this.#underWay.add(call);
        void call.finally(() => this.#underWay.delete(call));
      }
      await delay(5);
    }
  }

  async #call(call: number): Promise<void> {
    const { keyedShare } = this.#options;
    // Evenly mixed and the same in every run: no chance in who carries a key.
    const key = (call * 0.618_033_988_749) % 1 < keyedShare ? `call-${call}` : null;
    this.#write({ kind: 'sent', call, phone: phoneOfCall(call), key, atMs: Date.now() });
    for (;;) {
      const outcome = await this.#post(call, key);
      if ('status' in outcome && outcome.status !== 503) {
        this.#write({ kind: 'answered', call, ...outcome, atMs: Date.now() });
        this.answered += 1;
        return;
      }
      const code = 'code' in outcome ? outcome.code : `HTTP 503${outcome.body}`;
      this.#write({ kind: 'unanswered', call, code, ms: outcome.ms, atMs: Date.now() });
      if (key === null || performance.now() > this.#repeatUntil) return;
      await delay(200);
    }
  }

  #write(line: JournalLine): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
    fsyncSync(this.#file);
  }

  #post(call: number, key: string | null): Promise<CallOutcome> {
    return callService(this.#options, 'VerificarIdentidad', bodyOfCall(call), {
      key,
      agent: this.#agent,
      ...(this.#options.timeoutMs === undefined ? {} : { timeoutMs: this.#options.timeoutMs }),
    });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      url: { type: 'string', default: 'http://127.0.0.1:8080' },
      user: { type: 'string' },
      token: { type: 'string' },
      journal: { type: 'string', default: 'journal.jsonl' },
      rate: { type: 'string', default: '50' },
      seconds: { type: 'string', default: '60' },
      keyed: { type: 'string', default: '0.5' },
      first: { type: 'string', default: '0' },
    },
  });
  const client = new JournalClient({
    url: values.url,
    apiUser: values.user ?? '',
    apiToken: values.token ?? '',
    journalFile: values.journal,
    callsPerSecond: Number(values.rate),
    keyedShare: Number(values.keyed),
    firstCall: Number(values.first),
  });
  client.start();
  await delay(Number(values.seconds) * 1000);
  process.stdout.write(`${JSON.stringify(await client.finish())}\n`);
}
