import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../src/kernel/random.ts';
import { type CallbackWorld, judgeHits } from '../counterparts/callback-world.ts';
import { WebhookReceiver } from '../counterparts/webhook-receiver.ts';
import { until } from './until.ts';

const PROGRAM = path.join(import.meta.dirname, '../counterparts/callback-worker.process.ts');
const WORKERS = 2;
const COMPANIES = 4;

/**
 * Processes that deliver are killed in the middle of it while changes go on happening; others take over what they held.
 * @throws AssertionError when something is missing or came early, a repetition carries another ID, or a kill hit nothing.
 */
export async function killWhileDelivering(
  world: CallbackWorld,
  { kills, seed }: { readonly kills: number; readonly seed: number },
  print: (line: string) => void,
): Promise<void> {
  const random = seededRandom(seed);
  const receiver = new WebhookReceiver({ behave: () => `late=${Math.floor(random() * 30)}` });
  const port = await receiver.listen();
  const companies = await Promise.all(
    Array.from({ length: COMPANIES }, (_, number) => world.newCompany(`http://127.0.0.1:${port}/${number}`)),
  );
  const begin = (): ChildProcess =>
    spawn(process.execPath, [PROGRAM, JSON.stringify(world.address)], { stdio: ['ignore', 'ignore', 'inherit'] });
  const workers = Array.from({ length: WORKERS }, begin);
  let isOver = false;
  const feeding = companies.map(async (company) => {
    while (!isOver) {
      await world.fill(company, 2, 2);
      await delay(100);
    }
  });
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const before = receiver.hits.length;
      const hasGoneOn = await until(() => Promise.resolve(receiver.hits.length > before + 10), 60_000, 10);
      assert.notEqual(hasGoneOn, null, 'nobody took over');
      await delay(random() * 300);
      const which = Math.floor(random() * WORKERS);
      // One of them, or all at once: then nobody is there until they are begun again.
      const struck = random() < 0.5 ? [which] : workers.map((_, number) => number);
      for (const number of struck) {
        workers[number]!.kill('SIGKILL');
        workers[number] = begin();
      }
    }
  } finally {
    isOver = true;
    await Promise.all(feeding);
  }
  const undelivered = async (): Promise<number> => {
    const states = await Promise.all(companies.map((company) => world.states(company)));
    return states
      .flatMap((each) => Object.entries(each))
      .reduce((sum, [state, count]) => sum + (state === 'delivered' ? 0 : count), 0);
  };
  const settledMs = await until(async () => (await undelivered()) === 0, 120_000, 100);
  for (const worker of workers) worker.kill('SIGKILL');
  await receiver.close();
  const told = new Set<string>();
  for (const company of companies) for (const id of await world.toldIds(company)) told.add(id);
  const verdict = judgeHits(receiver.hits, told);
  const taken = receiver.hits.filter((hit) => hit.taken).length;
  print(
    `seed ${seed}: ${kills} kills, ${told.size} events, ${taken - told.size} repeated with the same ID, ${JSON.stringify(verdict)}`,
  );
  assert.notEqual(settledMs, null, `${await undelivered()} never arrived`);
  assert.deepEqual(verdict, { missing: 0, early: 0, strangers: 0 });
}
