import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
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
