// Several processes over one database, as one rule.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { testPostgres } from '../../tests/counterparts/postgres.ts';
import { type OpenDatabase, openDatabase } from '../storage/database.client.ts';
import { migrate } from '../storage/migrate.client.ts';
import { sha256 } from './secrets.client.ts';
import { throttleOver } from './throttle.store.ts';
import { blockingRule, throttleInMemory } from './throttle.ts';

let postgres: Awaited<ReturnType<typeof testPostgres>>;
let opened: OpenDatabase;
let now = new Date('2026-03-01T00:00:00Z');
/** Each statement takes a connection for itself, as does each transaction. */
let statements = 0;

before(async () => {
  postgres = await testPostgres();
  opened = openDatabase(postgres.connection);
  await migrate(opened.database, new Date());
  opened.pool.on('acquire', () => (statements += 1));
});
after(async () => {
  await opened.close();
  await postgres.stop();
});

const clock = (): Date => now;
const pass = (seconds: number): void => void (now = new Date(now.getTime() + seconds * 1000));

const startProcess = (names: 'api' | 'panel' = 'api') =>
  throttleOver({ database: opened.database, clock, local: throttleInMemory(clock), sha256, names });
type Process = ReturnType<typeof startProcess>;

type Outcome = 'blocked' | 'wrong' | 'right';

/** A call as the routes make it. */
async function call(process: Process, address: string, name: string, isRight = false): Promise<Outcome> {
  if (process.blockedForSeconds(address, name) !== null) return 'blocked';
  const end = await process.turn(address, name);
  try {
    if (process.blockedForSeconds(address, name) !== null) return 'blocked';
    await delay(1); // it is looked up
    if (!isRight) return (await process.failed(address, name)) === null ? 'wrong' : 'blocked';
    await process.succeeded(address, name);
    return 'right';
  } finally {
    end();
  }
}

let hosts = 0;
const newAddress = (): string => `192.0.2.${(hosts += 1)}`;

test('the eleventh wrong call in a row is refused whichever process it comes to, and blocked calls cost no statement', async () => {
  const processes = [startProcess(), startProcess(), startProcess()];
  const address = newAddress();
  const outcomes: Outcome[] = [];
  for (let at = 0; at < 13; at += 1) outcomes.push(await call(processes[at % 3]!, address, 'api-1'));
  assert.deepEqual(outcomes, [...Array<Outcome>(10).fill('wrong'), ...Array<Outcome>(3).fill('blocked')]);
  const before = statements;
  for (let at = 0; at < 310; at += 1) assert.equal(await call(processes[at % 3]!, address, 'api-1'), 'blocked');
  assert.equal(statements - before, 0, 'statements for 310 blocked calls');
  assert.equal(await call(startProcess(), address, 'api-1', true), 'blocked', 'also in a process that starts later');
  assert.equal(await call(processes[0]!, newAddress(), 'api-1', true), 'right', 'the name is heard from elsewhere');
  assert.equal(await call(startProcess('panel'), address, 'api-1'), 'wrong', 'the panel counts for itself');

  pass(blockingRule.blockedForSeconds - 1);
  for (const process of processes) assert.equal(process.blockedForSeconds(address, 'api-1'), 1);
  pass(1);
  for (const process of processes) assert.equal(await call(process, address, 'api-1', true), 'right');
});

test('of calls sent to three processes all at once ten are told that they are wrong, and no more', async () => {
  for (let round = 0; round < 5; round += 1) {
    const processes = [startProcess(), startProcess(), startProcess()];
    const address = newAddress();
    const outcomes = await Promise.all(
      Array.from({ length: 90 }, (_, at) => call(processes[at % 3]!, address, 'api-1')),
    );
    assert.equal(outcomes.filter((outcome) => outcome === 'wrong').length, blockingRule.failures);
  }
});

test('who is right costs two statements in each process, and then none', async () => {
  const process = startProcess();
  const address = newAddress();
  const before = statements;
  assert.equal(await call(process, address, 'api-1', true), 'right');
  assert.equal(statements - before, 2);
  for (let at = 0; at < 50; at += 1) assert.equal(await call(process, address, 'api-1', true), 'right');
  assert.equal(statements - before, 2);
});

test('a success in one process forgets what failed in another', async () => {
  const [one, other] = [startProcess(), startProcess()];
  const address = newAddress();
  for (let at = 0; at < 9; at += 1) assert.equal(await call(one, address, 'api-1'), 'wrong');
  assert.equal(await call(other, address, 'api-1', true), 'right');
  for (let at = 0; at < 9; at += 1) assert.equal(await call(one, address, 'api-1'), 'wrong');
  assert.equal(await call(one, address, 'api-1', true), 'right');
});

test('an address that fails in many names is heard only under names that were right from it, in any process', async () => {
  const processes = [startProcess(), startProcess()];
  const address = newAddress();
  assert.equal(await call(processes[0]!, address, 'api-good', true), 'right');
  for (let at = 0; at < blockingRule.failuresOfAddress; at += 1)
    assert.equal(await call(processes[at % 2]!, address, `api-${at}`), 'wrong');
  for (const process of [...processes, startProcess()]) {
    assert.equal(await call(process, address, 'api-never-seen', true), 'blocked');
    assert.equal(await call(process, address, 'api-good', true), 'right');
  }
});

test('a block that is lifted in one process is lifted in all within half a minute, and its line is written with it', async () => {
  const [one, other] = [startProcess(), startProcess()];
  const address = newAddress();
  for (let at = 0; at < 11; at += 1) await call(at % 2 === 0 ? one : other, address, 'api-9');
  assert.equal(await call(other, address, 'api-9'), 'blocked');
  assert.deepEqual(await one.blockedUnder('api-9'), [{ addressKey: address, seconds: blockingRule.blockedForSeconds }]);
  await assert.rejects(
    one.unblock(address, 'api-9', () => Promise.reject(new Error('no line'))),
    /no line/,
  );
  assert.equal(await call(one, address, 'api-9'), 'blocked', 'without its line it is not lifted');
  assert.equal(await one.unblock(address, 'api-9', () => Promise.resolve()), true);
  assert.equal(await one.unblock(address, 'api-9', () => Promise.resolve()), false);
  assert.deepEqual(await one.blockedUnder('api-9'), []);
  assert.equal(await call(one, address, 'api-9', true), 'right');
  pass(31);
  const before = statements;
  assert.equal(await call(other, address, 'api-9', true), 'blocked', 'it asks meanwhile');
  while (other.blockedForSeconds(address, 'api-9') !== null) await delay(5);
  assert.equal(statements - before, 1);
  assert.equal(await call(other, address, 'api-9', true), 'right');
});

test('what has had its time goes with later failures; of callers nothing is kept but their address', async () => {
  const process = startProcess();
  for (let at = 0; at < 30; at += 1) await call(process, newAddress(), 'a name that somebody typed');
  pass(blockingRule.blockedForSeconds + blockingRule.failuresWithinSeconds);
  const look = async () =>
    (
      await opened.pool.query<{ row: string; isOver: boolean }>(
        'select t::text as row, forget_at < $1 as "isOver" from caller_attempt t',
        [now],
      )
    ).rows;
  const overBefore = (await look()).filter(({ isOver }) => isOver).length;
  assert.ok(overBefore >= 60);
  for (let at = 0; at < overBefore / 10; at += 1) await call(process, newAddress(), 'another');
  const rows = await look();
  assert.equal(rows.filter(({ isOver }) => isOver).length, 0);
  for (const { row } of rows) assert.ok(!/somebody|another|api-/.test(row), row);
});
