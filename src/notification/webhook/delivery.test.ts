// The parts together, over real sockets: order, request, way out and verdict against receivers that misbehave. Only the clock of the order
// runs faster than the world's.
import assert from 'node:assert/strict';
import test from 'node:test';
import { byChance, outOfOrder, WebhookReceiver } from '../../../tests/counterparts/webhook-receiver.ts';
import { parseNetwork } from '../../http/client-address-notation.ts';
import { seededRandom } from '../../kernel/random.ts';
import { openEgress } from './egress.client.ts';
import { strictRules } from './egress-rules.ts';
import { HostLimits } from './host-limits.ts';
import { DeliveryOrder } from './order.ts';
import { callbackRequest } from './request.ts';
import { hmacSha256, newSigningSecret } from './signing.client.ts';
import { verdictOf } from './verdict.ts';

/** Seconds of the order in one of the world. */
const FASTER = 1_000;
const LINES = 40;
const STATUSES = ['3000', '3001', '3002', '5000', '5001', '5100'];

for (const seed of [1, 2])
  test(`receivers that refuse, cut, hang and take without saying so miss nothing and see everything in order (seed ${seed})`, async (context) => {
    const secret = newSigningSecret();
    const plan =
      'accept:12,status=500:2,status=302:1,cut:2,take-and-cut:2,answer-and-cut:1,late=20:2,hang:1,take-and-hang:1,throttle=30:1';
    const receivers = await Promise.all(
      ['a', 'b', 'c'].map(async (name, number) => {
        const host = `127.0.0.${number + 1}`;
        const behave = byChance(plan, seed * 100 + number);
        const receiver = new WebhookReceiver({ host, behave, secrets: [secret] });
        return { name, receiver, url: `http://${host}:${await receiver.listen()}/` };
      }),
    );
    const egress = openEgress({
      rules: {
        ...strictRules,
        allowsHttp: true,
        ports: receivers.map(({ url }) => Number(new URL(url).port)),
        internalNetworks: [parseNetwork('127.0.0.0/8')!],
      },
      limit: { atOnce: 5, perSecond: 1_000_000 },
      timeoutMs: 150,
    });
    context.after(() => Promise.all([egress.close(), ...receivers.map(({ receiver }) => receiver.close())]));
    const order = new DeliveryOrder(new HostLimits({ atOnce: 5, perSecond: 10_000 }));
    const fieldsOf = new Map<string, Record<string, string>>();
    for (const { name } of receivers) {
      order.setEndpoint(name, { hostName: `${name}.test`, isSwitchedOff: false, failingSinceMs: null });
      for (let line = 0; line < LINES; line++)
        for (const status of STATUSES) {
          const id = `msg_${name}_${line}_${status}`;
          fieldsOf.set(id, { ID: `${name}${line}`, Estado: status });
          order.add({ id, line: `${name}${line}`, endpoint: name, tries: 0, failures: 0, dueAtMs: 0 });
        }
    }
    const random = seededRandom(seed);
    const began = performance.now();
    const nowMs = (): number => (performance.now() - began) * FASTER;
    let dead = 0;
    const deliver = async (id: string, endpoint: string, number: number): Promise<void> => {
      const { url } = receivers.find(({ name }) => name === endpoint)!;
      const settings = {
        url,
        encoding: 'urlencoded',
        credentials: null,
        secrets: [secret],
      } as const;
      const request = callbackRequest(settings, fieldsOf.get(id)!, { id, number, at: new Date() }, hmacSha256);
      const verdict = verdictOf(await egress.post(request), new Date());
      if (order.settle(id, verdict, nowMs(), random()).kind === 'dead') dead += 1;
    };
    const underWay = new Set<Promise<void>>();
    for (;;) {
      for (const { id, endpoint, attempt } of order.start(nowMs(), 100 - order.underWay)) {
        const delivery = deliver(id, endpoint, attempt).finally(() => underWay.delete(delivery));
        underWay.add(delivery);
      }
      const nextMs = order.nextStartMs(nowMs());
      if (nextMs === null && underWay.size === 0) break;
      const pause = new Promise((resolve) =>
        setTimeout(resolve, nextMs === null ? 1_000 : Math.max(1, (nextMs - nowMs()) / FASTER)),
      );
      await Promise.race([...underWay, pause]);
    }

    assert.equal(dead, 0);
    let hits = 0;
    for (const { name, receiver } of receivers) {
      hits += receiver.hits.length;
      const taken = new Map(receiver.hits.filter((hit) => hit.taken).map((hit) => [hit.webhookId, hit]));
      assert.equal(taken.size, LINES * STATUSES.length, `${name} misses some`);
      assert.deepEqual(outOfOrder(receiver.hits), []);
      for (const hit of receiver.hits) {
        assert.equal(hit.signature, 'valid');
        assert.equal(hit.webhookId, `msg_${name}_${hit.verification.slice(1)}_${hit.status}`);
        assert.ok(hit.openSockets <= 5 + 1, `${hit.openSockets} connections`); // one may be closing
      }
      // Each attempt has its number: repetitions are told from each other.
      for (const attempts of Map.groupBy(receiver.hits, (hit) => hit.webhookId).values())
        assert.ok(attempts.every((hit, at) => at === 0 || hit.attempt > attempts[at - 1]!.attempt));
    }
    context.diagnostic(
      `${fieldsOf.size} events, ${hits} hits, missing 0, out of order 0, signatures valid ${hits} of ${hits}`,
    );
  });
