import assert from 'node:assert/strict';
import net from 'node:net';
import test, { type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { byChance, inTurn } from '../../../../tests/counterparts/sms-behaviour.ts';
import { SmsHttp, type SmsHttpOptions } from '../../../../tests/counterparts/sms-http.ts';
import type { Phone } from '../../../verification/phone.ts';
import type { HandOver, OutgoingMessage, SmsGateway } from '../gateway.ts';
import { openHttp } from './http.client.ts';
import { parseReceipt } from './http-reply.ts';
import { requestFor } from './http-request.ts';
import { httpSettings, type HttpSettings } from './http-settings.ts';

const NOW = new Date('2026-11-25T10:00:00Z');
let references = 0;
const message = (text: string, over: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  reference: `reference${++references}`,
  to: '34600000001' as Phone,
  sender: 'MiEmpresa',
  text,
  ...over,
});

async function provider(t: TestContext, options: SmsHttpOptions = {}): Promise<{ provider: SmsHttp; origin: string }> {
  const one = new SmsHttp(options);
  const port = await one.listen();
  t.after(() => one.close());
  return { provider: one, origin: `http://127.0.0.1:${port}` };
}

const JSON_BODY = {
  kind: 'json',
  value: { to: '+{{to}}', from: '{{sender}}', text: '{{text}}', reference: '{{reference}}' },
};

function client(t: TestContext, origin: string, settings: Record<string, unknown> = {}): SmsGateway {
  const gateway = openHttp(
    httpSettings.parse({
      url: `${origin}/messages`,
      body: JSON_BODY,
      messageIds: 'id',
      code: 'error.code',
      timeoutMs: 500,
      connectTimeoutMs: 300,
      ...settings,
    }),
    {
      onReceipt: async () => assert.fail('receipts come by a route'),
      onWaiting: () => assert.fail('nothing waits here'),
      clock: () => NOW,
      log: { info: (line) => assert.fail(line), warn: (line) => assert.fail(line) },
    },
  );
  t.after(() => gateway.close());
  return gateway;
}

const HOSTILE = 'Verificación "ñ" €\n\\ & = + % # ? {{to}} {{sender}} </x> \u2028 🙂 https://a.example/v/x?y=1&z=2';

test('a form with Basic authentication, as one usual provider takes it', async (t) => {
  const { provider: one, origin } = await provider(t, {
    names: { to: 'To', from: 'From', text: 'Body' },
    answer: (sid) => ({ sid, status: 'queued' }),
  });
  const gateway = client(t, origin, {
    url: `${origin}/2010-04-01/Accounts/AC0123/Messages.json`,
    authentication: { kind: 'basic', user: 'AC0123', password: 'sécret' },
    body: { kind: 'form', fields: { To: '+{{to}}', From: '{{sender}}', Body: '{{text}}' } },
    messageIds: 'sid',
  });
  assert.deepEqual(await gateway.send(message(HOSTILE)), { kind: 'accepted', gatewayMessageIds: ['h-1'] });
  const [seen] = one.requests;
  assert.deepEqual(
    [
      seen!.method,
      seen!.url,
      seen!.to,
      seen!.from,
      seen!.text,
      seen!.headers['content-type'],
      seen!.headers['authorization'],
    ],
    [
      'POST',
      '/2010-04-01/Accounts/AC0123/Messages.json',
      '+34600000001',
      'MiEmpresa',
      HOSTILE,
      'application/x-www-form-urlencoded',
      `Basic ${Buffer.from('AC0123:sécret').toString('base64')}`,
    ],
  );
});

test('a list in JSON with a bearer token, as another takes it, which answers 200 to everything', async (t) => {
  const statuses = ['0', '1', '6', '0'];
  const { provider: one, origin } = await provider(t, {
    answer: (id) => ({
      messages: [
        { status: statuses.shift(), 'message-id': id },
        { status: '0', 'message-id': `${id}b` },
      ],
    }),
  });
  const gateway = client(t, origin, {
    authentication: { kind: 'bearer', token: 't0ken' },
    headers: { 'Idempotency-Key': '{{reference}}' },
    body: {
      kind: 'json',
      value: {
        messages: [
          {
            destinations: [{ to: '{{to}}' }],
            from: '{{sender}}',
            text: '{{text}}',
            type: '{{encoding}}',
            flash: false,
          },
        ],
      },
    },
    accepted: { status: ['200-299'], where: { path: 'messages.0.status', values: ['0'] } },
    postponed: [
      { status: ['200-299'], where: { path: 'messages.0.status', values: ['1', '5'] } },
      { status: [429, '500-599'] },
    ],
    refused: [{ status: ['200-299', '400-499'] }],
    messageIds: 'messages.*.message-id',
    code: 'messages.0.status',
  });
  const sent = message(HOSTILE);
  assert.deepEqual(await gateway.send(sent), { kind: 'accepted', gatewayMessageIds: ['h-1', 'h-1b'] });
  assert.deepEqual(await gateway.send(message('Hola')), { kind: 'postponed', code: 'http-201:1' });
  assert.deepEqual(await gateway.send(message('Hola')), { kind: 'refused', code: 'http-201:6' });
  const [first, second] = one.requests;
  assert.deepEqual(JSON.parse(first!.body), {
    messages: [
      { destinations: [{ to: '34600000001' }], from: 'MiEmpresa', text: HOSTILE, type: 'unicode', flash: false },
    ],
  });
  assert.equal(first!.headers['authorization'], 'Bearer t0ken');
  assert.equal(first!.headers['idempotency-key'], sent.reference);
  assert.equal((JSON.parse(second!.body) as { messages: { type: string }[] }).messages[0]!.type, 'text');
});

test('everything in the query of a GET, as old ones take it', async (t) => {
  const { provider: one, origin } = await provider(t, { raw: { status: 200, body: 'OK 123' } });
  const gateway = client(t, origin, {
    method: 'GET',
    url: `${origin}/send?to={{to}}&from={{sender}}&text={{text}}&reference={{reference}}`,
    body: { kind: 'none' },
  });
  assert.deepEqual(await gateway.send(message(HOSTILE, { sender: 'Mi Empresa' })), {
    kind: 'accepted',
    gatewayMessageIds: [],
  });
  const [seen] = one.requests;
  assert.deepEqual(
    [seen!.method, seen!.to, seen!.from, seen!.text, seen!.body],
    ['GET', '34600000001', 'Mi Empresa', HOSTILE, ''],
  );
});

test('whatever a message says, each value arrives as it is and makes nothing else', () => {
  const settings = (body: unknown, url = 'https://p.example/{{sender}}/send?q={{text}}'): HttpSettings =>
    httpSettings.parse({ url, body });
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
      (text, sender) => {
        fc.pre(!/^\.{1,2}$/.test(sender));
        const one = message(text, { sender });
        const json = requestFor(
          one,
          settings({
            kind: 'json',
            value: { text: 'a {{text}} b', list: ['{{sender}}', 1, null, true], unknown: '{{other}}' },
          }),
        );
        assert.deepEqual(JSON.parse(json.body!), {
          text: `a ${text} b`,
          list: [sender, 1, null, true],
          unknown: '{{other}}',
        });
        const form = requestFor(one, settings({ kind: 'form', fields: { text: '{{text}}', sender: '{{sender}}' } }));
        assert.deepEqual(
          [...new URLSearchParams(form.body!)],
          [
            ['text', text],
            ['sender', sender],
          ],
        );
        const url = new URL(form.url);
        assert.deepEqual(
          [
            url.host,
            url.pathname.split('/').length,
            decodeURIComponent(url.pathname.split('/')[1]!),
            [...url.searchParams],
          ],
          ['p.example', 3, sender, [['q', text]]],
        );
      },
    ),
    { numRuns: 300 },
  );
});

test('what the provider answers is told apart: taken, never, not now, nobody knows', async (t) => {
  const rows: [behaviour: string, expected: HandOver][] = [
    ['accept', { kind: 'accepted', gatewayMessageIds: ['h-1'] }],
    ['refuse=400', { kind: 'refused', code: 'http-400:E42' }],
    ['refuse=404', { kind: 'refused', code: 'http-404:E42' }],
    ['refuse=422', { kind: 'refused', code: 'http-422:E42' }],
    ['throttle', { kind: 'postponed', code: 'http-429:slow-down', retryAfterMs: 7_000 }],
    ['refuse=301', { kind: 'postponed', code: 'http-301:E42' }],
    ['refuse=401', { kind: 'postponed', code: 'http-401:E42' }],
    ['refuse=402', { kind: 'postponed', code: 'http-402:E42' }],
    ['refuse=408', { kind: 'postponed', code: 'http-408:E42' }],
    ['refuse=425', { kind: 'postponed', code: 'http-425:E42' }],
    ['refuse=503', { kind: 'postponed', code: 'http-503:E42' }],
    ['refuse=500', { kind: 'unknown', code: 'http-500:E42' }],
    ['refuse=502', { kind: 'unknown', code: 'http-502:E42' }],
    ['refuse=504', { kind: 'unknown', code: 'http-504:E42' }],
  ];
  const { origin } = await provider(t, { behave: inTurn(...rows.map(([behaviour]) => behaviour)) });
  const gateway = client(t, origin);
  for (const [behaviour, expected] of rows) assert.deepEqual(await gateway.send(message('Hola')), expected, behaviour);
});

test('Retry-After may be a date, and is nothing when it is neither', async (t) => {
  const after = async (retryAfter: string): Promise<HandOver> => {
    const { origin } = await provider(t, { behave: inTurn('throttle'), retryAfter });
    return client(t, origin).send(message('Hola'));
  };
  const postponed = { kind: 'postponed', code: 'http-429:slow-down' };
  assert.deepEqual(await after('Wed, 25 Nov 2026 10:01:30 GMT'), { ...postponed, retryAfterMs: 90_000 });
  assert.deepEqual(await after('Wed, 25 Nov 2026 09:00:00 GMT'), { ...postponed, retryAfterMs: 0 });
  assert.deepEqual(await after('soon'), postponed);
});

test('hanging and cut connections leave it open, whether or not the message was taken', async (t) => {
  const behaviours = ['hang', 'take-and-hang', 'cut', 'take-and-cut', 'late=700'];
  const { provider: one, origin } = await provider(t, { behave: inTurn(...behaviours) });
  const gateway = client(t, origin);
  const outcomes = [];
  for (const _ of behaviours) outcomes.push(await gateway.send(message('Hola')));
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    behaviours.map(() => 'unknown'),
  );
  assert.deepEqual(
    outcomes.map((outcome) => ('code' in outcome ? outcome.code : null)),
    ['timeout', 'timeout', 'UND_ERR_SOCKET', 'UND_ERR_SOCKET', 'timeout'],
  );
  assert.equal(one.taken.length, 3);
  assert.equal((await gateway.send(message('Hola'))).kind, 'accepted');
});

test('a message whose answer came late is accepted when it is sent again, and goes once', async (t) => {
  const { provider: one, origin } = await provider(t, { behave: inTurn('late=1200') });
  const gateway = client(t, origin, { timeoutMs: 400 });
  const late = message('Hola');
  assert.deepEqual(await gateway.send(late), { kind: 'unknown', code: 'timeout' });
  assert.deepEqual(await gateway.send(late), { kind: 'unknown', code: 'timeout' }); // waits for the same answer
  await pause(600);
  assert.deepEqual(await gateway.send(late), { kind: 'accepted', gatewayMessageIds: ['h-1'] });
  assert.equal(one.requests.length, 1);
});

test('an answer that never comes is waited for no longer than that, and then the message goes again', async (t) => {
  const { provider: one, origin } = await provider(t, { behave: inTurn('hang') });
  const gateway = client(t, origin, { timeoutMs: 100, lateAnswerMs: 300 });
  const lost = message('Hola');
  assert.equal((await gateway.send(lost)).kind, 'unknown');
  await pause(400);
  assert.deepEqual(await gateway.send(lost), { kind: 'accepted', gatewayMessageIds: ['h-2'] });
  assert.equal(one.requests.length, 2);
});

test('attempts for one message at once, or after it was accepted, are one', async (t) => {
  const { provider: one, origin } = await provider(t, { behave: inTurn('late=50') });
  const gateway = client(t, origin);
  const once = message('Hola');
  const outcomes = [...(await Promise.all([gateway.send(once), gateway.send(once)])), await gateway.send(once)];
  assert.deepEqual(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size, 1);
  assert.equal(one.requests.length, 1);
});

test('an answer cut in the middle: taken where the status says so, open where the body would have to', async (t) => {
  const { origin } = await provider(t, { behave: inTurn('answer-and-cut', 'answer-and-cut') });
  assert.deepEqual(await client(t, origin).send(message('Hola')), { kind: 'accepted', gatewayMessageIds: [] });
  const strict = client(t, origin, { accepted: { status: ['200-299'], where: { path: 'ok', values: [true] } } });
  assert.deepEqual(await strict.send(message('Hola')), { kind: 'unknown', code: 'http-201:unreadable' });
});

test('an answer that comes twice is not taken for that of the next message', async (t) => {
  const { origin } = await provider(t, { behave: inTurn('twice', 'accept', 'twice', 'accept') });
  const gateway = client(t, origin, { connections: 1 });
  const ids = [];
  for (let at = 0; at < 4; at++) {
    const outcome = await gateway.send(message('Hola'));
    assert.equal(outcome.kind, 'accepted');
    ids.push(...(outcome.kind === 'accepted' ? outcome.gatewayMessageIds : []));
    await pause(30);
  }
  assert.deepEqual(ids, ['h-1', 'h-2', 'h-3', 'h-4']);
});

test('redirects are not followed, and an endless answer is not read', async (t) => {
  const { provider: other, origin: elsewhere } = await provider(t);
  const redirecting = await provider(t, {
    raw: { status: 307, headers: { location: `${elsewhere}/messages` }, body: '' },
  });
  assert.deepEqual(await client(t, redirecting.origin).send(message('Hola')), { kind: 'postponed', code: 'http-307' });
  assert.equal(other.requests.length, 0);
  const long = await provider(t, { raw: { status: 200, body: `{"id":"x","pad":"${'a'.repeat(70_000)}"}` } });
  assert.deepEqual(await client(t, long.origin).send(message('Hola')), { kind: 'accepted', gatewayMessageIds: [] });
});

test('where nobody listens, nothing was sent', async (t) => {
  const unused = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => unused.once('listening', resolve));
  const { port } = unused.address() as net.AddressInfo;
  await new Promise((resolve) => unused.close(resolve));
  assert.deepEqual(await client(t, `http://127.0.0.1:${port}`).send(message('Hola')), {
    kind: 'postponed',
    code: 'ECONNREFUSED',
  });
  const gateway = client(t, 'https://no-such-host.invalid');
  const outcome = await gateway.send(message('Hola'));
  assert.equal(outcome.kind, 'postponed');
});

test('closing lets what is under way end and takes no more', async (t) => {
  const { provider: one, origin } = await provider(t, { behave: inTurn('late=150') });
  const gateway = client(t, origin);
  const underWay = gateway.send(message('Hola'));
  while (one.requests.length === 0) await pause(5);
  await gateway.close();
  assert.deepEqual(await underWay, { kind: 'accepted', gatewayMessageIds: ['h-1'] });
  assert.deepEqual(await gateway.send(message('Hola')), { kind: 'postponed', code: 'closing' });
});

test('settings that would send a message or a key to the wrong place are refused, without repeating them', () => {
  const problemsOf = (settings: Record<string, unknown>): string[] => {
    const parsed = httpSettings.safeParse({ body: JSON_BODY, url: 'https://p.example/x', ...settings });
    return parsed.success ? [] : parsed.error.issues.map(({ path, message: words }) => `${path.join('.')}: ${words}`);
  };
  assert.deepEqual(problemsOf({}), []);
  assert.deepEqual(problemsOf({ url: 'http://localhost:1/x' }), []);
  for (const url of [
    'http://p.example/x',
    'ftp://p.example',
    'https://{{to}}.p.example/',
    'https://p.example{{to}}/',
    'https://user:s3cret@p.example/',
    'p.example',
    '{{text}}',
    'https://p.example:{{to}}/',
  ]) {
    const problems = problemsOf({ url });
    assert.equal(problems.length, 1, url);
    assert.match(problems[0]!, /^url: /);
    assert.equal(/s3cret|p\.example/.test(problems[0]!), false);
  }
  assert.equal(problemsOf({ headers: { 'x-text': '{{text}}' } }).length, 1);
  assert.equal(problemsOf({ headers: { 'x-a': 'b\r\nc: d' } }).length, 1);
  assert.equal(problemsOf({ headers: { 'x a': 'b' } }).length, 1);
  assert.equal(problemsOf({ authentication: { kind: 'bearer', token: 'a\nb' } }).length, 1);
  assert.equal(problemsOf({ usr: 'x' }).length, 1);
});

test('a reason that could name a person is left out of the code', async (t) => {
  for (const [code, expected] of [
    ['34600000001', 'http-400'],
    ['number 600000001 is wrong', 'http-400'],
    ['21211', 'http-400:21211'],
    ['INVALID_TO', 'http-400:INVALID_TO'],
  ] as const) {
    const { origin } = await provider(t, { raw: { status: 400, body: JSON.stringify({ error: { code } }) } });
    assert.deepEqual(await client(t, origin).send(message('Hola')), { kind: 'refused', code: expected });
  }
});

test('receipts are read as providers send them, one or many, in a form or in JSON', () => {
  const form = {
    format: 'form',
    messageId: 'MessageSid',
    status: 'MessageStatus',
    statuses: { delivered: ['delivered'], undeliverable: ['undelivered', 'failed'], underway: ['queued', 'sent'] },
  } as const;
  const json = {
    format: 'json',
    list: 'results',
    messageId: 'id',
    status: 'status.group',
    statuses: { delivered: [3], expired: [4], rejected: [5], underway: [1] },
  } as const;
  const settingsOf = (receipts: unknown): NonNullable<HttpSettings['receipts']> =>
    httpSettings.parse({ url: 'https://p.example', body: { kind: 'none' }, receipts }).receipts!;
  const receipt = (gatewayMessageId: string, status: string): unknown => ({ gatewayMessageId, status, at: NOW });
  assert.deepEqual(parseReceipt(settingsOf(form), 'MessageSid=SM1&MessageStatus=delivered&To=%2B34600000001', NOW), {
    ok: true,
    value: [receipt('SM1', 'delivered')],
  });
  assert.deepEqual(parseReceipt(settingsOf(form), 'MessageSid=SM1&MessageStatus=failed', NOW), {
    ok: true,
    value: [receipt('SM1', 'undeliverable')],
  });
  assert.deepEqual(parseReceipt(settingsOf(form), 'MessageSid=SM1&MessageStatus=read', NOW), {
    ok: true,
    value: [receipt('SM1', 'unknown')],
  });
  const body = JSON.stringify({
    results: [
      { id: 'a', status: { group: 3 } },
      { id: 7, status: { group: 4 } },
      { id: 'c', status: { group: 1 } },
    ],
  });
  assert.deepEqual(parseReceipt(settingsOf(json), body, NOW), {
    ok: true,
    value: [receipt('a', 'delivered'), receipt('7', 'expired'), receipt('c', 'underway')],
  });
  for (const broken of [
    '',
    '{',
    'null',
    '[]',
    '{"results":[]}',
    '{"results":[{"id":"a"}]}',
    '{"results":{"__proto__":1}}',
    '"x"',
    '7',
  ])
    assert.deepEqual(
      parseReceipt(settingsOf(json), broken, NOW),
      { ok: false, refusal: { kind: 'receipt-unreadable' } },
      broken,
    );
  assert.deepEqual(parseReceipt(settingsOf(form), 'MessageSid=&MessageStatus=delivered', NOW), {
    ok: false,
    refusal: { kind: 'receipt-unreadable' },
  });
});

test('1,000 messages with troubles by chance: accepted is taken once, refused and postponed are not taken', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const plan =
    'accept:80,twice:4,refuse=400:4,throttle:4,late=30:4,take-and-hang:0.15,hang:0.15,cut:1,take-and-cut:1,answer-and-cut:1';
  const { provider: one, origin } = await provider(t, { behave: byChance(plan, seed) });
  const gateway = client(t, origin, { timeoutMs: 1_000 });
  const messages = Array.from({ length: 1_000 }, () => message('Hola'));
  const outcomes: HandOver[] = [];
  for (let at = 0; at < messages.length; at += 20)
    outcomes.push(...(await Promise.all(messages.slice(at, at + 20).map((each) => gateway.send(each)))));

  const takenOf = Map.groupBy(one.taken, ({ reference }) => reference);
  const counts: Record<string, number> = {};
  outcomes.forEach(({ kind }, at) => {
    counts[kind] = (counts[kind] ?? 0) + 1;
    const taken = takenOf.get(messages[at]!.reference)?.length ?? 0;
    if (kind === 'accepted') assert.equal(taken, 1, `message ${at} was accepted and not taken once`);
    if (kind === 'refused' || kind === 'postponed') assert.equal(taken, 0, `message ${at} was ${kind} and taken`);
    assert.ok(taken <= 1, `message ${at} was taken twice in one attempt`);
  });
  t.diagnostic(JSON.stringify(counts));
  for (const kind of ['accepted', 'refused', 'postponed', 'unknown'])
    assert.ok(counts[kind]! > 0, `no message was ${kind}`);
});
