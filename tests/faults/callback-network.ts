import assert from 'node:assert/strict';
import { seededRandom } from '../../src/kernel/random.ts';
import { runCallbacks } from '../../src/notification/webhook/run-callbacks.job.ts';
import { type CallbackWorld, judgeHits, wholeCourse } from '../counterparts/callback-world.ts';
import { WebhookReceiver } from '../counterparts/webhook-receiver.ts';
import { FaultProxy, toxicOf } from './fault-proxy.ts';
import { until } from './until.ts';

/** Seconds of the schedule in one of the world: what fails waits as it does, only not for so long. */
const FASTER = 500;
/** Connections are kept open: each is cut sooner or later, in the middle of a request or of an answer. */
const TOXICS = [
  'latency=1..5:both:0.4',
  'slicer=200..900:both:0.2',
  'reset=20..2000:both:0.3',
  'limit-data=1000..60000:up:0.5',
  'limit-data=30..3000:down:0.8',
];

/**
 * Callbacks go through a network that delays, cuts and resets, also after the receiver has taken something and before its answer is back.
 * @throws AssertionError when something is missing or came early, or a repetition does not carry the ID of the first.
 */
export async function faultyNetwork(
  world: CallbackWorld,
  { events, seed }: { readonly events: number; readonly seed: number },
  print: (line: string) => void,
): Promise<void> {
  const random = seededRandom(seed);
  const receiver = new WebhookReceiver();
  const proxy = new FaultProxy({
    target: { host: '127.0.0.1', port: await receiver.listen() },
    seed,
    toxics: TOXICS.map(toxicOf),
  });
  const company = await world.newCompany(`http://127.0.0.1:${await proxy.listen()}/`);
  const beganMs = performance.now();
  const startMs = Date.now();
  const worker = world.worker({
    clock: () => new Date(startMs + (performance.now() - beganMs) * FASTER),
    chance: random,
    timeoutMs: 1_000,
    limit: { atOnce: 10, perSecond: 1_000_000 },
  });
  await world.fillAtOnce(company, Math.ceil(events / wholeCourse.length), new Date(startMs));
  const told = await world.toldIds(company);
  const running = runCallbacks(worker, { onError: (error) => assert.ifError(error), pollMs: 20 });
  const tookMs = await until(async () => (await world.states(company))['delivered'] === told.size, 180_000, 100);
  await running.stop();
  await worker.close();
  await proxy.close();
  await receiver.close();
  const verdict = judgeHits(receiver.hits, told);
  const taken = receiver.hits.filter((hit) => hit.taken).length;
  print(
    `seed ${seed}: ${told.size} events, ${proxy.counts.connections} connections, ${proxy.counts.cut} cut, ${taken - told.size} repeated with the same ID, ` +
      `${JSON.stringify(verdict)}, ${Math.round(tookMs ?? NaN)} ms; ${JSON.stringify(Object.fromEntries(worker.outcomes))}`,
  );
  assert.notEqual(tookMs, null, 'not all of it arrived');
  assert.deepEqual(worker.errors, []);
  assert.ok(proxy.counts.cut > told.size / 200, 'a network without faults proves nothing');
  assert.deepEqual(verdict, { missing: 0, early: 0, strangers: 0 });
}
