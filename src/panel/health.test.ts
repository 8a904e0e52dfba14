import assert from 'node:assert/strict';
import test from 'node:test';
import type { HealthCheck, HealthState, ProcessReport } from './health.schema.ts';
import { type Measured, type Reported, judgeHealth } from './health.ts';

const NOW = new Date('2026-11-25T10:00:00Z');
const before = (minutes: number): string => new Date(NOW.getTime() - minutes * 60_000).toISOString();
const DAY = 1440;

const report: ProcessReport = {
  host: 'one',
  roles: ['api', 'worker'],
  version: 'cotejo 1.0.0',
  startedAt: before(DAY),
  clockAheadMs: 3,
  failures: 0,
  messages: { gateway: 'smpp', lastAcceptedAt: before(1), lastTroubleAt: null },
  engine: { workers: 2, busy: 1, waiting: 0, oldestWaitMs: 0, replaced: 0 },
  certificates: {
    isDemonstration: false,
    signerUntil: before(-300 * DAY),
    lastStampedAt: before(2),
    lastTroubleAt: null,
  },
  evidence: { freeBytes: 80e9, totalBytes: 100e9 },
};
const reported = (said: Partial<ProcessReport> = {}, secondsAgo = 5, hasEnded = false): Reported => ({
  report: { ...report, ...said },
  secondsAgo,
  hasEnded,
  reportedAt: new Date(NOW.getTime() - secondsAgo * 1000),
});
const queue = { kind: 'run-engine', ready: 1, later: 4, active: 2, retried: 0, oldestSeconds: 1 };
const well: Measured = {
  now: NOW,
  reports: [reported()],
  database: { roundTripMs: 1, sizeBytes: 1e9, longestWaitSeconds: 0 },
  queues: [queue],
  callbacks: { waiting: 2, dead: 0, disabled: 0, oldestSeconds: 1 },
  archiving: { lastArchivedAt: new Date(before(5)), lastFailedAt: null },
  version: 'cotejo 1.0.0',
  migrations: { latest: '0014', missing: 0, unknown: 0 },
};

const judged = (change: Partial<Measured>, check: HealthCheck): readonly [HealthState, string] => {
  const found = judgeHealth({ ...well, ...change }).checks.find((each) => each.check === check)!;
  return [found.state, found.finding];
};
const saying = (said: Partial<ProcessReport>): Partial<Measured> => ({ reports: [reported(said)] });

test('an installation that is well is well in every part', () => {
  const { checks } = judgeHealth(well);
  assert.equal(checks.length, 12);
  assert.deepEqual(
    checks.filter(({ state }) => state !== 'well'),
    [],
  );
});

test('each part tells what is wrong with it', () => {
  const { messages, engine, certificates } = report as {
    [Part in keyof ProcessReport]: NonNullable<ProcessReport[Part]>;
  };
  const cases: readonly (readonly [HealthCheck, Partial<Measured>, HealthState, string])[] = [
    ['processes', { reports: [] }, 'act', 'worker-missing'],
    ['processes', saying({ roles: ['api'] }), 'act', 'worker-missing'],
    ['processes', { reports: [reported({}, 61)] }, 'act', 'worker-missing'],
    ['processes', { reports: [reported(), reported({}, 61)] }, 'look', 'process-silent'],
    ['processes', { reports: [reported(), reported({}, 61, true)] }, 'well', 'processes-well'],
    ['processes', { reports: [reported(), reported({}, 90_000)] }, 'well', 'processes-well'],
    ['database', { database: { ...well.database, roundTripMs: 251 } }, 'look', 'database-slow'],
    ['database', { database: { ...well.database, longestWaitSeconds: 31 } }, 'look', 'database-waits'],
    ['jobs', { queues: [{ ...queue, retried: 1 }] }, 'look', 'jobs-failing'],
    ['jobs', { queues: [queue, { ...queue, oldestSeconds: 61 }] }, 'look', 'jobs-late'],
    ['jobs', { queues: [{ ...queue, oldestSeconds: 601 }, queue] }, 'act', 'jobs-stuck'],
    ['callbacks', { callbacks: { ...well.callbacks, oldestSeconds: 901 } }, 'look', 'callbacks-late'],
    ['callbacks', { callbacks: { ...well.callbacks, dead: 1 } }, 'look', 'callbacks-dead'],
    ['messages', saying({ messages: null }), 'unknown', 'messages-none'],
    ['messages', saying({ messages: { ...messages, gateway: 'outbox' } }), 'look', 'messages-outbox'],
    ['messages', saying({ messages: { ...messages, lastTroubleAt: before(0) } }), 'look', 'messages-troubled'],
    [
      'messages',
      saying({ messages: { ...messages, lastAcceptedAt: before(11), lastTroubleAt: before(0) } }),
      'act',
      'messages-failing',
    ],
    [
      'messages',
      saying({ messages: { ...messages, lastAcceptedAt: null, lastTroubleAt: before(0) } }),
      'act',
      'messages-failing',
    ],
    ['messages', saying({ messages: { ...messages, lastTroubleAt: before(9) } }), 'well', 'messages-well'],
    ['evidence', saying({ evidence: null }), 'unknown', 'evidence-bucket'],
    ['evidence', saying({ evidence: { freeBytes: 9e9, totalBytes: 100e9 } }), 'look', 'evidence-low'],
    ['evidence', saying({ evidence: { freeBytes: 4e9, totalBytes: 10e9 } }), 'look', 'evidence-low'],
    ['evidence', saying({ evidence: { freeBytes: 2e9, totalBytes: 100e9 } }), 'act', 'evidence-full'],
    ['engine', saying({ engine: null }), 'act', 'engine-missing'],
    ['engine', saying({ engine: { ...engine, oldestWaitMs: 60_001 } }), 'look', 'engine-late'],
    ['engine', saying({ engine: { ...engine, replaced: 1 } }), 'look', 'engine-failing'],
    ['certificates', saying({ certificates: null }), 'look', 'certificates-missing'],
    [
      'certificates',
      saying({ certificates: { ...certificates, isDemonstration: true } }),
      'look',
      'certificates-demonstration',
    ],
    [
      'certificates',
      saying({ certificates: { ...certificates, lastTroubleAt: before(0) } }),
      'act',
      'certificates-waiting',
    ],
    [
      'certificates',
      saying({ certificates: { ...certificates, signerUntil: before(-29 * DAY) } }),
      'look',
      'signer-ending',
    ],
    ['certificates', saying({ certificates: { ...certificates, signerUntil: before(0) } }), 'act', 'signer-ended'],
    ['backups', { archiving: null }, 'unknown', 'backups-unknown'],
    ['backups', { archiving: { lastArchivedAt: null, lastFailedAt: null } }, 'look', 'backups-archive-old'],
    [
      'backups',
      { archiving: { lastArchivedAt: new Date(before(2 * DAY)), lastFailedAt: null } },
      'look',
      'backups-archive-old',
    ],
    [
      'backups',
      { archiving: { lastArchivedAt: new Date(before(5)), lastFailedAt: new Date(before(4)) } },
      'act',
      'backups-archive-failing',
    ],
    ['version', saying({ version: 'cotejo 1.0.1' }), 'look', 'version-mixed'],
    ['version', { migrations: { latest: '0013', missing: 1, unknown: 0 } }, 'act', 'migrations-missing'],
    ['version', { migrations: { latest: '0015', missing: 0, unknown: 1 } }, 'look', 'version-older'],
    ['clock', saying({ clockAheadMs: -2001 }), 'look', 'clock-off'],
    ['clock', saying({ clockAheadMs: 30_001 }), 'act', 'clock-wrong'],
    ['failures', saying({ failures: 1 }), 'look', 'failures-some'],
  ];
  for (const [check, change, state, finding] of cases)
    assert.deepEqual(judged(change, check), [state, finding], finding);
});

test('what last succeeded is remembered when the process that did it has ended', () => {
  const ended = reported({ messages: { gateway: 'smpp', lastAcceptedAt: before(3), lastTroubleAt: null } }, 900, true);
  const begun = reported({ messages: { gateway: 'smpp', lastAcceptedAt: null, lastTroubleAt: null } });
  const { checks, processes } = judgeHealth({ ...well, reports: [begun, ended] });
  const messages = checks.find(({ check }) => check === 'messages')!;
  assert.deepEqual(
    messages.figures.find(({ name }) => name === 'last-accepted'),
    { name: 'last-accepted', unit: 'instant', value: before(3) },
  );
  assert.equal(processes.length, 1, 'it is no longer among the processes that are there');
});
