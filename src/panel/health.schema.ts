import { z } from 'zod';
import { instant } from './protocol.schema.ts';

/** What is looked at, in the order in which it is shown. */
export const healthChecks = [
  'processes',
  'database',
  'jobs',
  'callbacks',
  'messages',
  'evidence',
  'engine',
  'certificates',
  'backups',
  'version',
  'clock',
  'failures',
] as const;
export type HealthCheck = (typeof healthChecks)[number];

/** `well`; `look`: somebody should, today; `act`: something does not work, or is about to; `unknown`: it cannot be seen from here. */
export const healthStates = ['well', 'look', 'act', 'unknown'] as const;
export type HealthState = (typeof healthStates)[number];

/** How a check came out. The page has a sentence for each: what it means, and what to do. */
export const healthFindings = [
  'processes-well',
  'process-silent',
  'worker-missing',
  'database-well',
  'database-slow',
  'database-waits',
  'jobs-well',
  'jobs-failing',
  'jobs-late',
  'jobs-stuck',
  'callbacks-well',
  'callbacks-late',
  'callbacks-dead',
  'messages-well',
  'messages-none',
  'messages-outbox',
  'messages-troubled',
  'messages-failing',
  'evidence-well',
  'evidence-bucket',
  'evidence-low',
  'evidence-full',
  'engine-well',
  'engine-late',
  'engine-failing',
  'engine-missing',
  'certificates-well',
  'certificates-missing',
  'certificates-demonstration',
  'certificates-waiting',
  'signer-ending',
  'signer-ended',
  'backups-archived',
  'backups-archive-old',
  'backups-archive-failing',
  'backups-unknown',
  'version-well',
  'version-mixed',
  'version-older',
  'migrations-missing',
  'clock-well',
  'clock-off',
  'clock-wrong',
  'failures-none',
  'failures-some',
] as const;
export type HealthFinding = (typeof healthFindings)[number];

/** A figure that a check rests on; where there is a metric, it is that metric's. */
export const healthFigures = [
  'running',
  'round-trip',
  'size',
  'longest-wait',
  'ready',
  'oldest',
  'retried',
  'waiting',
  'dead',
  'disabled',
  'gateway',
  'last-accepted',
  'last-trouble',
  'free',
  'free-share',
  'workers',
  'busy',
  'replaced',
  'last-stamped',
  'signer-until',
  'last-archived',
  'version',
  'migration',
  'off-by',
  'failures',
] as const;
export type HealthFigure = (typeof healthFigures)[number];

const figure = z.discriminatedUnion('unit', [
  z.object({ name: z.enum(healthFigures), unit: z.enum(['count', 'bytes', 'seconds', 'share']), value: z.number() }),
  z.object({ name: z.enum(healthFigures), unit: z.literal('instant'), value: instant }),
  /** A word of ours or of the settings, such as a gateway's name. */
  z.object({ name: z.enum(healthFigures), unit: z.literal('word'), value: z.string() }),
]);
export type Figure = z.infer<typeof figure>;

/** `GET health`: how the installation is, for whoever runs it. Nothing in it is of an account or of a person. */
export const healthAnswer = z.object({
  at: instant,
  checks: z.array(
    z.object({
      check: z.enum(healthChecks),
      state: z.enum(healthStates),
      finding: z.enum(healthFindings),
      figures: z.array(figure),
    }),
  ),
  queues: z.array(
    z.object({
      kind: z.string(),
      /** Due, and in nobody's hands. */
      ready: z.int(),
      /** Due at a later time. */
      later: z.int(),
      active: z.int(),
      /** Of those waiting, how many were tried before and failed. */
      retried: z.int(),
      oldestSeconds: z.number(),
    }),
  ),
  processes: z.array(
    z.object({
      host: z.string(),
      roles: z.array(z.string()),
      version: z.string(),
      startedAt: instant,
      reportedAt: instant,
      isSilent: z.boolean(),
    }),
  ),
});
export type HealthAnswer = z.infer<typeof healthAnswer>;

/** What a process says of itself. What it has nothing to do with is null. */
export const processReport = z.object({
  host: z.string(),
  roles: z.array(z.enum(['api', 'worker'])),
  version: z.string(),
  startedAt: instant,
  /** How far its clock is ahead of the database's. */
  clockAheadMs: z.number(),
  /** Errors that nobody expected since it started: the metric `cotejo_failures_total`. */
  failures: z.int(),
  messages: z
    .object({
      gateway: z.string(),
      lastAcceptedAt: instant.nullable(),
      lastTroubleAt: instant.nullable(),
    })
    .nullable(),
  engine: z
    .object({
      workers: z.int(),
      busy: z.int(),
      /** Halves that wait for a worker, and for how long the first of them has. */
      waiting: z.int(),
      oldestWaitMs: z.number(),
      /** Workers that died, hung or took too much since it started, and were replaced. */
      replaced: z.int(),
    })
    .nullable(),
  certificates: z
    .object({
      isDemonstration: z.boolean(),
      signerUntil: instant,
      lastStampedAt: instant.nullable(),
      lastTroubleAt: instant.nullable(),
    })
    .nullable(),
  /** Where evidence lies in a folder; null: in a bucket. */
  evidence: z.object({ freeBytes: z.number(), totalBytes: z.number() }).nullable(),
});
export type ProcessReport = z.infer<typeof processReport>;
