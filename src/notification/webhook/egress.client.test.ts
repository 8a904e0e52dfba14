import assert from 'node:assert/strict';
import { connect, Socket } from 'node:net';
import test, { after, before, describe } from 'node:test';
import { parseNetwork } from '../../http/client-address-notation.ts';
import { Dns, zoneOf } from '../../../tests/counterparts/dns.ts';
import { WebhookReceiver } from '../../../tests/counterparts/webhook-receiver.ts';
import { openEgress, type EgressOptions } from './egress.client.ts';
import type { Egress } from './egress.ts';
import { strictRules, type EgressRules } from './egress-rules.ts';
import { resolveNames } from './resolve.client.ts';

const loopback = parseNetwork('127.0.0.0/8')!;
const rulesFor = (...ports: readonly number[]): EgressRules => ({
  ...strictRules,
  allowsHttp: true,
  ports,
  internalNetworks: [loopback],
});

const post = (egress: Egress, url: string): ReturnType<Egress['post']> =>
  egress.post({ url, headers: { 'content-type': 'text/plain' }, body: Buffer.from('hello') });

type Scene = { readonly receiver: WebhookReceiver; readonly egress: Egress; readonly url: string };

async function withReceiver(
  behave: string,
  story: (scene: Scene) => Promise<void>,
  options: Partial<EgressOptions> = {},
): Promise<void> {
  const receiver = new WebhookReceiver({ behave: () => behave });
  const port = await receiver.listen();
  const egress = openEgress({ rules: rulesFor(port), timeoutMs: 1_500, ...options });
  try {
    await story({ receiver, egress, url: `http://127.0.0.1:${port}/hook?x=1` });
  } finally {
    await egress.close();
    await receiver.close();
  }
}

describe('what receivers do to those who call them', () => {
  test('an answer is told with its status, its Retry-After and the beginning of its body', () =>
    withReceiver('throttle=30', async ({ egress, url, receiver }) => {
      assert.deepEqual(await post(egress, url), {
        ok: true,
        value: { status: 429, retryAfter: '30', body: '', isWhole: true },
      });
      const [hit] = receiver.hits;
      assert.deepEqual([hit!.method, hit!.path, hit!.body], ['POST', '/hook?x=1', 'hello']);
      assert.equal(hit!.headers['accept-encoding'], undefined);
    }));

  for (const status of [301, 302, 303, 307, 308])
    test(`${status} is an answer and is not followed`, async () => {
      const elsewhere = new WebhookReceiver();
      const port = await elsewhere.listen();
      await withReceiver(`redirect=${status} http://127.0.0.1:${port}/`, async ({ egress, url }) => {
        const reply = await post(egress, url);
        assert.ok(reply.ok);
        assert.equal(reply.value.status, status);
      });
      assert.equal(elsewhere.hits.length, 0);
      await elsewhere.close();
    });

  for (const name of ['gigabyte', 'endless'])
    test(`${name}: 4 kB are read, and the connection is closed`, () =>
      withReceiver(name, async ({ egress, url, receiver }) => {
        const reply = await post(egress, url);
        assert.ok(reply.ok);
        assert.deepEqual([reply.value.status, reply.value.body.length, reply.value.isWhole], [200, 4096, false]);
        await receiverIsLeft(receiver);
        assert.ok(receiver.bytesSent < 8_000_000, `${receiver.bytesSent} bytes were taken`);
      }));

  test('gzip-bomb: packed bytes stay packed', () =>
    withReceiver('gzip-bomb', async ({ egress, url }) => {
      const reply = await post(egress, url);
      assert.ok(reply.ok);
      assert.equal(reply.value.isWhole, false);
      assert.ok(Buffer.byteLength(reply.value.body) < 3 * 4096); // 4 kB, and what bytes that are no text become
    }));

  test('drip: the status counts, the rest is waited for until the time is over', () =>
    withReceiver('drip', async ({ egress, url, receiver }) => {
      const began = performance.now();
      const reply = await post(egress, url);
      assert.deepEqual(reply, { ok: true, value: { status: 200, retryAfter: null, body: 'z', isWhole: false } });
      assert.ok(performance.now() - began < 2_500);
      await receiverIsLeft(receiver);
    }));

  const troubles = {
    hang: { kind: 'timeout' },
    'drip-head': { kind: 'timeout' },
    cut: { kind: 'no-answer', code: 'UND_ERR_SOCKET' },
    'continue-loop': { kind: 'no-answer', code: 'UND_ERR_SOCKET' },
    'hints-loop': { kind: 'no-answer', code: 'announcements-only' },
    'big-head': { kind: 'no-answer', code: 'UND_ERR_HEADERS_OVERFLOW' },
  };
  for (const [name, refusal] of Object.entries(troubles))
    test(`${name}: ${refusal.kind}, and the connection is closed`, () =>
      withReceiver(name, async ({ egress, url, receiver }) => {
        const began = performance.now();
        assert.deepEqual(await post(egress, url), { ok: false, refusal });
        assert.ok(performance.now() - began < 2_500);
        await receiverIsLeft(receiver);
      }));

  test('nobody listens: not connected', async () => {
    const receiver = new WebhookReceiver();
    const port = await receiver.listen();
    await receiver.close();
    const egress = openEgress({ rules: rulesFor(port) });
    const outcome = await post(egress, `http://127.0.0.1:${port}/`);
    assert.deepEqual(outcome, { ok: false, refusal: { kind: 'not-connected', code: 'ECONNREFUSED' } });
    await egress.close();
  });

  test('a host that hangs has five connections and no more; the sixth request is told to come again', () =>
    withReceiver('hang', async ({ egress, url, receiver }) => {
      const outcomes = await Promise.all(Array.from({ length: 8 }, () => post(egress, url)));
      const kinds = outcomes.map((outcome) => (outcome.ok ? 'answer' : outcome.refusal.kind));
      assert.deepEqual(kinds, [...new Array<string>(5).fill('timeout'), ...new Array<string>(3).fill('host-busy')]);
      assert.equal(Math.max(...receiver.hits.map(({ openSockets }) => openSockets)), 5);
    }));

  test('a host is called ten times a second and no more', () =>
    withReceiver('accept', async ({ egress, url, receiver }) => {
      const until = performance.now() + 2_500;
      while (performance.now() < until) {
        const outcome = await post(egress, url);
        if (!outcome.ok) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const times = receiver.hits.map(({ at }) => Date.parse(at));
      assert.ok(times.length >= 20 && times.length <= 30, `${times.length} hits in 2.5 s`);
      const most = Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length));
      assert.equal(most, 10);
    }));
});

describe('where names lead', () => {
  const dns = new Dns((name, turn) =>
    name === 'alias.test'
      ? { alias: 'localhost', addresses: ['127.0.0.1'] }
      : name === 'silent.test'
        ? 'silence'
        : name === 'broken.test'
          ? 'SERVFAIL'
          : zoneOf({
              'inside.test': [['127.0.0.1']],
              'mixed.test': [['127.0.0.1', '10.0.0.1']],
              'mixed-families.test': [['127.0.0.1', 'fd00::1']],
              'mapped.test': [['::ffff:127.0.0.1']],
              'other-net.test': [['10.0.0.1']],
            })(name, turn),
  );
  let server: string;
  before(async () => {
    server = await dns.listen();
  });
  after(() => dns.close());

  test('one address that may not be called refuses the name; the rest is looked at again each time', async (context) => {
    const resolve = resolveNames({ servers: [server], timeoutMs: 600 });
    const receiver = new WebhookReceiver();
    const port = await receiver.listen();
    const egress = openEgress({ rules: rulesFor(port), resolve });
    const strict = openEgress({ rules: { ...rulesFor(port), internalNetworks: [] }, resolve });
    context.after(() => Promise.all([egress.close(), strict.close(), receiver.close()]));
    const verdictOn = async (name: string): Promise<string[]> => {
      const url = `http://${name}:${port}/`;
      const [saved, sent] = [await egress.checkEndpoint(url), await post(egress, url)];
      return [saved, sent].map((one) => (one.ok ? 'fine' : one.refusal.kind));
    };
    assert.deepEqual(await verdictOn('inside.test'), ['fine', 'fine']);
    for (const name of ['mixed.test', 'mixed-families.test', 'mapped.test', 'other-net.test'])
      assert.deepEqual(await verdictOn(name), ['address-not-public', 'address-not-public'], name);
    for (const name of ['nobody.test', 'broken.test', 'silent.test'])
      assert.deepEqual(await verdictOn(name), ['name-unresolved', 'name-unresolved'], name);
    assert.equal(receiver.hits.length, 1);
    for (const name of ['inside.test', 'alias.test']) {
      const sent = await post(strict, `http://${name}:${port}/`);
      assert.deepEqual(sent, { ok: false, refusal: { kind: 'address-not-public' } }, name);
    }
  });

  test('a connection that is kept carries the next request, and whoever opens one asks for the name anew', async (context) => {
    const resolve = resolveNames({ servers: [server], timeoutMs: 600 });
    const receiver = new WebhookReceiver();
    const port = await receiver.listen();
    const egress = openEgress({ rules: rulesFor(port), resolve });
    context.after(() => Promise.all([egress.close(), receiver.close()]));
    const url = `http://inside.test:${port}/`;
    const questions = async (): Promise<number> => {
      const before = dns.questions.length;
      assert.ok((await post(egress, url)).ok);
      // The HTTP client has the connection back a moment after the answer.
      await new Promise((resolve) => setImmediate(resolve));
      return dns.questions.length - before;
    };
    // One for each family of addresses.
    assert.deepEqual([await questions(), await questions(), await questions()], [2, 0, 0]);
    // The kept connection is closed after two seconds.
    const left = performance.now() + 10_000;
    while (receiver.openSockets > 0 && performance.now() < left)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(await questions(), 2);
    assert.equal(receiver.hits.length, 4);
  });

  test('an attempt whose time is over while it waits for a connection ends then', async (context) => {
    const sockets: Socket[] = [];
    const egress = openEgress({
      rules: rulesFor(9),
      timeoutMs: 200,
      connectTimeoutMs: 60_000,
      dial: () => sockets[sockets.push(new Socket()) - 1]!,
    });
    context.after(() => egress.close());
    const began = performance.now();
    assert.deepEqual(await post(egress, 'http://127.0.0.1:9/'), { ok: false, refusal: { kind: 'timeout' } });
    assert.ok(performance.now() - began < 5_000);
    assert.equal(sockets.length, 1);
  });

  test('own ports on own machines are refused also where the network is an internal one', async (context) => {
    const receiver = new WebhookReceiver();
    const port = await receiver.listen();
    const rules = rulesFor(port);
    const egress = openEgress({ rules: { ...rules, own: { ...rules.own, ports: [port] } } });
    context.after(() => Promise.all([egress.close(), receiver.close()]));
    for (const outcome of [
      await egress.checkEndpoint(`http://127.0.0.1:${port}/`),
      await post(egress, `http://127.9.9.9:${port}/`),
    ])
      assert.deepEqual(outcome, { ok: false, refusal: { kind: 'host-is-ours' } });
    assert.equal(receiver.hits.length, 0);
  });

  test('a connection that ends at another machine than it was meant for carries nothing', async (context) => {
    const receiver = new WebhookReceiver({ host: '127.0.0.2' });
    const port = await receiver.listen();
    const egress = openEgress({
      rules: rulesFor(port),
      dial: ({ port: to }) => connect({ host: '127.0.0.2', port: to }),
    });
    context.after(() => Promise.all([egress.close(), receiver.close()]));
    for (let times = 0; times < 5; times++)
      assert.deepEqual(await post(egress, `http://127.0.0.1:${port}/`), {
        ok: false,
        refusal: { kind: 'peer-differs' },
      });
    assert.equal(receiver.hits.length, 0);
    await receiverIsLeft(receiver);
    assert.equal(receiver.bytesSent, 0);
  });
});

/** Waits until nobody is connected any more: at most a second. */
async function receiverIsLeft(receiver: WebhookReceiver): Promise<void> {
  const until = performance.now() + 1_000;
  while (receiver.openSockets > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(receiver.openSockets, 0);
}
