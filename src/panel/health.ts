import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '../kernel/instant.ts';
import type { Figure, HealthAnswer, HealthCheck, HealthFinding, HealthState, ProcessReport } from './health.schema.ts';

/** What a process last said, and how long ago. */
export type Reported = {
  readonly report: ProcessReport;
  readonly reportedAt: Date;
  readonly secondsAgo: number;
  readonly hasEnded: boolean;
};

export type DatabaseHealth = {
  readonly roundTripMs: number;
  readonly sizeBytes: number;
  /** How long the statement has waited that waits for another one the longest. */
  readonly longestWaitSeconds: number;
};

export type CallbackHealth = {
  readonly waiting: number;
  readonly dead: number;
  /** Endpoints that nothing is delivered to: switched off, by hand or because they failed for days. */
  readonly disabled: number;
};

/** What the server itself tells of copies of its log; null: it makes none, or does not say. */
export type Archiving = { readonly lastArchivedAt: Date | null; readonly lastFailedAt: Date | null } | null;

/** What was found at one look at an installation. */
export type Measured = {
  readonly now: Date;
  readonly reports: readonly Reported[];
  readonly database: DatabaseHealth;
  readonly queues: HealthAnswer['queues'];
  readonly callbacks: CallbackHealth & { readonly oldestSeconds: number };
  readonly archiving: Archiving;
  /** Of the program that looks. */
  readonly version: string;
  readonly migrations: {
    readonly latest: string;
    /** What this version needs and the database has not, and the other way round. */
    readonly missing: number;
    readonly unknown: number;
  };
};

/** From where on somebody should look, or has to act. Jobs usually wait for less than a second, processes report every 15 s. */
const at = {
  silentSeconds: 60,
  /** A process that was silent for so long has been seen to, or is another one by now. */
  forgottenSeconds: MS_PER_DAY / MS_PER_SECOND,
  roundTripMs: 250,
  lockedSeconds: 30,
  jobLateSeconds: 60,
  jobStuckSeconds: 600,
  callbackLateSeconds: 900,
  messagesFailingMs: 10 * MS_PER_MINUTE,
  evidenceLow: { share: 0.1, bytes: 5e9 },
  evidenceFull: { share: 0.03, bytes: 1e9 },
  engineLateMs: MS_PER_MINUTE,
  signerEndingMs: 30 * MS_PER_DAY,
  archiveOldMs: 24 * MS_PER_HOUR,
  clockOffMs: 2 * MS_PER_SECOND,
  clockWrongMs: 30 * MS_PER_SECOND,
} as const;

type Check = HealthAnswer['checks'][number];
type Verdict = readonly [state: HealthState, finding: HealthFinding, figures?: readonly (Figure | null)[]];

/** Judges how an installation is. What nobody has measured is `unknown`, never well. */
export function judgeHealth(measured: Measured): HealthAnswer {
  const { now, queues } = measured;
  const living = measured.reports.filter(isLiving);
  const checks = Object.entries(judges).map(([check, judge]): Check => {
    const [state, finding, figures = []] = judge(measured, living);
    return { check: check as HealthCheck, state, finding, figures: figures.filter((figure) => figure !== null) };
  });
  return {
    at: now.toISOString(),
    checks,
    queues,
    processes: measured.reports
      .filter((each) => isLiving(each) || isSilent(each))
      .map((each) => ({
        host: each.report.host,
        roles: each.report.roles,
        version: each.report.version,
        startedAt: each.report.startedAt,
        reportedAt: each.reportedAt.toISOString(),
        isSilent: isSilent(each),
      })),
  };
}

const isLiving = ({ hasEnded, secondsAgo }: Reported): boolean => !hasEnded && secondsAgo <= at.silentSeconds;
const isSilent = ({ hasEnded, secondsAgo }: Reported): boolean =>
  !hasEnded && secondsAgo > at.silentSeconds && secondsAgo <= at.forgottenSeconds;

type Judge = (measured: Measured, living: readonly Reported[]) => Verdict;

const judges: Readonly<Record<HealthCheck, Judge>> = {
  processes({ reports }, living) {
    const figures = [count('running', living.length)];
    if (!living.some(({ report }) => report.roles.includes('worker'))) return ['act', 'worker-missing', figures];
    return reports.some(isSilent) ? ['look', 'process-silent', figures] : ['well', 'processes-well', figures];
  },

  database({ database: { roundTripMs, sizeBytes, longestWaitSeconds } }) {
    const figures = [
      seconds('round-trip', roundTripMs / MS_PER_SECOND),
      bytes('size', sizeBytes),
      seconds('longest-wait', longestWaitSeconds),
    ];
    if (longestWaitSeconds > at.lockedSeconds) return ['look', 'database-waits', figures];
    return roundTripMs > at.roundTripMs ? ['look', 'database-slow', figures] : ['well', 'database-well', figures];
  },

  jobs({ queues }) {
    const oldest = Math.max(0, ...queues.map(({ oldestSeconds }) => oldestSeconds));
    const retried = sum(queues.map((queue) => queue.retried));
    const figures = [
      count('ready', sum(queues.map(({ ready }) => ready))),
      seconds('oldest', oldest),
      count('retried', retried),
    ];
    if (oldest > at.jobStuckSeconds) return ['act', 'jobs-stuck', figures];
    if (oldest > at.jobLateSeconds) return ['look', 'jobs-late', figures];
    return retried > 0 ? ['look', 'jobs-failing', figures] : ['well', 'jobs-well', figures];
  },

  callbacks({ callbacks: { waiting, dead, disabled, oldestSeconds } }) {
    const figures = [
      count('waiting', waiting),
      seconds('oldest', oldestSeconds),
      count('dead', dead),
      count('disabled', disabled),
    ];
    if (dead > 0) return ['look', 'callbacks-dead', figures];
    return oldestSeconds > at.callbackLateSeconds
      ? ['look', 'callbacks-late', figures]
      : ['well', 'callbacks-well', figures];
  },

  messages({ reports, now }, living) {
    const gateways = [...new Set(living.flatMap(({ report }) => report.messages?.gateway ?? []))];
    if (gateways.length === 0) return ['unknown', 'messages-none'];
    const accepted = latest(reports, ({ messages }) => messages?.lastAcceptedAt);
    const trouble = latest(reports, ({ messages }) => messages?.lastTroubleAt);
    const figures = [
      word('gateway', gateways.join(', ')),
      instant('last-accepted', accepted),
      instant('last-trouble', trouble),
    ];
    if (gateways.includes('outbox')) return ['look', 'messages-outbox', figures];
    if (trouble === null || (accepted !== null && accepted > trouble)) return ['well', 'messages-well', figures];
    const isFailing = accepted === null || now.getTime() - accepted.getTime() > at.messagesFailingMs;
    return isFailing ? ['act', 'messages-failing', figures] : ['look', 'messages-troubled', figures];
  },

  evidence(_measured, living) {
    const folders = living.flatMap(({ report }) => report.evidence ?? []);
    const least = folders.toSorted((one, other) => one.freeBytes - other.freeBytes)[0];
    if (least === undefined) return ['unknown', 'evidence-bucket'];
    const share = least.totalBytes === 0 ? 0 : least.freeBytes / least.totalBytes;
    const figures = [bytes('free', least.freeBytes), { name: 'free-share', unit: 'share', value: share } as const];
    const isUnder = (bound: { readonly share: number; readonly bytes: number }): boolean =>
      share < bound.share || least.freeBytes < bound.bytes;
    if (isUnder(at.evidenceFull)) return ['act', 'evidence-full', figures];
    return isUnder(at.evidenceLow) ? ['look', 'evidence-low', figures] : ['well', 'evidence-well', figures];
  },

  engine(_measured, living) {
    const engines = living.flatMap(({ report }) => report.engine ?? []);
    if (engines.length === 0) return ['act', 'engine-missing'];
    const replaced = sum(engines.map((each) => each.replaced));
    const oldestMs = Math.max(0, ...engines.map(({ oldestWaitMs }) => oldestWaitMs));
    const figures = [
      count('workers', sum(engines.map(({ workers }) => workers))),
      count('busy', sum(engines.map(({ busy }) => busy))),
      count('waiting', sum(engines.map(({ waiting }) => waiting))),
      seconds('oldest', oldestMs / MS_PER_SECOND),
      count('replaced', replaced),
    ];
    if (oldestMs > at.engineLateMs) return ['look', 'engine-late', figures];
    return replaced > 0 ? ['look', 'engine-failing', figures] : ['well', 'engine-well', figures];
  },

  certificates({ reports, now }, living) {
    const issuing = living.flatMap(({ report }) => report.certificates ?? []);
    if (issuing.length === 0) return ['look', 'certificates-missing'];
    const until = new Date(Math.min(...issuing.map(({ signerUntil }) => Date.parse(signerUntil))));
    const stamped = latest(reports, ({ certificates }) => certificates?.lastStampedAt);
    const trouble = latest(reports, ({ certificates }) => certificates?.lastTroubleAt);
    const figures = [
      instant('last-stamped', stamped),
      instant('last-trouble', trouble),
      instant('signer-until', until),
    ];
    if (until <= now) return ['act', 'signer-ended', figures];
    if (trouble !== null && (stamped === null || trouble > stamped)) return ['act', 'certificates-waiting', figures];
    if (issuing.some(({ isDemonstration }) => isDemonstration)) return ['look', 'certificates-demonstration', figures];
    return until.getTime() - now.getTime() < at.signerEndingMs
      ? ['look', 'signer-ending', figures]
      : ['well', 'certificates-well', figures];
  },

  backups({ archiving, now }) {
    if (archiving === null) return ['unknown', 'backups-unknown'];
    const { lastArchivedAt: good, lastFailedAt: bad } = archiving;
    const figures = [instant('last-archived', good), instant('last-trouble', bad)];
    if (bad !== null && (good === null || bad > good)) return ['act', 'backups-archive-failing', figures];
    return good === null || now.getTime() - good.getTime() > at.archiveOldMs
      ? ['look', 'backups-archive-old', figures]
      : ['well', 'backups-archived', figures];
  },

  version({ version, migrations }, living) {
    const versions = [...new Set([version, ...living.map(({ report }) => report.version)])];
    const figures = [word('version', versions.join(', ')), word('migration', migrations.latest)];
    if (migrations.missing > 0) return ['act', 'migrations-missing', figures];
    if (versions.length > 1) return ['look', 'version-mixed', figures];
    return migrations.unknown > 0 ? ['look', 'version-older', figures] : ['well', 'version-well', figures];
  },

  clock(_measured, living) {
    const off = living.map(({ report }) => Math.abs(report.clockAheadMs));
    const mostMs = Math.max(0, ...off);
    const figures = [seconds('off-by', mostMs / MS_PER_SECOND)];
    if (mostMs > at.clockWrongMs) return ['act', 'clock-wrong', figures];
    return mostMs > at.clockOffMs ? ['look', 'clock-off', figures] : ['well', 'clock-well', figures];
  },

  failures(_measured, living) {
    const failures = sum(living.map(({ report }) => report.failures));
    const figures = [count('failures', failures)];
    return failures > 0 ? ['look', 'failures-some', figures] : ['well', 'failures-none', figures];
  },
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

/** The latest of an instant that processes tell, those that ended among them: what succeeded before a start did succeed. */
function latest(
  reports: readonly Reported[],
  told: (report: Reported['report']) => string | null | undefined,
): Date | null {
  const instants = reports.flatMap(({ report }) => told(report) ?? []).map((text) => Date.parse(text));
  return instants.length === 0 ? null : new Date(Math.max(...instants));
}

const count = (name: Figure['name'], value: number): Figure => ({ name, unit: 'count', value });
const bytes = (name: Figure['name'], value: number): Figure => ({ name, unit: 'bytes', value });
const seconds = (name: Figure['name'], value: number): Figure => ({ name, unit: 'seconds', value });
const word = (name: Figure['name'], value: string): Figure => ({ name, unit: 'word', value });
const instant = (name: Figure['name'], value: Date | null): Figure | null =>
  value === null ? null : { name, unit: 'instant', value: value.toISOString() };
