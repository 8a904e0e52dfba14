import assert from 'node:assert/strict';
import test, { type TestContext, after, before } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { runCallbacks } from '../../src/notification/webhook/run-callbacks.job.ts';
import { CallbackWorld, wholeCourse } from '../counterparts/callback-world.ts';
import { WebhookReceiver } from '../counterparts/webhook-receiver.ts';
import { freePort } from './running-service.ts';
import { quantile, until } from './until.ts';

const COMPANIES = 50;
const LINES = 3;
const HIT_WITHIN_MS = 2_000;
const MOST_SOCKETS = 5;

let world: CallbackWorld;

before(async () => {
  world = await CallbackWorld.open();
});
after(() => world?.remove());

/** Changes of fifty companies, each at its own time. @returns how long each change took to arrive where all is well, ms. */
async function hitsOf(context: TestContext, { trouble }: { readonly trouble: boolean }): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: COMPANIES - 1 }, async (_, number) => {
      const server = new WebhookReceiver({ behave: () => (trouble && number === 0 ? 'hang' : 'accept') });
      return { server, url: `http://127.0.0.1:${await server.listen()}/` };
    }),
  );
  const [hanging, ...fine] = servers;
  const dead = trouble ? `http://127.0.0.1:${await freePort()}/` : hanging!.url;
  // Each host is by its own: they differ by their addresses, as hosts do.
  const withHost = (url: string, number: number): string => url.replace('127.0.0.1', `host-${number}.localhost`);
  const companies = await Promise.all(
    [hanging!.url, dead, ...fine.map(({ url }) => url)].map((url, number) => world.newCompany(withHost(url, number))),
  );
  const worker = world.worker({ limit: { atOnce: MOST_SOCKETS, perSecond: 10 }, timeoutMs: 10_000 });
  const running = runCallbacks(worker, { onError: (error) => assert.ifError(error) });
  let mostSockets = 0;
  const happenedAt = new Map<string, number>();
  const arrived = new Map<string, number>();
  const seen = new Map<WebhookReceiver, number>();
  const look = setInterval(() => {
    mostSockets = Math.max(mostSockets, hanging!.server.openSockets);
    for (const [number, { server }] of fine.entries())
      for (const hit of server.hits.slice(seen.get(server) ?? 0)) {
        arrived.set(`${companies[number + 2]!.accountId} ${hit.verification} ${hit.status}`, performance.now());
        seen.set(server, (seen.get(server) ?? 0) + 1);
      }
  }, 5);
  try {
    // As companies do: each at its own time, not all in the same instant.
    for (const company of companies) {
      for (let number = 0; number < LINES; number++) {
        const line = await world.newLine(company);
        for (let at = 0; await world.step(line); at++)
          happenedAt.set(`${line.accountId} ${line.id} ${wholeCourse[at]!}`, performance.now());
      }
      await delay(10);
    }
    const expected = fine.length * LINES * wholeCourse.length;
    assert.notEqual(await until(() => arrived.size === expected, 30_000), null, `${arrived.size} of ${expected}`);
    if (trouble) {
      assert.ok(hanging!.server.hits.length > 0 && (worker.outcomes.get('not-connected:ECONNREFUSED') ?? 0) > 0);
      assert.ok(mostSockets <= MOST_SOCKETS);
    }
    assert.deepEqual(worker.errors, []);
  } finally {
    clearInterval(look);
    await Promise.all(servers.map(({ server }) => server.close()));
    await running.stop();
    await worker.close();
  }
  const delays = [...arrived].map(([key, atMs]) => atMs - happenedAt.get(key)!);
  context.diagnostic(
    `${trouble ? 'one dead, one hanging' : 'all well'}: ${delays.length} events of ${fine.length} receivers: event to hit p50 ${Math.round(quantile(delays, 0.5))} ms, p95 ${Math.round(quantile(delays, 0.95))} ms, longest ${Math.round(Math.max(...delays))} ms; at most ${mostSockets} connections to the first`,
  );
  return delays;
}

// Within two seconds holds for a machine that is not busy with something else: there, it is held against the same without the two.
test(
  'of fifty receivers one is dead and one hangs: the others hear of everything as soon as before',
  { timeout: 120_000 },
  async (context) => {
    const before = quantile(await hitsOf(context, { trouble: false }), 0.95);
    const beside = quantile(await hitsOf(context, { trouble: true }), 0.95);
    assert.ok(beside < Math.max(HIT_WITHIN_MS, 1.5 * before), `${beside} ms, ${before} ms without the two`);
  },
);
