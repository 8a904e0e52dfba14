import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import fc from 'fast-check';
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '../../kernel/instant.ts';
import { seededRandom } from '../../kernel/random.ts';
import { MOST_ATTEMPTS } from './backoff.ts';
import { HostLimits } from './host-limits.ts';
import { DeliveryOrder, type Settled } from './order.ts';
import type { Verdict } from './verdict.ts';

type Event = { readonly atMs: number; readonly id: string; readonly line: string; readonly endpoint: string };
type Hit = Event & {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly attempt: number;
  readonly verdict: Verdict['kind'];
};
/** What an endpoint does with a delivery that reaches it at a time. */
type Receiver = (startedAtMs: number, id: string) => { readonly latencyMs: number; readonly verdict: Verdict };

const fine: Verdict = { kind: 'delivered' };
const failed: Verdict = { kind: 'failed', code: 'http-500', retryAfterMs: null };

type World = {
  readonly events: readonly Event[];
  readonly receivers: Readonly<Record<string, Receiver>>;
  /** Endpoints that share a host; without an entry each has its own. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly most?: number;
  readonly seed?: number;
  readonly untilMs?: number;
};
type Course = {
  readonly hits: readonly Hit[];
  readonly settled: ReadonlyMap<string, Settled>;
  readonly order: DeliveryOrder;
};

/** Runs the order over receivers in simulated time: nothing waits, everything is written down. */
function run({ events, receivers, hosts = {}, most = 500, seed = 1, untilMs = 10 * MS_PER_DAY }: World): Course {
  const random = seededRandom(seed);
  const order = new DeliveryOrder(new HostLimits());
  for (const name of Object.keys(receivers))
    order.setEndpoint(name, { hostName: hosts[name] ?? `${name}.test`, isSwitchedOff: false, failingSinceMs: null });
  const waiting = events.toSorted((a, b) => a.atMs - b.atMs);
  const byId = new Map(events.map((event) => [event.id, event]));
  const ends: { readonly hit: Hit; readonly verdict: Verdict }[] = [];
  const hits: Hit[] = [];
  const settled = new Map<string, Settled>();
  for (let nowMs = 0, at = 0; nowMs <= untilMs;) {
    for (; at < waiting.length && waiting[at]!.atMs <= nowMs; at++)
      order.add({ ...waiting[at]!, tries: 0, failures: 0, dueAtMs: waiting[at]!.atMs });
    while (ends.length > 0 && ends[0]!.hit.endedAtMs <= nowMs) {
      const { hit, verdict } = ends.shift()!;
      settled.set(hit.id, order.settle(hit.id, verdict, nowMs, random()));
    }
    for (const { id, endpoint, attempt } of order.start(nowMs, most - order.underWay)) {
      const { latencyMs, verdict } = receivers[endpoint]!(nowMs, id);
      const hit: Hit = {
        ...byId.get(id)!,
        startedAtMs: nowMs,
        endedAtMs: nowMs + latencyMs,
        attempt,
        verdict: verdict.kind,
      };
      hits.push(hit);
      const place = ends.findLastIndex((other) => other.hit.endedAtMs <= hit.endedAtMs) + 1;
      ends.splice(place, 0, { hit, verdict });
    }
    const next = Math.min(
      waiting[at]?.atMs ?? Infinity,
      ends[0]?.hit.endedAtMs ?? Infinity,
      (order.underWay < most ? order.nextStartMs(nowMs) : null) ?? Infinity,
    );
    if (next === Infinity) break;
    assert.ok(next > nowMs || ends[0]?.hit.endedAtMs === nowMs, `time stands still at ${nowMs}`);
    nowMs = next;
  }
  return { hits, settled, order };
}

/** What holds whatever happens. */
function assertLawful({ events, hosts = {} }: World, { hits }: Course): void {
  const lineOf = Map.groupBy(
    events.toSorted((a, b) => a.atMs - b.atMs),
    ({ line }) => line,
  );
  for (const [line, told] of Map.groupBy(hits, (hit) => hit.line)) {
    let next = 0;
    let freeFromMs = -Infinity;
    let attempt = 1;
    for (const { id, startedAtMs, endedAtMs, verdict, ...hit } of told) {
      assert.equal(id, lineOf.get(line)![next]?.id, 'a delivery of a line overtakes another');
      assert.ok(startedAtMs >= freeFromMs, 'two deliveries of a line at once');
      assert.equal(hit.attempt, attempt);
      freeFromMs = endedAtMs;
      attempt += verdict === 'not-tried' ? 0 : 1;
      if (verdict !== 'delivered') continue;
      next += 1;
      attempt = 1;
    }
  }
  for (const told of Map.groupBy(hits, ({ endpoint }) => hosts[endpoint] ?? endpoint).values()) {
    let ends: number[] = [];
    for (const [at, { startedAtMs, endedAtMs }] of told.entries()) {
      ends = ends.filter((endsAtMs) => endsAtMs > startedAtMs);
      assert.ok(ends.length < 5, 'more than five at once');
      ends.push(endedAtMs);
      if (at >= 10) assert.ok(startedAtMs - told[at - 10]!.startedAtMs > MS_PER_SECOND, 'more than ten a second');
    }
  }
}

/** Statuses of verifications at one endpoint, as they come: five each. */
function lifeOf(endpoint: string, verifications: number, overMs: number): Event[] {
  const statuses = ['3000', '3001', '5000', '5001', '5100'];
  return Array.from({ length: verifications }, (_, number) =>
    statuses.map((status, at) => ({
      atMs: Math.round((number / verifications) * overMs) + at,
      id: `${endpoint}-${number}-${status}`,
      line: `${endpoint}-${number}`,
      endpoint,
    })),
  ).flat();
}

const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * share) - 1]!;

const outcome = fc.oneof(
  { weight: 5, arbitrary: fc.constant(fine) },
  { weight: 3, arbitrary: fc.constant(failed) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('failed' as const),
      code: fc.constant('http-429'),
      retryAfterMs: fc.nat(2 * MS_PER_DAY),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('not-tried' as const), againMs: fc.integer({ min: 1, max: 5_000 }) }),
  },
);
/** Given in turn. One that is never tried waits forever. */
const answers = fc
  .array(fc.record({ latencyMs: fc.nat(10_000), verdict: outcome }), { minLength: 1, maxLength: 12 })
  .filter((given) => given.some(({ verdict }) => verdict.kind !== 'not-tried'));
const anyWorld = fc
  .record({
    endpoints: fc.array(answers, { minLength: 1, maxLength: 5 }),
    told: fc.array(fc.record({ atMs: fc.nat(20_000), line: fc.nat(7) }), { minLength: 1, maxLength: 60 }),
    sharesHost: fc.boolean(),
    most: fc.integer({ min: 1, max: 30 }),
    seed: fc.nat(),
  })
  .map(({ endpoints, told, sharesHost, most, seed }): World => {
    const names = endpoints.map((_, number) => `e${number}`);
    return {
      events: told
        .toSorted((a, b) => a.atMs - b.atMs)
        .map(({ atMs, line }, number) => {
          const endpoint = names[line % names.length]!;
          return { atMs, id: `d${number}`, line: `l${line}`, endpoint };
        }),
      receivers: Object.fromEntries(
        endpoints.map((given, number) => {
          let turn = 0;
          return [names[number]!, () => given[turn++ % given.length]!];
        }),
      ),
      hosts: sharesHost ? Object.fromEntries(names.map((name) => [name, 'shared.test'])) : {},
      most,
      seed,
      untilMs: 40 * MS_PER_DAY,
    };
  });

describe('the order of deliveries', () => {
  test('whatever receivers do, each line goes in order, one at a time, and hosts are spared', (context) => {
    const counts = { worlds: 0, attempts: 0, delivered: 0, dead: 0, behindDead: 0 };
    fc.assert(
      fc.property(anyWorld, (world) => {
        const course = run(world);
        assertLawful(world, course);
        counts.worlds += 1;
        counts.attempts += course.hits.length;
        // Nothing is lost: delivered, or dead after all its attempts, or behind one that is dead.
        const isDead = new Set<string>();
        for (const { id, line } of world.events.toSorted((a, b) => a.atMs - b.atMs)) {
          const end = course.settled.get(id);
          if (isDead.has(line)) {
            assert.equal(end, undefined);
            counts.behindDead += 1;
          } else if (end?.kind === 'dead') {
            isDead.add(line);
            assert.ok(end.tries >= MOST_ATTEMPTS);
            counts.dead += 1;
          } else {
            assert.deepEqual(end, { kind: 'delivered' });
            counts.delivered += 1;
          }
        }
      }),
      { numRuns: 300 },
    );
    assert.ok(counts.dead > 0 && counts.behindDead > 0 && counts.delivered > 0, 'the worlds are too kind');
    context.diagnostic(JSON.stringify(counts));
  });

  for (const hours of [24, 72])
    for (const [way, receiver] of Object.entries({
      refuses: { latencyMs: 2, verdict: failed },
      hangs: { latencyMs: 10_000, verdict: failed },
    }))
      for (const overHours of [0, hours])
        test(`a receiver that ${way} for ${hours} h gets 2,000 events of ${overHours} h within ten minutes of its return`, (context) => {
          const backMs = hours * MS_PER_HOUR;
          const world: World = {
            events: lifeOf('a', 400, overHours * MS_PER_HOUR),
            receivers: { a: (nowMs) => (nowMs < backMs ? receiver : { latencyMs: 50, verdict: fine }) },
          };
          const course = run(world);
          assertLawful(world, course);
          const delivered = course.hits.filter(({ verdict }) => verdict === 'delivered');
          assert.equal(new Set(delivered.map(({ id }) => id)).size, 2_000);
          const lastMinutes = (Math.max(...delivered.map(({ endedAtMs }) => endedAtMs)) - backMs) / MS_PER_MINUTE;
          assert.ok(lastMinutes <= 10, `${lastMinutes} min`);
          context.diagnostic(
            `missing 0, out of order 0, last after ${lastMinutes.toFixed(1)} min, ${course.hits.length} attempts`,
          );
        });

  test('one dead and one hanging receiver among 50 delay nobody else', (context) => {
    const names = Array.from({ length: 50 }, (_, number) => `e${number}`);
    const world: World = {
      events: names.flatMap((name) => lifeOf(name, 100, 10 * MS_PER_MINUTE)),
      receivers: Object.fromEntries(
        names.map((name): [string, Receiver] => [
          name,
          () =>
            name === 'e0'
              ? { latencyMs: 1, verdict: failed }
              : name === 'e1'
                ? { latencyMs: 10_000, verdict: failed }
                : { latencyMs: 80, verdict: fine },
        ]),
      ),
      most: 50,
      untilMs: MS_PER_HOUR,
    };
    const course = run(world);
    assertLawful(world, course);
    const others = course.hits.filter(({ endpoint }) => !['e0', 'e1'].includes(endpoint));
    assert.equal(others.length, 48 * 500);
    const p95 = percentile(
      others.map(({ atMs, startedAtMs }) => startedAtMs - atMs),
      0.95,
    );
    assert.ok(p95 < 2_000, `${p95} ms`);
    context.diagnostic(`event→hit p95 of the others ${p95} ms (simulated)`);
  });

  test('a hanging endpoint leaves places to its neighbours on the same host', () => {
    const world: World = {
      events: [
        ...lifeOf('bad', 50, 0),
        ...lifeOf('good', 50, 5 * MS_PER_MINUTE).map((event) => ({ ...event, atMs: event.atMs + MS_PER_MINUTE })),
      ],
      receivers: {
        bad: () => ({ latencyMs: 10_000, verdict: failed }),
        good: () => ({ latencyMs: 50, verdict: fine }),
      },
      hosts: { bad: 'hooks.test', good: 'hooks.test' },
      untilMs: MS_PER_HOUR,
    };
    const course = run(world);
    assertLawful(world, course);
    const good = course.hits.filter(({ endpoint }) => endpoint === 'good');
    assert.equal(good.length, 250);
    assert.ok(
      percentile(
        good.map(({ atMs, startedAtMs }) => startedAtMs - atMs),
        1,
      ) < 2_000,
    );
  });

  test('one delivery that a receiver cannot digest is tried by its schedule, while the others go', () => {
    const world: World = {
      events: lifeOf('a', 400, 6 * MS_PER_HOUR),
      receivers: { a: (_, id) => ({ latencyMs: 50, verdict: id === 'a-3-3001' ? failed : fine }) },
      untilMs: 20 * MS_PER_DAY,
    };
    const course = run(world);
    assertLawful(world, course);
    const told = (id: string): number => course.hits.filter((hit) => hit.id === id).length;
    assert.equal(course.settled.get('a-3-3001')!.kind, 'dead');
    assert.equal(told('a-3-5000'), 0);
    assert.equal(course.hits.filter(({ verdict }) => verdict === 'delivered').length, 2_000 - 4);
    // By schedule, and as a probe while it is the only thing that is tried: never as often as the others go.
    const scheduled = course.hits.filter(({ id, startedAtMs }) => id === 'a-3-3001' && startedAtMs < 6 * MS_PER_HOUR);
    assert.ok(scheduled.length < 3 * 60, `${scheduled.length} attempts in six hours`);
  });
});

describe('what people do', () => {
  const fresh = (): DeliveryOrder => {
    const order = new DeliveryOrder(new HostLimits());
    order.setEndpoint('e', { hostName: 'e.test', isSwitchedOff: false, failingSinceMs: null });
    for (const id of ['a', 'b']) order.add({ id, line: 'l', endpoint: 'e', tries: 0, failures: 0, dueAtMs: 0 });
    return order;
  };
  const idsOf = (order: DeliveryOrder, nowMs: number): string[] => order.start(nowMs, 9).map(({ id }) => id);
  const die = (order: DeliveryOrder): { readonly nowMs: number; readonly tries: number } => {
    for (let nowMs = 0; ; nowMs = order.nextStartMs(nowMs)!) {
      const [started] = order.start(nowMs, 1);
      if (started === undefined) continue;
      const settled = order.settle(started.id, failed, nowMs, 0.5);
      if (settled.kind === 'dead') return { nowMs, tries: settled.tries };
    }
  };

  test('a dead letter stops its line until it is replayed; then everything behind it goes', () => {
    const order = fresh();
    const { nowMs, tries } = die(order);
    assert.ok(nowMs >= 72 * MS_PER_HOUR);
    assert.deepEqual(idsOf(order, nowMs + MS_PER_DAY), []);
    assert.equal(order.nextStartMs(nowMs), null);
    assert.ok(order.forget('l'));
    assert.ok(!order.forget('l'));
    assert.deepEqual(order.loadOf('e'), { held: 0, underWay: 0 });
    order.add({ id: 'a', line: 'l', endpoint: 'e', tries, failures: 0, dueAtMs: nowMs });
    order.add({ id: 'b', line: 'l', endpoint: 'e', tries: 0, failures: 0, dueAtMs: nowMs });
    assert.deepEqual(order.start(nowMs, 9), [{ id: 'a', line: 'l', endpoint: 'e', attempt: tries + 1 }]);
    order.settle('a', fine, nowMs, 0);
    assert.deepEqual(order.start(nowMs, 9), [{ id: 'b', line: 'l', endpoint: 'e', attempt: 1 }]);
  });

  test('what comes behind a dead letter waits with it', () => {
    const order = fresh();
    const { nowMs } = die(order);
    order.add({ id: 'c', line: 'l', endpoint: 'e', tries: 0, failures: 0, dueAtMs: nowMs });
    assert.deepEqual(idsOf(order, nowMs + MS_PER_DAY), []);
    assert.deepEqual(order.loadOf('e'), { held: 3, underWay: 0 });
  });

  test('what is woken goes at once, from the beginning of its schedule', () => {
    const order = fresh();
    order.add({ id: 'c', line: 'other', endpoint: 'e', tries: 0, failures: 0, dueAtMs: MS_PER_HOUR });
    assert.deepEqual(idsOf(order, 0), ['a']);
    order.settle('a', failed, 10, 0);
    assert.ok(order.wake('c', 'other', 20));
    assert.ok(order.wake('a', 'l', 20));
    assert.ok(!order.wake('x', 'l', 20));
    assert.deepEqual(idsOf(order, 20), ['a']); // the endpoint fails: one at a time
    const settled = order.settle('a', failed, 30, 0);
    assert.deepEqual(settled, { kind: 'again', tries: 2, failures: 1, dueAtMs: 30 + 5_250 });
    assert.deepEqual(idsOf(order, 30), ['c']);
  });

  test('an endpoint is forgotten with what waits for it, and not with what is under way', () => {
    const order = fresh();
    assert.deepEqual(idsOf(order, 0), ['a']);
    assert.deepEqual(order.loadOf('e'), { held: 2, underWay: 1 });
    assert.throws(() => order.removeEndpoint('e'), RangeError);
    order.settle('a', failed, 10, 0);
    order.removeEndpoint('e');
    assert.equal(order.endpoint('e'), null);
    assert.deepEqual(order.loadOf('e'), { held: 0, underWay: 0 });
    assert.deepEqual(idsOf(order, MS_PER_DAY), []);
    assert.equal(order.nextStartMs(0), null);
  });

  test('410 switches an endpoint off; switched on again, its lines go on where they were', () => {
    const order = fresh();
    assert.deepEqual(idsOf(order, 0), ['a']);
    assert.deepEqual(order.settle('a', { kind: 'gone' }, 10, 0), { kind: 'endpoint-gone', tries: 1 });
    assert.equal(order.endpoint('e')!.isSwitchedOff, true);
    assert.deepEqual(idsOf(order, MS_PER_DAY), []);
    assert.equal(order.nextStartMs(MS_PER_DAY), null);
    order.setEndpoint('e', { hostName: 'new.test', isSwitchedOff: false, failingSinceMs: null });
    assert.deepEqual(idsOf(order, MS_PER_DAY), ['a']);
    order.settle('a', fine, MS_PER_DAY, 0);
    assert.deepEqual(idsOf(order, MS_PER_DAY), ['b']);
  });

  test('Retry-After stops what the endpoint is told, for an hour at most; its delivery waits as long as was asked', () => {
    const order = fresh();
    order.add({ id: 'c', line: 'other', endpoint: 'e', tries: 0, failures: 0, dueAtMs: 1 });
    assert.deepEqual(idsOf(order, 0), ['a']);
    const settled = order.settle('a', { ...failed, retryAfterMs: 5 * MS_PER_HOUR }, 10, 0);
    assert.deepEqual(settled, { kind: 'again', tries: 1, failures: 1, dueAtMs: 10 + 5 * MS_PER_HOUR });
    assert.deepEqual(idsOf(order, MS_PER_HOUR), []);
    assert.equal(order.nextStartMs(20), 10 + MS_PER_HOUR);
    assert.deepEqual(idsOf(order, 10 + MS_PER_HOUR), ['c']);
  });

  test('since when an endpoint fails is known, and forgotten with the first success', () => {
    const order = fresh();
    idsOf(order, 0);
    order.settle('a', failed, 10, 0);
    assert.equal(order.endpoint('e')!.failingSinceMs, 10);
    idsOf(order, MS_PER_HOUR);
    order.settle('a', fine, MS_PER_HOUR, 0);
    assert.equal(order.endpoint('e')!.failingSinceMs, null);
    assert.equal(order.endpoint('nobody'), null);
  });

  test('what nobody made known or began is a mistake of ours', () => {
    const order = fresh();
    assert.throws(
      () => order.add({ id: 'x', line: 'x', endpoint: 'x', tries: 0, failures: 0, dueAtMs: 0 }),
      RangeError,
    );
    assert.throws(() => order.settle('a', fine, 0, 0), RangeError);
  });
});
