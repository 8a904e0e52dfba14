import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../src/kernel/random.ts';
import { byChance } from '../counterparts/sms-behaviour.ts';
import { Smsc } from '../counterparts/smsc.ts';
import { JournalClient } from './journal-client.ts';
import { judge, settled } from './oracle.ts';
import { RunningService, temporaryFolder } from './running-service.ts';

const KILLS = Number(process.env['COTEJO_TEST_KILLS'] ?? 30);
const CALLS_PER_SECOND = 50;
const BACK_WITHIN_MS = 5000;

test(`killed ${KILLS} times under ${CALLS_PER_SECOND} calls a second: nothing acknowledged is lost, charged twice or never sent`, async () => {
  const seed = Date.now() % 2 ** 31;
  process.stdout.write(`kills: seed ${seed}\n`);
  const chance = seededRandom(seed);
  const folder = await temporaryFolder();
  const smsc = new Smsc({
    journalFile: path.join(folder, 'smsc.jsonl'),
    behave: byChance('accept:93,throttle:3,late=300:2,answer-and-cut:2', seed),
  });
  const smscPort = await smsc.listen();
  const service = await RunningService.create({
    COTEJO_SMS_GATEWAY: 'smpp',
    COTEJO_SMS_SETTINGS: JSON.stringify({ host: '127.0.0.1', port: smscPort, systemId: 'cotejo', password: 'secret' }),
  });
  try {
    await service.start();
    const account = service.createAccount(1_000_000);
    const journalFile = path.join(folder, 'calls.jsonl');
    const client = new JournalClient({
      url: service.url,
      ...account,
      journalFile,
      callsPerSecond: CALLS_PER_SECOND,
      keyedShare: 0.5,
      firstCall: 0,
    });
    client.start();
    const back: number[] = [];
    let killedWhileCalling = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      await delay(300 + chance() * 900);
      const before = client.answered;
      await service.kill();
      killedWhileCalling += client.answered > 0 && before > 0 ? 1 : 0;
      back.push(await service.start());
    }
    await delay(500);
    const { calls, answered } = await client.finish();
    await service.withDatabase((connection) => settled(account.account, connection));
    await service.stop();

    const database = await service.openDatabase();
    const verdict = await judge(
      [readFileSync(journalFile, 'utf8')],
      smsc.taken.map(({ to }) => ({ to, reference: null })),
      account.account,
      database.connection,
    ).finally(() => database.stop());
    back.sort((a, b) => a - b);
    process.stdout.write(
      `kills: ${KILLS} kills, ${calls} calls, ${answered} answered; back after ${Math.round(back[back.length >> 1]!)} ms (median), ${Math.round(back.at(-1)!)} ms (longest); ${JSON.stringify(verdict)}\n`,
    );
    assert.equal(killedWhileCalling, KILLS, 'a kill that hits nothing proves nothing');
    assert.ok(answered > KILLS * 10);
    for (const [fault, count] of Object.entries(verdict.faults)) assert.equal(count, 0, fault);
    assert.ok(back.at(-1)! <= BACK_WITHIN_MS, `back after ${back.at(-1)} ms`);
  } finally {
    await service.remove();
    await smsc.close();
    await rm(folder, { recursive: true, force: true });
  }
});
