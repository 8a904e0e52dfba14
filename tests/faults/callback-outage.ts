import assert from 'node:assert/strict';
import { MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '../../src/kernel/instant.ts';
import { seededRandom } from '../../src/kernel/random.ts';
import type { CallbackWorld } from '../counterparts/callback-world.ts';
import { type Line, judgeHits, wholeCourse } from '../counterparts/callback-world.ts';
import { WebhookReceiver } from '../counterparts/webhook-receiver.ts';

/** A worker looks for what is new so often, in the time of the simulation: seldom while it would be refused anyway. */
const POLL_EVERY_MS = { away: 5 * MS_PER_MINUTE, there: MS_PER_SECOND };
const DELIVERED_WITHIN_MS = 10 * MS_PER_MINUTE;
const MOST_PER_SECOND = 10;
const START_MS = Date.parse('2026-03-27T16:00:00Z');

/**
 * A receiver is away for so long while things go on happening; nothing listens on its port. Then it is back. Deliveries, database and
 * connections are real; only the clock is ours.
 * @throws AssertionError when something is missing, came early, came late after the return, or came too fast.
 */
export async function outage(
  world: CallbackWorld,
  { hours, events, seed }: { readonly hours: number; readonly events: number; readonly seed: number },
  print: (line: string) => void,
): Promise<void> {
  const random = seededRandom(seed);
  let nowMs = START_MS;
  const clock = (): Date => new Date(nowMs);
  const arrivals: number[] = [];
  const receiver = (port: number): WebhookReceiver =>
    new WebhookReceiver({
      port,
      behave() {
        arrivals.push(nowMs);
        return 'accept';
      },
    });
  const first = receiver(0);
  const port = await first.listen();
  const company = await world.newCompany(`http://127.0.0.1:${port}/`);
  const lines = Math.ceil(events / wholeCourse.length);
  const outageMs = hours * MS_PER_HOUR;
  // Each verification takes minutes, somewhere in the outage; the first goes before it.
  const happenings: { readonly atMs: number; readonly line: Line }[] = [];
  const asked = await Promise.all(Array.from({ length: lines }, () => world.newLine(company, clock())));
  for (const [number, line] of asked.entries()) {
    let atMs = number === 0 ? START_MS : START_MS + MS_PER_MINUTE * 20 + random() * (outageMs - 2 * MS_PER_HOUR);
    for (let step = 0; step < wholeCourse.length; step++)
      happenings.push({ atMs: (atMs += random() * MS_PER_MINUTE), line });
  }
  happenings.sort((a, b) => a.atMs - b.atMs);
  const worker = world.worker({
    clock,
    chance: random,
    limit: { atOnce: 5, perSecond: MOST_PER_SECOND },
    elapsedMs: () => nowMs,
  });
  let nextPollMs = 0;
  let rounds = 0;
  const pass = async (untilMs: number, pollEveryMs: number, isOver = () => false): Promise<void> => {
    nextPollMs = Math.min(nextPollMs, nowMs + pollEveryMs);
    for (; nowMs < untilMs && !isOver(); rounds++) {
      const due = happenings.splice(0, happenings.filter(({ atMs }) => atMs <= nowMs).length);
      const byLine = [...Map.groupBy(due, ({ line }) => line)];
      await Promise.all(
        byLine.map(async ([line, steps]) => {
          for (const _ of steps) await world.step(line, clock());
        }),
      );
      if (nowMs >= nextPollMs) {
        await worker.poll();
        nextPollMs = nowMs + pollEveryMs;
      }
      worker.pump();
      await worker.quiet();
      const nextMs = Math.min(worker.nextStartMs() ?? Infinity, nextPollMs);
      nowMs = Math.min(untilMs, Math.max(nowMs + 1, nextMs));
    }
  };

  await pass(START_MS + 15 * MS_PER_MINUTE, POLL_EVERY_MS.away / 5);
  assert.equal(first.hits.length, wholeCourse.length, 'it was there before');
  await first.close();
  const goneAtMs = nowMs;
  await pass(goneAtMs + outageMs, POLL_EVERY_MS.away);
  assert.equal(happenings.length, 0);
  const refused = worker.outcomes.get('not-connected:ECONNREFUSED') ?? 0;
  assert.ok(refused > 0, 'an outage that nobody met proves nothing');
  const dead = (await world.states(company))['dead'] ?? 0;
  arrivals.length = 0;
  const second = receiver(port);
  await second.listen();
  const backAtMs = nowMs;
  const told = await world.toldIds(company);
  const isAllThere = (): boolean => second.hits.length >= told.size - first.hits.length;
  await pass(backAtMs + DELIVERED_WITHIN_MS, POLL_EVERY_MS.there, isAllThere);
  await worker.quiet();
  const hits = [...first.hits, ...second.hits];
  const verdict = judgeHits(hits, told);
  const lastMs = (arrivals.at(-1) ?? NaN) - backAtMs;
  const fastest = Math.max(
    ...arrivals.map((atMs) => arrivals.filter((other) => other >= atMs && other < atMs + MS_PER_SECOND).length),
  );
  print(
    `${hours} h away, seed ${seed}: ${told.size} events, ${refused} attempts refused, dead letters ${dead}, ${JSON.stringify(verdict)}; ` +
      `all delivered ${Math.round(lastMs / 1000)} s after the return, at most ${fastest} in a second, repeated ${hits.length - told.size}; ${rounds} rounds`,
  );
  assert.deepEqual(worker.errors, []);
  assert.deepEqual(verdict, { missing: 0, early: 0, strangers: 0 });
  assert.equal(dead, 0);
  assert.equal(hits.length, told.size, 'nothing was repeated: nothing had arrived');
  assert.ok(lastMs <= DELIVERED_WITHIN_MS);
  assert.ok(fastest <= MOST_PER_SECOND);
  assert.deepEqual(await world.states(company), { delivered: told.size });
  await worker.close();
  await second.close();
}
