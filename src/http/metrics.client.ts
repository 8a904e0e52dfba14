import { setTimeout as delay } from 'node:timers/promises';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export type Metrics = {
  readonly registry: Registry;
  answered(answer: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }): void;
  /** One call of a wire function and the number it was answered. */
  functionAnswered(name: string, res: number): void;
  /** One attempt to hand a message over. */
  messageAttempted(outcome: string): void;
  /** One attempt to make, renew or hand out a certificate. */
  certificateAttempted(outcome: string): void;
  /** One quick look at what an applicant sent, and what it told them. */
  pieceLookedAt(feedback: string): void;
  /** One attempt of the engine at a whole set, and how it ended. */
  engineRan(ended: string, seconds: number): void;
  failed(room: string): void;
  /** How many errors nobody expected since the start, wherever they were caught. */
  failureCount(): Promise<number>;
};

/** Metrics matter most when the database is silent: they do not wait for it. */
const COLLECTED_WITHIN_MS = 1000;

/**
 * What is counted, under names and units of Prometheus. Labels are words of ours only: no address, no account, nothing a caller sent.
 * @param oldestWaitSeconds asked when somebody reads: how long the oldest due job of each kind has waited.
 */
export function openMetrics(oldestWaitSeconds: () => Promise<ReadonlyMap<string, number>>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'cotejo_http_request_seconds',
    help: 'time from request to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const functions = new Counter({
    name: 'cotejo_function_answers_total',
    help: 'answers of the contract’s functions by their number',
    labelNames: ['function', 'res'],
    registers,
  });
  const messages = new Counter({
    name: 'cotejo_message_attempts_total',
    help: 'attempts to hand an SMS to the gateway by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const certificates = new Counter({
    name: 'cotejo_certificate_attempts_total',
    help: 'attempts to make, renew or hand out a certificate by outcome; no-time-stamp: verified persons wait',
    labelNames: ['outcome'],
    registers,
  });
  const looks = new Counter({
    name: 'cotejo_quick_looks_total',
    help: 'quick looks at pieces of evidence by what they told the applicant; good: nothing to be taken again',
    labelNames: ['feedback'],
    registers,
  });
  const engineRuns = new Histogram({
    name: 'cotejo_engine_run_seconds',
    help: 'time of an attempt of the engine at a whole set of evidence, by how it ended',
    labelNames: ['ended'],
    buckets: [1, 2, 3, 5, 8, 13, 21, 34, 60, 120],
    registers,
  });
  const failures = new Counter({
    name: 'cotejo_failures_total',
    help: 'errors that nobody expected, by where they were caught',
    labelNames: ['room'],
    registers,
  });
  new Gauge({
    name: 'cotejo_job_oldest_wait_seconds',
    help: 'how long the oldest due job has waited, by kind; scale workers by it',
    labelNames: ['kind'],
    registers,
    async collect() {
      const unknown = new Map<string, number>();
      const silence = delay(COLLECTED_WITHIN_MS, unknown, { ref: false });
      for (const [kind, wait] of await Promise.race([oldestWaitSeconds().catch(() => unknown), silence]))
        this.set({ kind }, wait);
    },
  });
  return {
    registry,
    answered: ({ method, route, status, seconds: taken }) => seconds.observe({ method, route, status }, taken),
    functionAnswered: (name, res) => functions.inc({ function: name, res }),
    messageAttempted: (outcome) => messages.inc({ outcome }),
    certificateAttempted: (outcome) => certificates.inc({ outcome }),
    pieceLookedAt: (feedback) => looks.inc({ feedback }),
    engineRan: (ended, taken) => engineRuns.observe({ ended }, taken),
    failed: (room) => failures.inc({ room }),
    failureCount: async () => (await failures.get()).values.reduce((sum, { value }) => sum + value, 0),
  };
}
