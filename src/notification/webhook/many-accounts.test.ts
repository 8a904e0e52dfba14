import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after, before } from 'node:test';
import { CallbackWorld, wholeCourse } from '../../../tests/counterparts/callback-world.ts';
import { WebhookReceiver } from '../../../tests/counterparts/webhook-receiver.ts';
import { until } from '../../../tests/faults/until.ts';
import { type LoadedDelivery, loadNew } from './delivery.store.ts';
import type { DeliveryName } from './endpoints.ts';
import { writeHappened } from './outcome.store.ts';
import { runCallbacks } from './run-callbacks.job.ts';
import { endTurns, keepTurns, takeTurns } from './turn.store.ts';
import { type MadeAttempt, type Outcome, Unwritten } from './unwritten.ts';

let world: CallbackWorld;

before(async () => {
  world = await CallbackWorld.open();
});
after(() => world?.remove());

const HOLD_MS = 60_000;
const now = new Date('2026-11-25T12:00:00Z');

const madeOf = (name: DeliveryName, number = 1): MadeAttempt => ({
  ...name,
  number,
  beganAt: now,
  durationMs: 3,
  outcome: 'delivered',
  status: 204,
  url: 'https://www.example.com/',
  headers: { 'webhook-attempt': String(number) },
  payload: 'strings',
  bodySha256: Buffer.alloc(32),
  sealedReply: null,
});
const outcomeOf = (name: DeliveryName, attempts = 1): Outcome => ({
  ...name,
  state: 'delivered',
  attempts,
  failures: null,
  dueAt: null,
  at: now,
});

const companiesOf = (count: number, url = 'http://127.0.0.1:1/') =>
  Promise.all(Array.from({ length: count }, () => world.newCompany(url)));

test('two workers that want the turns of the same accounts at the same time share them, and neither has one of the other', async () => {
  const accountIds = (await companiesOf(40)).map(({ accountId }) => accountId);
  const holders = [randomUUID(), randomUUID()];
  const taken = await Promise.all(
    holders.map((holder, number) =>
      takeTurns(world.database, number === 0 ? accountIds : accountIds.toReversed(), { holder, holdMs: HOLD_MS }),
    ),
  );
  assert.deepEqual(taken.flat().sort(), accountIds.toSorted());
  for (const [number, holder] of holders.entries()) {
    const kept = await keepTurns(world.database, { holder, holdMs: HOLD_MS });
    assert.deepEqual([...kept.keys()].sort(), taken[number]!.toSorted());
    await endTurns(world.database, accountIds, holder);
    assert.equal((await keepTurns(world.database, { holder, holdMs: HOLD_MS })).size, 0);
  }
});

test('so many of each account are loaded in their order, and none of an account whose turn is lost', async () => {
  const [one, other, lost] = await companiesOf(3);
  for (const company of [one!, other!, lost!]) await world.fillAtOnce(company, 2);
  const holder = randomUUID();
  const accountIds = [one!, other!, lost!].map(({ accountId }) => accountId);
  await takeTurns(world.database, accountIds.slice(0, 2), { holder, holdMs: HOLD_MS });
  const load = () => loadNew(world.database, accountIds, { holder, most: 10 });
  const first = await load();
  assert.deepEqual([...first.haveMore].sort(), accountIds.slice(0, 2).sort());
  const second = await load();
  assert.equal(second.haveMore.size, 0);
  const eventsOf = (loaded: readonly LoadedDelivery[], accountId: number) =>
    loaded.filter((delivery) => delivery.accountId === accountId).map(({ eventNumber }) => eventNumber);
  for (const accountId of accountIds.slice(0, 2))
    assert.deepEqual(
      [first, second].map(({ loaded }) => eventsOf(loaded, accountId)),
      [
        [1, 2, 3, 4, 5, 6, 8, 1, 2, 3],
        [4, 5, 6, 8],
      ],
    );
  assert.deepEqual(await world.states(lost!), { new: 2 * wholeCourse.length });
});

test('what the database refuses of one account keeps no other from being written', async () => {
  const companies = await companiesOf(3);
  const unwritten = new Unwritten();
  const holder = randomUUID();
  for (const company of companies) await world.fillAtOnce(company, 1);
  const accountIds = companies.map(({ accountId }) => accountId);
  await takeTurns(world.database, accountIds, { holder, holdMs: HOLD_MS });
  const { loaded } = await loadNew(world.database, accountIds, { holder, most: 10 });
  for (const name of loaded) unwritten.add(madeOf(name), outcomeOf(name));
  const nowhere = { ...loaded.find(({ accountId }) => accountId === accountIds[1])!, eventNumber: 99 };
  unwritten.add(madeOf(nowhere), outcomeOf(nowhere));
  const happened = unwritten.takeAll().map((one) => ({ ...one, turned: null }));
  const left = await writeHappened(world.database, happened, now);
  assert.deepEqual(
    left.unwritten.map(({ accountId }) => accountId),
    [accountIds[1]],
  );
  assert.equal(left.errors.length, 1);
  const [first, second, third] = await Promise.all(companies.map((company) => world.states(company)));
  assert.deepEqual([first, third], [{ delivered: 7 }, { delivered: 7 }]);
  assert.deepEqual(second, { waiting: 7 });
});

test('what could not be written goes under what has come since', () => {
  const [accountId, id] = [1_000_000_001, 200_000_001] as [DeliveryName['accountId'], DeliveryName['id']];
  const names = [1, 2].map((eventNumber) => ({ accountId, id, eventNumber }));
  const unwritten = new Unwritten();
  for (const name of names) unwritten.add(madeOf(name), { ...outcomeOf(name), state: 'waiting' });
  const [old] = unwritten.takeAll();
  assert.ok(unwritten.isEmpty && unwritten.attempts === 0 && !unwritten.has(accountId));
  unwritten.add(madeOf(names[0]!, 2), outcomeOf(names[0]!, 2));
  unwritten.disable(accountId, 'gone');
  unwritten.putBack(old!);
  assert.equal(unwritten.attempts, 3);
  const [all] = unwritten.takeAll();
  assert.equal(all!.disabled, 'gone');
  assert.deepEqual(
    all!.attempts.map(({ eventNumber, number }) => [eventNumber, number]),
    [
      [1, 1],
      [2, 1],
      [1, 2],
    ],
  );
  assert.deepEqual(
    [...all!.outcomes.values()].map(({ eventNumber, state, attempts }) => [eventNumber, state, attempts]),
    [
      [1, 'delivered', 2],
      [2, 'waiting', 1],
    ],
  );
});

test('what this process writes is told without waiting for the next look at everything', async (context) => {
  const receiver = new WebhookReceiver();
  const company = await world.newCompany(`http://127.0.0.1:${await receiver.listen()}/`);
  const worker = world.worker();
  const running = runCallbacks(worker, { onError: (error) => assert.ifError(error), pollMs: 600_000 });
  context.after(async () => {
    await running.stop();
    await worker.close();
    await receiver.close();
  });
  const line = await world.newLine(company);
  // The first makes the account known, the others find it in hand.
  for (let step = 1; step <= 3; step++) {
    await world.step(line);
    running.nudge(company.accountId);
    assert.notEqual(await until(() => receiver.hits.length === step, 20_000, 5), null, `step ${step}`);
  }
  assert.deepEqual(worker.errors, []);
});
