import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../src/kernel/random.ts';
import { childrenOf, postmasterPids } from '../counterparts/postgres-own.ts';
import { clusterOf } from '../counterparts/postgres-service.ts';
import { byChance } from '../counterparts/sms-behaviour.ts';
import { Smsc } from '../counterparts/smsc.ts';
import { JournalClient } from './journal-client.ts';
import { judge, settled } from './oracle.ts';
import { RunningService, temporaryFolder } from './running-service.ts';
import { quantile } from './until.ts';

const CALLS_PER_SECOND = 50;
const BACK_WITHIN_MS = 5000;
/** A job that died with its worker several times is begun again after up to a minute. */
const SETTLED_WITHIN_MS = 120_000;

/** `service`: its server goes on, as it is made to. `everything`: the server's postmaster and all of its processes, too. */
export type Killed = 'service' | 'everything';

/**
 * Kills it again and again while it is called, starts it each time, and lets the oracle judge at the end.
 *
 * Back within 5 s holds for a machine that the service has to itself: the time that its main thread and, where it was started anew, the
 * postmaster stood in line for a CPU (as the kernel counts it) is taken off, so that a busy machine neither fails it nor hides anything
 * else. Both figures are printed.
 *
 * @throws AssertionError when a bar is missed, or when a kill hit nothing.
 */
export async function killAgainAndAgain(
  { killed, kills, seed }: { readonly killed: Killed; readonly kills: number; readonly seed: number },
  print: (line: string) => void,
): Promise<void> {
  print(`${killed}: seed ${seed}`);
  const chance = seededRandom(seed);
  const folder = await temporaryFolder();
  const smsc = new Smsc({
    journalFile: path.join(folder, 'smsc.jsonl'),
    // What it refuses would be tried again after pauses of up to an hour; `sms-faults` looks at that.
    behave: byChance('accept:95,late=300:5', seed),
  });
  const sms = { host: '127.0.0.1', port: await smsc.listen(), systemId: 'cotejo', password: 'secret' };
  const service = await RunningService.create({
    COTEJO_SMS_GATEWAY: 'smpp',
    COTEJO_SMS_SETTINGS: JSON.stringify(sms),
  });
  try {
    await service.start();
    const { account, ...credentials } = await service.createAccountMeanwhile(10_000_000);
    const journalFile = path.join(folder, 'calls.jsonl');
    using client = new JournalClient({
      url: service.url,
      ...credentials,
      journalFile,
      callsPerSecond: CALLS_PER_SECOND,
      keyedShare: 0.5,
      firstCall: 0,
    });
    client.start();
    const back: number[] = [];
    const backOnItsOwn: number[] = [];
    let killedWhileCalling = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const before = client.answered;
      await delay(300 + chance() * 900);
      // It was answering since it was back: on a busy machine that may take longer.
      for (let waited = 0; client.answered === before && waited < 5000; waited += 20) await delay(20);
      killedWhileCalling += client.answered > before ? 1 : 0;
      const server = killed === 'service' ? [] : postmasterPids(clusterOf(service.folder));
      const processes = server.flatMap((pid) => [pid, ...childrenOf(pid)]);
      await service.kill();
      for (const pid of processes) endNow(pid);
      const backAfterMs = await service.start();
      back.push(backAfterMs);
      const begun = killed === 'service' ? [] : postmasterPids(clusterOf(service.folder));
      const inLineMs = [service.pid, ...begun].reduce((sum, pid) => sum + waitedForCpuMs(pid), 0);
      backOnItsOwn.push(backAfterMs - inLineMs);
    }
    await delay(500);
    const { calls, answered } = await client.finish();
    const waiting = await service.withDatabase((connection) => settled(account, connection, SETTLED_WITHIN_MS));
    await service.stop();

    const database = await service.openDatabase();
    const verdict = await judge(
      [readFileSync(journalFile, 'utf8')],
      smsc.taken.map(({ to }) => ({ to, reference: null })),
      account,
      database.connection,
    ).finally(() => database.stop());
    const figures = (values: readonly number[]): string =>
      `${Math.round(quantile(values, 0.5))} ms (median), ${Math.round(Math.max(...values))} ms (longest)`;
    print(
      `${killed}: ${kills} kills, ${calls} calls, ${answered} answered; back after ${figures(back)}, without waiting for a CPU ${figures(backOnItsOwn)}; ${JSON.stringify(verdict)}`,
    );
    assert.equal(killedWhileCalling, kills, 'a kill that hits nothing proves nothing');
    assert.ok(answered > kills * 10);
    assert.equal(waiting, 0, 'something is never sent');
    for (const [fault, count] of Object.entries(verdict.faults)) assert.equal(count, 0, fault);
    const longest = Math.max(...backOnItsOwn);
    assert.ok(longest <= BACK_WITHIN_MS, `back after ${longest} ms`);
  } finally {
    await service.remove();
    await smsc.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** How long the main thread of a process has stood in line for a CPU since it began. */
const waitedForCpuMs = (pid: number): number =>
  // `<ns on a CPU> <ns waiting for one> <time slices>`
  Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;

function endNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it had ended by itself
  }
}
