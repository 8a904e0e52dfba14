import { randomUUID } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../http/metrics.client.ts';
import { type Clock, MS_PER_SECOND } from '../kernel/instant.ts';
import { oldestWaiting } from '../notification/webhook/delivery.store.ts';
import type { Guard } from '../panel/guard.route.ts';
import type { ProcessReport } from '../panel/health.schema.ts';
import { healthRoutes } from '../panel/health.route.ts';
import { clockAheadMs, endReport, forgetReports, writeReport } from '../panel/process-report.store.ts';
import { type Database, isUnreachable } from '../storage/database.client.ts';
import { migrationState } from '../storage/migrate.client.ts';
import type { Queue } from '../storage/queue.client.ts';
import type { Job } from '../verification/jobs.ts';
import { programName } from './program-name.ts';

/** How much room there is where a folder lies. */
export async function roomAt(folder: string): Promise<NonNullable<ProcessReport['evidence']>> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** When something last succeeded and last did not. */
type LastTimes = { goodAt: Date | null; badAt: Date | null };

export type Watched = {
  /** The same metrics; what goes through them is also remembered. */
  readonly metrics: Metrics;
  readonly messages: LastTimes;
  readonly certificates: LastTimes;
};

/** Remembers beside the counts when a gateway last took a message and when a certificate was last stamped. */
export function watched(metrics: Metrics, clock: Clock): Watched {
  const messages: LastTimes = { goodAt: null, badAt: null };
  const certificates: LastTimes = { goodAt: null, badAt: null };
  return {
    messages,
    certificates,
    metrics: {
      ...metrics,
      messageAttempted(outcome) {
        metrics.messageAttempted(outcome);
        messages[outcome === 'accepted' ? 'goodAt' : 'badAt'] = clock();
      },
      certificateAttempted(outcome) {
        metrics.certificateAttempted(outcome);
        if (outcome === 'issued' || outcome === 'renewed') certificates.goodAt = clock();
        else if (outcome.endsWith('no-time-stamp')) certificates.badAt = clock();
      },
    },
  };
}

export type ReportGround = {
  readonly database: Database;
  readonly clock: Clock;
  readonly roles: ProcessReport['roles'];
  readonly watched: Watched;
  /** Name of the gateway that this process hands messages to; null: it hands over none. */
  readonly gateway: () => string | null;
  /** The engine, where this process measures. */
  readonly engine: (() => NonNullable<ProcessReport['engine']>) | null;
  /** Who signs, where this process issues. */
  readonly signer: { readonly isDemonstration: boolean; readonly until: Date } | null;
  /** Where evidence lies in a folder. */
  readonly evidence: (() => Promise<NonNullable<ProcessReport['evidence']>>) | null;
  readonly onError: (error: unknown) => void;
};

const EVERY_MS = 15 * MS_PER_SECOND;

/** Says every few seconds how this process is, until it is stopped. While the database is away nothing is said, which is told by its silence. */
export function startReporting(ground: ReportGround): { stop(): Promise<void> } {
  const { database, clock } = ground;
  const processId = randomUUID();
  const startedAt = clock().toISOString();
  const quietly = (error: unknown): void => {
    if (!isUnreachable(error)) ground.onError(error);
  };
  const report = async (): Promise<void> => writeReport(database, processId, await reportOf(ground, startedAt));
  let isStopping = false;
  let timer: NodeJS.Timeout | undefined;
  const round = async (): Promise<void> => {
    await report().catch(quietly);
    if (!isStopping) timer = setTimeout(begin, EVERY_MS);
  };
  const begin = (): void => void (underWay = round());
  let underWay = forgetReports(database, clock()).catch(quietly).then(round);
  return {
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      await underWay;
      // What succeeded last outlives the process.
      await report()
        .then(() => endReport(database, processId))
        .catch(quietly);
    },
  };
}

async function reportOf(ground: ReportGround, startedAt: string): Promise<ProcessReport> {
  const { database, clock, roles, watched: seen, engine, signer, evidence } = ground;
  const gateway = ground.gateway();
  return {
    host: hostname(),
    roles: [...roles],
    version: programName(),
    startedAt,
    clockAheadMs: await clockAheadMs(database, clock),
    failures: await seen.metrics.failureCount(),
    messages: gateway === null ? null : { gateway, ...timesOf(seen.messages, 'lastAcceptedAt') },
    engine: engine === null ? null : engine(),
    certificates:
      signer === null
        ? null
        : {
            isDemonstration: signer.isDemonstration,
            signerUntil: signer.until.toISOString(),
            ...timesOf(seen.certificates, 'lastStampedAt'),
          },
    evidence: evidence === null ? null : await evidence(),
  };
}

const timesOf = <Good extends string>({ goodAt, badAt }: LastTimes, good: Good) =>
  ({ [good]: goodAt?.toISOString() ?? null, lastTroubleAt: badAt?.toISOString() ?? null }) as Record<
    Good | 'lastTroubleAt',
    string | null
  >;

/** Registers what the page about the installation asks. */
export async function addHealth(
  server: FastifyInstance,
  guard: Guard,
  queue: Pick<Queue<Job>, 'counts'>,
): Promise<void> {
  const { database } = guard;
  await server.register(
    healthRoutes(guard, {
      version: programName(),
      elapsedMs: () => performance.now(),
      queues: async () => [...(await queue.counts())],
      oldestCallback: () => oldestWaiting(database),
      migrations: () => migrationState(database),
    }),
  );
}
