import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

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
      readonly atMs: number;
    }
  | { readonly kind: 'unanswered'; readonly call: number; readonly code: string; readonly atMs: number };

export type CallerOptions = {
  readonly url: string;
  readonly apiUser: string;
  readonly apiToken: string;
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

export class JournalClient {
  readonly #options: CallerOptions;
  readonly #file: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 200 });
  readonly #underWay = new Set<Promise<void>>();
  #nextCall: number;
  #isCalling = true;
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

  /** Stops beginning calls and waits until those under way are answered; the journal is complete then. */
  async finish(): Promise<{ readonly calls: number; readonly answered: number }> {
    this.#isCalling = false;
    await this.#pacing;
    await Promise.all(this.#underWay);
    this.#agent.destroy();
    closeSync(this.#file);
    return { calls: this.#nextCall - this.#options.firstCall, answered: this.answered };
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
      this.#write({ kind: 'unanswered', call, code: 'code' in outcome ? outcome.code : 'HTTP 503', atMs: Date.now() });
      if (key === null) return;
      await delay(200);
    }
  }

  #write(line: JournalLine): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`);
    fsyncSync(this.#file);
  }

  #post(call: number, key: string | null): Promise<{ status: number; body: string } | { code: string }> {
    const { url, apiUser, apiToken, timeoutMs = 5000 } = this.#options;
    const body = JSON.stringify({ Telefono: phoneOfCall(call), Resp: 'JSON' });
    return new Promise((resolve) => {
      const outgoing = request(
        `${url}/VerificarIdentidad`,
        {
          method: 'POST',
          agent: this.#agent,
          auth: `${apiUser}:${apiToken}`,
          timeout: timeoutMs,
          headers: { 'content-type': 'application/json', ...(key === null ? {} : { 'idempotency-key': key }) },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            // An answer that was cut off in the middle is none.
            resolve(
              response.complete
                ? { status: response.statusCode!, body: Buffer.concat(chunks).toString('utf8') }
                : { code: 'cut' },
            ),
          );
          response.on('error', () => resolve({ code: 'cut' }));
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(Object.assign(new Error('timeout'), { code: 'timeout' })));
      outgoing.on('error', (error: NodeJS.ErrnoException) => resolve({ code: error.code ?? 'error' }));
      outgoing.end(body);
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
