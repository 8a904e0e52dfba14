import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { testPostgres } from '../../tests/counterparts/postgres.ts';
import { type OpenDatabase, openDatabase } from './database.client.ts';
import { type Queue, openQueue } from './queue.client.ts';

type Letter = { readonly kind: 'letter'; readonly at: Date; readonly isBulk?: boolean; readonly name: string };

let postgres: Awaited<ReturnType<typeof testPostgres>>;
let opened: OpenDatabase;

before(async () => {
  postgres = await testPostgres();
  opened = openDatabase(postgres.connection);
});

after(async () => {
  await opened.close();
  await postgres.stop();
});

const open = (): Promise<Queue<Letter>> =>
  openQueue<Letter>({
    address: postgres.connection,
    kinds: ['letter'],
    concurrency: 2,
    clock: () => new Date(),
    onError: (error) => assert.fail(String(error)),
  });

test('one message goes before the ten thousand that another account asked for first', async () => {
  const queue = await open();
  const at = new Date();
  const done: string[] = [];
  const write = (letters: readonly Letter[]): Promise<void> =>
    opened.database.transaction().execute((transaction) => queue.enqueue(transaction, letters));
  await write(Array.from({ length: 10_000 }, (_, n) => ({ kind: 'letter', at, isBulk: true, name: `bulk ${n}` })));
  await queue.work({
    letter: async ({ name }) => {
      await delay(5);
      done.push(name);
    },
  });
  while (done.length < 50) await delay(20);
  const before = done.length;
  await write([{ kind: 'letter', at, name: 'one' }]);
  const writtenAt = performance.now();
  while (!done.includes('one')) {
    assert.ok(performance.now() - writtenAt < 10_000, 'the one message waits for the many');
    await delay(10);
  }
  const overtaken = done.indexOf('one') - before;
  process.stdout.write(
    `one message among 10,000: after ${Math.round(performance.now() - writtenAt)} ms, behind ${overtaken} others\n`,
  );
  assert.ok(overtaken < 1000);
  await queue.stop();
});

test('a transaction that is rolled back leaves no job', async () => {
  const queue = await open();
  await assert.rejects(
    opened.database.transaction().execute(async (transaction) => {
      await queue.enqueue(transaction, [{ kind: 'letter', at: new Date(), name: 'rolled back' }]);
      throw new Error('no');
    }),
  );
  const { rows } = await opened.pool.query(`select 1 from pgboss.job where data->>'name' = 'rolled back'`);
  assert.equal(rows.length, 0);
  await queue.stop();
});

test('a database that stands still for five seconds is nothing that fails: jobs wait for it, and are done', async () => {
  const kinds = Array.from({ length: 8 }, (_, kind) => `busy-${kind}`);
  const errors: string[] = [];
  const waited: string[] = [];
  const done = new Set<string>();
  type Busy = { readonly kind: string; readonly at: Date; readonly name: string };
  const queue = await openQueue<Busy>({
    address: postgres.connection,
    kinds,
    concurrency: 2,
    clock: () => new Date(),
    onError: (error) => errors.push(String(error)),
    onWaiting: (reason) => waited.push(reason),
  });
  await queue.work(Object.fromEntries(kinds.map((kind) => [kind, async ({ name }: Busy) => void done.add(name)])));
  const jobs = kinds.map((kind) => ({ kind, at: new Date(), name: kind }));
  await opened.database.transaction().execute(async (transaction) => {
    await sql`lock table pgboss.job, pgboss.queue in access exclusive mode`.execute(transaction);
    for (let second = 0; second < 5; second += 1) {
      await delay(1000);
      await sql`select`.execute(transaction); // who does nothing for five seconds is cut off
    }
  });
  await opened.database.transaction().execute((transaction) => queue.enqueue(transaction, jobs));
  for (let waitedMs = 0; done.size < jobs.length && waitedMs < 20_000; waitedMs += 50) await delay(50);
  await queue.stop();
  assert.equal(done.size, jobs.length);
  assert.deepEqual(errors, []);
  assert.deepEqual(waited, []);
});

test('a database that goes away is told as that, in a word and once, not as errors that nobody expected', async () => {
  const errors: unknown[] = [];
  const waited: [reason: string, times: number][] = [];
  const kinds = ['lost'];
  type Lost = { readonly kind: 'lost'; readonly at: Date };
  const queue = await openQueue<Lost>({
    address: postgres.connection,
    kinds,
    concurrency: 2,
    clock: () => new Date(),
    onError: (error) => errors.push(error),
    onWaiting: (...told) => waited.push(told),
  });
  let failures = 0;
  await queue.work({
    lost: async () => {
      failures += 1;
      if (failures === 1) throw Object.assign(new Error('Connection terminated unexpectedly'));
    },
  });
  await opened.database
    .transaction()
    .execute((transaction) => queue.enqueue(transaction, [{ kind: 'lost', at: new Date() }]));
  for (let cuts = 0; cuts < 5; cuts += 1) {
    await opened.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pgboss' and pid <> pg_backend_pid()`,
    );
    await delay(300);
  }
  while (failures < 2) await delay(50);
  await queue.stop();
  assert.deepEqual(errors, []);
  assert.equal(waited.length, 1, JSON.stringify(waited));
  assert.match(waited[0]![0], /^(57P01|connection-lost|E[A-Z]+)$/);
});
