// How many callbacks a worker delivers in a second to 1, 10 and 100 receivers, against how many jobs pg-boss hands out and completes in
// batches, over the same PostgreSQL in the same run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PgBoss } from 'pg-boss';
import { runCallbacks } from '../../src/notification/webhook/run-callbacks.job.ts';
import { CallbackWorld } from '../../tests/counterparts/callback-world.ts';
import { quantile, until } from '../../tests/faults/until.ts';

const EVENTS = 7_000;
const JOBS = 20_000;
const BATCH = 100;
const WITHIN_MS = 300_000;

/** Receivers in a process of their own, which takes everything: one port, many hosts. */
const RECEIVERS = `require('node:http').createServer((q, r) => { q.resume().on('end', () => r.writeHead(204).end()); })
  .listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;

export async function callbacksBench(rounds: number): Promise<void> {
  const world = await CallbackWorld.open();
  const receivers = spawn(process.execPath, ['-e', RECEIVERS], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = (await once(receivers.stdout, 'data')) as [Buffer];
  try {
    const ofQueue: number[] = [];
    for (let round = 0; round < rounds; round++) ofQueue.push(await queueRate(world));
    const queue = quantile(ofQueue, 0.5);
    console.log(`pg-boss, batches of ${BATCH}: ${spread(ofQueue)} jobs /s, ${rounds} rounds of ${JOBS}`);
    for (const count of [1, 10, 100]) {
      const rates: number[] = [];
      for (let round = 0; round < rounds; round++) rates.push(await deliveryRate(world, count, Number(port)));
      console.log(
        `${count} receivers: ${spread(rates)} deliveries /s, ${rounds} rounds of ${EVENTS}; ratio ${(quantile(rates, 0.5) / queue).toFixed(2)} (goal ≥ 0.4)`,
      );
    }
  } finally {
    receivers.kill();
    await world.remove();
  }
}

async function queueRate(world: CallbackWorld): Promise<number> {
  const boss = new PgBoss({ ...world.address, max: 4, supervise: false, schedule: false } as ConstructorParameters<
    typeof PgBoss
  >[0] &
    object);
  await boss.start();
  await boss.createQueue('bench');
  await boss.insert(
    'bench',
    Array.from({ length: JOBS }, (_, number) => ({ data: { number } })),
  );
  const beganAt = performance.now();
  let done = 0;
  const hand = async (): Promise<void> => {
    for (;;) {
      const jobs = await boss.fetch('bench', { batchSize: BATCH });
      if (jobs.length === 0) return;
      await boss.complete(
        'bench',
        jobs.map(({ id }) => id),
      );
      done += jobs.length;
    }
  };
  await Promise.all([hand(), hand(), hand(), hand()]);
  const rate = done / ((performance.now() - beganAt) / 1000);
  await boss.stop({ graceful: false });
  return rate;
}

async function deliveryRate(world: CallbackWorld, count: number, port: number): Promise<number> {
  const companies = await Promise.all(
    Array.from({ length: count }, (_, number) => world.newCompany(`http://host-${number}.localhost:${port}/`)),
  );
  const lines = Math.ceil(EVENTS / 7 / count);
  let events = 0;
  for (const company of companies) events += await world.fillAtOnce(company, lines);
  const worker = world.worker({ limit: { atOnce: Math.max(4, Math.ceil(64 / count)), perSecond: 1_000_000 } });
  const running = runCallbacks(worker, { onError: (error) => console.error(error) });
  const beganAt = performance.now();
  await until(() => (worker.outcomes.get('delivered') ?? 0) >= events, WITHIN_MS, 20);
  await worker.quiet();
  const rate = events / ((performance.now() - beganAt) / 1000);
  await running.stop();
  await worker.close();
  return rate;
}

function spread(values: readonly number[]): string {
  return `${Math.round(quantile(values, 0.5))} (${Math.round(Math.min(...values))}–${Math.round(Math.max(...values))})`;
}
