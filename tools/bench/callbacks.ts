// How many callbacks a worker delivers in a second to 1, 10 and 100 receivers, against how many jobs pg-boss hands out and completes in
// batches, over the same PostgreSQL in the same round; and against its two floors: the same requests by the bare HTTP client, and the same rows
// taken and completed with nobody called. Then how long an event takes to its receiver when events come by themselves, at half that rate.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { PgBoss } from 'pg-boss';
import { Agent, request } from 'undici';
import { seededRandom } from '../../src/kernel/random.ts';
import { loadNew } from '../../src/notification/webhook/delivery.store.ts';
import { type DeliveryName, webhookIdOf } from '../../src/notification/webhook/endpoints.ts';
import { writeHappened } from '../../src/notification/webhook/outcome.store.ts';
import { type RunningCallbacks, runCallbacks } from '../../src/notification/webhook/run-callbacks.job.ts';
import { takeTurns } from '../../src/notification/webhook/turn.store.ts';
import { Unwritten } from '../../src/notification/webhook/unwritten.ts';
import { CallbackWorld, type Company, wholeCourse } from '../../tests/counterparts/callback-world.ts';
import { quantile, until } from '../../tests/faults/until.ts';

const EVENTS = 7_000;
const JOBS = 20_000;
const BATCH = 100;
const HANDS = 4;
const RECEIVERS = [1, 10, 100];
const AT_ONCE = 64;
const ARRIVALS_FOR_MS = 4_000;
const WITHIN_MS = 300_000;

/** Receivers in a process of their own, which takes everything: one port, many hosts. Asked, it tells what came and when. */
const RECEIVER = `let hits = [];
  process.on('message', () => { process.send(hits); hits = []; });
  require('node:http').createServer((q, r) => { q.resume().on('end', () => {
    hits.push([q.headers['webhook-id'], performance.timeOrigin + performance.now()]); r.writeHead(204).end(); }); })
  .listen(0, '127.0.0.1', function () { process.send(this.address().port); });`;

type Bench = { readonly world: CallbackWorld; readonly receiver: ChildProcess; readonly port: number };

/** CPU of each, in ms. */
type Cost = { readonly here: number; readonly database: number; readonly receiver: number };
type Rate = { readonly perSecond: number; readonly cost: Cost };

/** Of one round. */
type Measured = {
  readonly bare: Rate;
  readonly delivered: Rate;
  readonly arrivals: number;
  /** From event to hit, ms. */
  readonly hitMs: readonly number[];
};

export async function callbacksBench(rounds: number): Promise<void> {
  const world = await CallbackWorld.open();
  const receiver = spawn(process.execPath, ['-e', RECEIVER], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [port] = (await once(receiver, 'message')) as [number];
  const bench = { world, receiver, port };
  const queue: Rate[] = [];
  const taken: Rate[] = [];
  const measured = new Map<number, Measured[]>(RECEIVERS.map((count) => [count, []]));
  try {
    await measure(bench, 10); // warm
    for (let round = 0; round < rounds; round++) {
      queue.push(await queueRate(bench));
      taken.push(await takenRate(bench));
      for (const count of RECEIVERS) measured.get(count)!.push(await measure(bench, count));
    }
  } finally {
    receiver.kill();
    await world.remove();
  }
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ');
  console.log(`${rounds} rounds, load ${load}; median (least–most)`);
  console.log(`pg-boss, batches of ${BATCH}, ${JOBS} jobs: ${written(queue)}`);
  console.log(`rows taken and completed in batches of ${BATCH}, nobody called: ${written(taken)}`);
  for (const [count, of] of measured) print(count, of, queue);
}

function print(count: number, of: readonly Measured[], queue: readonly Rate[]): void {
  const against = (rates: readonly Rate[], others: readonly Rate[]): string =>
    spread(
      rates.map(({ perSecond }, round) => perSecond / others[round]!.perSecond),
      2,
    );
  const [bare, delivered] = [of.map((one) => one.bare), of.map((one) => one.delivered)];
  const hits = of.flatMap(({ hitMs }) => hitMs);
  console.log(
    [
      `${count} receivers, ${EVENTS} events: ${written(delivered)}`,
      `  ratio to pg-boss ${against(delivered, queue)} (goal ≥ 0.4)`,
      `  bare HTTP client ${written(bare)}; its ratio to pg-boss ${against(bare, queue)}; deliveries to bare requests ${against(delivered, bare)}`,
      `  events of their own at ${spread(of.map(({ arrivals }) => arrivals))} /s: event to hit p50 ${quantile(hits, 0.5).toFixed(0)} ms, p95 ${quantile(hits, 0.95).toFixed(0)} ms, longest ${Math.max(...hits).toFixed(0)} ms of ${hits.length}`,
    ].join('\n'),
  );
}

function written(rates: readonly Rate[]): string {
  const cpu = (whose: keyof Cost): string =>
    quantile(
      rates.map(({ cost }) => cost[whose]),
      0.5,
    ).toFixed(3);
  return `${spread(rates.map(({ perSecond }) => perSecond))} /s, each for ${cpu('here')} ms of CPU here, ${cpu('database')} in the database, ${cpu('receiver')} at the receiver`;
}

/** Four hands take batches and complete them. */
async function queueRate(bench: Bench): Promise<Rate> {
  const settings = { ...bench.world.address, max: HANDS, supervise: false, schedule: false };
  const boss = new PgBoss(settings as ConstructorParameters<typeof PgBoss>[0] & object);
  await boss.start();
  await boss.createQueue('bench');
  await boss.insert(
    'bench',
    Array.from({ length: JOBS }, (_, number) => ({ data: { number } })),
  );
  const rate = await rateOf(bench, JOBS, () =>
    inHands(async () => {
      const jobs = await boss.fetch('bench', { batchSize: BATCH });
      if (jobs.length === 0) return false;
      await boss.complete(
        'bench',
        jobs.map(({ id }) => id),
      );
      return true;
    }),
  );
  await boss.stop({ graceful: false });
  return rate;
}

/** What the database makes of the deliveries alone: taken, and written down as delivered with their attempts. */
async function takenRate(bench: Bench): Promise<Rate> {
  const { world } = bench;
  const companies = await Promise.all(Array.from({ length: HANDS }, () => world.newCompany('http://127.0.0.1/')));
  const holder = randomUUID();
  await takeTurns(
    world.database,
    companies.map(({ accountId }) => accountId),
    { holder, holdMs: WITHIN_MS },
  );
  let events = 0;
  for (const company of companies) events += await world.fillAtOnce(company, Math.ceil(EVENTS / 7 / HANDS));
  const headers = {
    'webhook-id': 'x'.repeat(30),
    'webhook-signature': 'x'.repeat(60),
    'content-type': 'application/json',
  };
  return rateOf(bench, events, () =>
    Promise.all(
      companies.map(async ({ accountId }) => {
        for (;;) {
          const { loaded } = await loadNew(world.database, [accountId], { holder, most: BATCH });
          if (loaded.length === 0) return;
          const unwritten = new Unwritten();
          for (const name of loaded) {
            const now = new Date();
            unwritten.add(
              {
                ...name,
                number: 1,
                beganAt: now,
                durationMs: 1,
                outcome: 'delivered',
                status: 204,
                url: 'http://127.0.0.1/',
                headers,
                payload: 'strings',
                bodySha256: Buffer.alloc(32),
                sealedReply: null,
              },
              { ...name, state: 'delivered', attempts: 1, failures: null, dueAt: null, at: now },
            );
          }
          const happened = unwritten.takeAll().map((one) => ({ ...one, turned: null }));
          const { errors } = await writeHappened(world.database, happened, new Date());
          if (errors.length > 0) throw errors[0];
        }
      }),
    ),
  );
}

async function measure(bench: Bench, count: number): Promise<Measured> {
  const { world, port } = bench;
  const companies = await Promise.all(
    Array.from({ length: count }, (_, number) => world.newCompany(`http://host-${number}.localhost:${port}/`)),
  );
  const bare = await bareRate(bench, count);
  const delivered = await deliveredRate(bench, companies);
  const arrivals = delivered.perSecond / 2;
  return { bare, delivered, arrivals, hitMs: await hitTimes(bench, companies, arrivals) };
}

/** The same requests, as many at once, by the HTTP client alone. */
async function bareRate(bench: Bench, count: number): Promise<Rate> {
  const agent = new Agent({ connections: Math.max(4, Math.ceil(AT_ONCE / count)), pipelining: 1 });
  const body = Buffer.from(JSON.stringify({ Servicio: 'VERIFICACION_IDENTIDAD', Result: 'x'.repeat(1_000) }));
  const headers = { 'content-type': 'application/json', 'webhook-id': 'bare', 'webhook-signature': 'x'.repeat(60) };
  let left = EVENTS;
  const hand = async (number: number): Promise<void> => {
    const url = `http://127.0.0.1:${bench.port}/${number}`;
    while (left-- > 0) {
      const reply = await request(url, { dispatcher: agent, method: 'POST', headers, body });
      await reply.body.dump();
    }
  };
  const rate = await rateOf(bench, EVENTS, () =>
    Promise.all(Array.from({ length: AT_ONCE }, (_, number) => hand(number))),
  );
  await agent.destroy();
  return rate;
}

const workerFor = (world: CallbackWorld, count: number): ReturnType<CallbackWorld['worker']> =>
  world.worker({ limit: { atOnce: Math.max(4, Math.ceil(AT_ONCE / count)), perSecond: 1_000_000 } });

/** Everything waits already. */
async function deliveredRate(bench: Bench, companies: readonly Company[]): Promise<Rate> {
  const { world } = bench;
  let events = 0;
  for (const company of companies)
    events += await world.fillAtOnce(company, Math.ceil(EVENTS / wholeCourse.length / companies.length));
  // As the server does by itself, a minute later.
  await sql`analyze callback_delivery, verification, verification_event`.execute(world.database);
  const worker = workerFor(world, companies.length);
  let running: RunningCallbacks | null = null;
  const rate = await rateOf(bench, events, async () => {
    running = runCallbacks(worker, { onError: (error) => console.error(error) });
    await until(() => (worker.outcomes.get('delivered') ?? 0) >= events, WITHIN_MS, 20);
    await worker.quiet();
  });
  await running!.stop();
  await worker.close();
  return rate;
}

/**
 * Events come by themselves, whatever becomes of those before, and are told of in the process that wrote them. Each counts from when it was to
 * come, its commit included.
 * @returns how long each took to its receiver, ms.
 */
async function hitTimes(
  { world, receiver }: Bench,
  companies: readonly Company[],
  rate: number,
): Promise<readonly number[]> {
  const lines = Math.ceil((rate * ARRIVALS_FOR_MS) / 1000 / wholeCourse.length / companies.length);
  const untold: (readonly DeliveryName[])[] = [];
  for (const company of companies) untold.push(await world.fillUntold(company, lines, new Date()));
  // The first change of every verification of every company, then the second …
  const names = untold
    .flatMap((ofCompany) => ofCompany.map((name, at) => ({ name, line: Math.floor(at / 7), step: at % 7 })))
    .sort((a, b) => a.step - b.step || a.line - b.line)
    .map(({ name }) => name);
  const random = seededRandom(names.length);
  let atMs = 0;
  const arrivals = names.map((name) => ({ name, atMs: (atMs += (-Math.log(1 - random()) * 1000) / rate) }));
  await hitsOf(receiver);
  const worker = workerFor(world, companies.length);
  const running = runCallbacks(worker, { onError: (error) => console.error(error) });
  const beganAt = Date.now();
  for (let at = 0; at < arrivals.length; await delay(2)) {
    const now = Date.now();
    let to = at;
    while (to < arrivals.length && arrivals[to]!.atMs <= now - beganAt) to += 1;
    if (to === at) continue;
    const come = arrivals.slice(at, to).map(({ name }) => name);
    for (const { accountId } of come) running.nudge(accountId);
    await world.tellAtOnce(come, new Date(now));
    at = to;
  }
  await until(() => (worker.outcomes.get('delivered') ?? 0) >= names.length, WITHIN_MS, 20);
  await running.stop();
  await worker.close();
  const hits = new Map(await hitsOf(receiver));
  return arrivals.map(({ name, atMs: cameMs }) => hits.get(webhookIdOf(name))! - beganAt - cameMs);
}

async function hitsOf(receiver: ChildProcess): Promise<readonly (readonly [webhookId: string, atMs: number])[]> {
  receiver.send('what came?');
  const [hits] = (await once(receiver, 'message')) as [[string, number][]];
  return hits;
}

/** Goes on, several at once, until there is nothing to do. */
async function inHands(work: () => Promise<boolean>): Promise<void> {
  const hand = async (): Promise<void> => {
    while (await work());
  };
  await Promise.all(Array.from({ length: HANDS }, hand));
}

/** How fast so many things are done, and for how much CPU each. */
async function rateOf({ world, receiver }: Bench, count: number, work: () => Promise<unknown>): Promise<Rate> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(world.database);
  const server = statOf(rows[0]!.pid).parent;
  const now = (): Cost => {
    const { user, system } = process.cpuUsage();
    return { here: (user + system) / 1000, database: familyCpuMs(server), receiver: statOf(receiver.pid!).ownMs };
  };
  const before = now();
  const beganAt = performance.now();
  await work();
  const perSecond = count / ((performance.now() - beganAt) / 1000);
  const after = now();
  const each = (whose: keyof Cost): number => (after[whose] - before[whose]) / count;
  return { perSecond, cost: { here: each('here'), database: each('database'), receiver: each('receiver') } };
}

/** Of a process, of its children, and of those that it had. */
const familyCpuMs = (pid: number): number =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== pid)
    .map((name) => statOf(Number(name)))
    .filter(({ parent }) => parent === pid)
    .reduce((sum, { ownMs }) => sum + ownMs, statOf(pid).ownMs + statOf(pid).endedMs);

/** Linux counts in hundredths of a second. A process that has ended meanwhile is nobody's. */
function statOf(pid: number): { readonly parent: number; readonly ownMs: number; readonly endedMs: number } {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
      .map(Number);
    return { parent: fields[1]!, ownMs: (fields[11]! + fields[12]!) * 10, endedMs: (fields[13]! + fields[14]!) * 10 };
  } catch {
    return { parent: 0, ownMs: 0, endedMs: 0 };
  }
}

function spread(values: readonly number[], digits = 0): string {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return `${quantile(values, 0.5).toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
