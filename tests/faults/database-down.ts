import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type OwnPostgres,
  ownPostgres,
  pausePostgres,
  postmasterPids,
  resumePostgres,
} from '../counterparts/postgres-own.ts';
import { clusterOf } from '../counterparts/postgres-service.ts';
import { Smsc } from '../counterparts/smsc.ts';
import { callService, readAnswer } from './call-service.ts';
import { FaultProxy } from './fault-proxy.ts';
import { JournalClient, type JournalLine, journalLines } from './journal-client.ts';
import { judge, settled } from './oracle.ts';
import { quantile, until } from './until.ts';
import { RunningService, type Settings, temporaryFolder } from './running-service.ts';

const CALLS_PER_SECOND = 50;
/** The bar is 5 s from call to answer. What is beyond it here is what a busy machine takes from caller, service and server together. */
const ANSWERED_WITHIN_MS = 5000;
const BUSY_MACHINE_MS = 5000;
const NORMAL_WITHIN_MS = 10_000 + BUSY_MACHINE_MS;
/** Counted as normal: so many accepted one after the other, none of them slow. */
const IN_A_ROW = 20;
const SLOW_MS = 500;

/** What happens to the server, once. */
export type Outage = {
  readonly name: string;
  /** `own`: a server that the service was given; `embedded`: the one it keeps itself. */
  readonly server: 'own' | 'embedded';
  readonly begin: (places: Places) => Promise<void>;
  /** Absent: it comes back by itself. */
  readonly end?: (places: Places) => Promise<void>;
};

type Places = { readonly own: OwnPostgres | null; readonly cluster: string };

export const outages: readonly Outage[] = [
  {
    name: 'stopped at once',
    server: 'own',
    begin: ({ own }) => own!.stopAtOnce(),
    end: ({ own }) => own!.start(),
  },
  { name: 'paused', server: 'own', begin: ({ own }) => own!.pause(), end: ({ own }) => own!.resume() },
  {
    name: 'embedded, paused',
    server: 'embedded',
    begin: ({ cluster }) => pausePostgres(cluster),
    end: ({ cluster }) => resumePostgres(cluster),
  },
  {
    name: 'embedded, its postmaster stopped at once',
    server: 'embedded',
    begin: async ({ cluster }) => postmasterPids(cluster).forEach((pid) => process.kill(pid, 'SIGQUIT')),
  },
  {
    name: 'embedded, its postmaster killed',
    server: 'embedded',
    begin: async ({ cluster }) => postmasterPids(cluster).forEach((pid) => process.kill(pid, 'SIGKILL')),
  },
];

/** Calls the service while its database is away, the given outages one after the other. @throws AssertionError when a bar is missed. */
export async function databaseAway(
  {
    server,
    events,
    downMs,
  }: { readonly server: Outage['server']; readonly events: readonly Outage[]; readonly downMs: number },
  print: (line: string) => void,
): Promise<void> {
  const folder = await temporaryFolder();
  const smsc = new Smsc();
  const own = server === 'own' ? await ownPostgres() : null;
  const proxy = own === null ? null : new FaultProxy({ target: { path: own.socket } });
  const sms = { host: '127.0.0.1', port: await smsc.listen(), systemId: 'cotejo', password: 'secret' };
  const settings: Settings = {
    ...(proxy === null ? {} : { DATABASE_URL: `postgres://cotejo@127.0.0.1:${await proxy.listen()}/cotejo` }),
    COTEJO_SMS_GATEWAY: 'smpp',
    COTEJO_SMS_SETTINGS: JSON.stringify(sms),
  };
  const service = await RunningService.create(settings);
  const places: Places = { own, cluster: clusterOf(service.folder) };
  try {
    await service.start();
    const { account, ...credentials } = await service.createAccountMeanwhile(1_000_000);
    const caller = { url: service.url, ...credentials };
    const journalFile = path.join(folder, 'calls.jsonl');
    using client = new JournalClient({
      ...caller,
      journalFile,
      callsPerSecond: CALLS_PER_SECOND,
      keyedShare: 0.5,
      firstCall: 0,
      timeoutMs: 3 * ANSWERED_WITHIN_MS,
    });
    client.start();
    const rounds: object[] = [];
    for (const { name, begin, end } of events) {
      await delay(1500);
      const beganAt = Date.now();
      await begin(places);
      let readyWhileDown: boolean | null = null;
      if (end !== undefined) {
        await delay(downMs);
        readyWhileDown = await service.isReady();
        await end(places);
      }
      const returnedAt = Date.now();
      const normalAfterMs = await until(() => isNormal(callsSince(journalFile, returnedAt)), NORMAL_WITHIN_MS, 100);
      const met = journalLines(readFileSync(journalFile, 'utf8')).filter(
        (line) => line.kind === 'unanswered' && line.atMs >= beganAt,
      ).length;
      rounds.push({
        name,
        downMs: returnedAt - beganAt,
        met,
        readyWhileDown,
        normalAfterMs: normalAfterMs && Math.round(normalAfterMs),
      });
      assert.ok(
        normalAfterMs !== null,
        `${name}: not normal ${NORMAL_WITHIN_MS} ms after its return: ${service.output.slice(-1500)}`,
      );
      assert.ok(met > 0, `${name}: an outage that no call met proves nothing`);
      assert.notEqual(readyWhileDown, true, `${name}: ready without a database`);
    }
    const { calls, answered } = await client.finish();
    if (own !== null) await settled(account, own.connection);
    else await service.withDatabase((connection) => settled(account, connection));
    const credits = await callService(caller, 'GetCreditos', { Resp: 'JSON' });
    await service.stop();

    const lines = journalLines(readFileSync(journalFile, 'utf8'));
    const outcomes = lines.flatMap((line) => (line.kind === 'sent' ? [] : [line]));
    const slowestMs = Math.max(...outcomes.map(({ ms }) => ms));
    const database = own === null ? await service.openDatabase() : null;
    const verdict = await judge(
      [readFileSync(journalFile, 'utf8')],
      smsc.taken.map(({ to }) => ({ to, reference: null })),
      account,
      database?.connection ?? own!.connection,
    ).finally(() => database?.stop());
    const codes = countsOf(
      outcomes.map((line) => (line.kind === 'unanswered' ? line.code : `Res ${readAnswer(line.body).Res}`)),
    );
    print(
      `${JSON.stringify({
        rounds,
        calls,
        answered,
        outcomes: codes,
        slowestMs: Math.round(slowestMs),
        p99Ms: Math.round(
          quantile(
            outcomes.map(({ ms }) => ms),
            0.99,
          ),
        ),
      })}; ${JSON.stringify(verdict)}`,
    );
    assert.deepEqual(
      Object.keys(codes).filter((code) => !['Res 1', 'HTTP 503'].includes(code)),
      [],
      'an answer, or none, but nothing invented',
    );
    assert.ok(slowestMs <= ANSWERED_WITHIN_MS + BUSY_MACHINE_MS, `an answer took ${slowestMs} ms`);
    const late = outcomes.filter(({ ms }) => ms > ANSWERED_WITHIN_MS).length;
    assert.ok(
      late <= outcomes.length / 100,
      `${late} of ${outcomes.length} answers took longer than ${ANSWERED_WITHIN_MS} ms`,
    );
    assert.ok('status' in credits && credits.status === 200);
    for (const [fault, count] of Object.entries(verdict.faults)) assert.equal(count, 0, fault);
  } finally {
    await resumePostgres(places.cluster);
    await service.remove();
    await proxy?.close();
    await smsc.close();
    await own?.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Outcomes of calls that were sent after a moment, in their order. */
function callsSince(journalFile: string, sinceMs: number): Exclude<JournalLine, { kind: 'sent' }>[] {
  return journalLines(readFileSync(journalFile, 'utf8')).flatMap((line) =>
    line.kind !== 'sent' && line.atMs - line.ms >= sinceMs ? [line] : [],
  );
}

const isNormal = (outcomes: readonly Exclude<JournalLine, { kind: 'sent' }>[]): boolean => {
  const last = outcomes.slice(-IN_A_ROW);
  return last.length === IN_A_ROW && last.every(({ kind, ms }) => kind === 'answered' && ms < SLOW_MS);
};

function countsOf(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
