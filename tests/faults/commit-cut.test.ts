import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../src/kernel/random.ts';
import { ownPostgres } from '../counterparts/postgres-own.ts';
import { Smsc } from '../counterparts/smsc.ts';
import { callService, readAnswer } from './call-service.ts';
import { FaultProxy, toxicOf } from './fault-proxy.ts';
import { JournalClient, bodyOfCall, journalLines } from './journal-client.ts';
import { judge, settled } from './oracle.ts';
import { until } from './until.ts';
import { RunningService, temporaryFolder } from './running-service.ts';

const STORM_SECONDS = 15;
const CALLS_PER_SECOND = 50;
const RECOVERED_WITHIN_MS = 10_000;
/** Of the COMMITs, this share never arrives, and as many are done and not answered. */
const COMMITS_CUT = 0.04;

test(`database connections cut at random bytes and in COMMIT for ${STORM_SECONDS} s of ${CALLS_PER_SECOND} calls a second`, async () => {
  const seed = Number(process.env['COTEJO_SEED'] ?? Date.now() % 2 ** 31);
  process.stdout.write(`cuts: seed ${seed}\n`);
  const chance = seededRandom(seed);
  const postgres = await ownPostgres();
  const folder = await temporaryFolder();
  const smsc = new Smsc();
  const cutInCommit = { before: 0, after: 0 };
  let isStormy = false;
  const proxy = new FaultProxy({
    target: { path: postgres.socket },
    seed,
    intercept(piece, direction) {
      if (!isStormy || direction === 'down' || !piece.includes('commit\0')) return 'pass';
      const drawn = chance();
      if (drawn < COMMITS_CUT) {
        cutInCommit.before += 1;
        return 'cut-before';
      }
      if (drawn < 2 * COMMITS_CUT) {
        cutInCommit.after += 1;
        return 'cut-after';
      }
      return 'pass';
    },
  });
  const service = await RunningService.create({
    DATABASE_URL: `postgres://cotejo@127.0.0.1:${await proxy.listen()}/cotejo`,
    COTEJO_SMS_GATEWAY: 'smpp',
    COTEJO_SMS_SETTINGS: JSON.stringify({
      host: '127.0.0.1',
      port: await smsc.listen(),
      systemId: 'cotejo',
      password: 'secret',
    }),
  });
  try {
    await service.start();
    const { account, ...credentials } = await service.createAccountMeanwhile(1_000_000);
    const caller = { url: service.url, ...credentials };
    const { pid } = service;
    const journalFile = path.join(folder, 'calls.jsonl');
    using client = new JournalClient({
      ...caller,
      journalFile,
      callsPerSecond: CALLS_PER_SECOND,
      keyedShare: 0.5,
      firstCall: 0,
      timeoutMs: 6000,
    });
    isStormy = true;
    proxy.toxics = [toxicOf('limit-data=200..150000:up:0.7'), toxicOf('limit-data=200..150000:down:0.7')];
    proxy.cutAll(); // those that were made before
    client.start();
    await delay(STORM_SECONDS * 1000);
    isStormy = false;
    proxy.toxics = [];
    proxy.cutAll();
    let recovery = 0;
    const recoveredAfterMs = await until(async () => {
      const outcome = await callService(caller, 'GetCreditos', { Resp: 'JSON', attempt: (recovery += 1) });
      return 'status' in outcome && outcome.status === 200 && readAnswer(outcome.body).Res === 1;
    }, RECOVERED_WITHIN_MS);
    await delay(1000);
    const { calls, answered } = await client.finish();
    assert.ok(service.isRunning && service.pid === pid, service.output.slice(-3000));

    // Who asks again under the same key gets the first answer, to the byte.
    const lines = journalLines(readFileSync(journalFile, 'utf8'));
    const keyOf = new Map(lines.flatMap((line) => (line.kind === 'sent' ? [[line.call, line.key] as const] : [])));
    const keyed = lines.flatMap((line) =>
      line.kind === 'answered' && keyOf.get(line.call) ? [{ ...line, key: keyOf.get(line.call)! }] : [],
    );
    let otherBodies = 0;
    for (const { call, key, body } of keyed) {
      const again = await callService(caller, 'VerificarIdentidad', bodyOfCall(call), { key });
      if (!('body' in again) || again.body !== body) otherBodies += 1;
    }
    await settled(account, postgres.connection);
    await service.stop();

    const sent = smsc.taken.map(({ to }) => ({ to, reference: null }));
    const verdict = await judge([readFileSync(journalFile, 'utf8')], sent, account, postgres.connection);
    process.stdout.write(
      `cuts: ${JSON.stringify({ ...proxy.counts, cutInCommit, calls, answered, asked: keyed.length, otherBodies, recoveredAfterMs })}; ${JSON.stringify(verdict)}\n`,
    );
    assert.ok(cutInCommit.before >= 5 && cutInCommit.after >= 5, 'a storm that hits no COMMIT proves nothing');
    assert.ok(recoveredAfterMs !== null, `not recovered after ${RECOVERED_WITHIN_MS} ms`);
    assert.ok(answered > (calls * 2) / 3, 'the service went on answering');
    assert.equal(otherBodies, 0, 'another body under the same key');
    for (const [fault, count] of Object.entries(verdict.faults)) assert.equal(count, 0, fault);
  } finally {
    await service.remove();
    await proxy.close();
    await smsc.close();
    await postgres.remove();
    await rm(folder, { recursive: true, force: true });
  }
});
