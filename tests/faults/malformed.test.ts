import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import pg from 'pg';
import { sendMalformedTo, summaryOf } from '../contract/send-malformed.ts';
import { RunningService } from './running-service.ts';

const CALLS = 10_000;
const CREDITS = 1000;

test(`${CALLS} malformed calls to the running service: no 5xx, no crash, no credit moved, every answer readable`, async () => {
  const seed = Number(process.env['COTEJO_SEED'] ?? Date.now() % 2_147_483_647);
  process.stdout.write(`malformed: seed ${seed}\n`);
  const service = await RunningService.create();
  try {
    await service.start();
    const { pid } = service;
    const { account, apiUser, apiToken } = await service.createAccountMeanwhile(CREDITS);
    const rss = (): number =>
      Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
    const before = rss();
    const Authorization = `Basic ${Buffer.from(`${apiUser}:${apiToken}`).toString('base64')}`;
    const run = await sendMalformedTo(service.url, { Authorization, calls: CALLS, seed, rss });
    process.stdout.write(
      `malformed: ${CALLS} calls; ${summaryOf(run)}; resident ${Math.round(before / 1e6)} MB before, then ${run.rssMegabytes.join(' ')} MB\n`,
    );
    assert.ok(service.isRunning && service.pid === pid && (await service.isReady()), service.output.slice(-2000));
    assert.doesNotMatch(service.output, /something failed that should not|"level":(50|60)|uncaught/i);
    const moved = await service.withDatabase(async (connection) => {
      const client = new pg.Client(connection);
      await client.connect();
      const { rows } = await client.query<{ moved: number }>(
        `select count(*)::integer as moved from credit_entry where account_id = $1 and kind <> 'top-up'`,
        [account],
      );
      await client.end();
      return rows[0]!.moved;
    });
    if (run.accepted === 0) assert.equal(moved, 0);
    assert.ok(run.answers.size > 12, 'the calls reach many kinds of answers');
    assert.ok(run.rssMegabytes.at(-1)! < run.rssMegabytes[4]! * 1.3, 'memory grows with the calls');
  } finally {
    await service.remove();
  }
});
