import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { byChance, inTurn } from '../../../../tests/counterparts/sms-behaviour.ts';
import { encodePdu } from '../../../../tests/counterparts/smpp-pdu.ts';
import { Smsc, type SmscOptions } from '../../../../tests/counterparts/smsc.ts';
import { seededRandom } from '../../../kernel/random.ts';
import type { Phone } from '../../../verification/phone.ts';
import type { DeliveryReceipt, HandOver, OutgoingMessage, SmsGateway } from '../gateway.ts';
import { openSmpp } from './smpp.client.ts';
import { smppSettings } from './smpp-settings.ts';

const NOW = new Date('2026-11-25T10:00:00Z');
let references = 0;
const message = (text: string, over: Partial<OutgoingMessage> = {}): OutgoingMessage => ({
  reference: `reference${++references}`,
  to: '34600000001' as Phone,
  sender: 'MiEmpresa',
  text,
  ...over,
});
const LONG = 'Verifique su identidad. '.repeat(10); // 240 septets, two parts

type Side = { gateway: SmsGateway; receipts: DeliveryReceipt[]; warnings: string[]; onReceipt: { fails: boolean } };

async function centre(t: TestContext, options: SmscOptions = {}): Promise<{ smsc: Smsc; port: number }> {
  const smsc = new Smsc(options);
  const port = await smsc.listen();
  t.after(() => smsc.close());
  return { smsc, port };
}

function client(t: TestContext, port: number, settings: Record<string, unknown> = {}): Side {
  const receipts: DeliveryReceipt[] = [];
  const warnings: string[] = [];
  const onReceipt = { fails: false };
  const gateway = openSmpp(
    smppSettings.parse({
      host: '127.0.0.1',
      port,
      systemId: 'user',
      password: 'secret',
      reconnectFromMs: 20,
      reconnectUpToMs: 50,
      responseTimeoutMs: 400,
      waitMs: 1_000,
      ...settings,
    }),
    {
      onReceipt: async (receipt) => {
        if (onReceipt.fails) throw new Error('the store is away');
        receipts.push(receipt);
      },
      onWaiting: () => assert.fail('nothing waits here'),
      clock: () => NOW,
      log: { info: () => {}, warn: (sentence, facts) => warnings.push(`${JSON.stringify(facts)} ${sentence}`) },
    },
  );
  t.after(() => gateway.close());
  return { gateway, receipts, warnings, onReceipt };
}

async function until(what: () => boolean, withinMs = 3_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!what()) {
    if (performance.now() > deadline) throw new Error('it did not happen in time');
    await pause(5);
  }
}

test('a message arrives as it was written, and the centre names it', async (t) => {
  const { smsc, port } = await centre(t);
  const { gateway } = client(t, port);
  assert.deepEqual(await gateway.send(message('Verificación ñ € [x] _ @')), {
    kind: 'accepted',
    gatewayMessageIds: ['m_1'],
  } satisfies HandOver);
  assert.deepEqual(smsc.messages(), [
    { from: 'MiEmpresa', to: '34600000001', text: 'Verificación ñ € [x] _ @', messageIds: ['m_1'] },
  ]);
  assert.deepEqual(smsc.binds, [{ systemId: 'user', interfaceVersion: 0x34 }]);
});

const TEXTS = [
  'Hola',
  '€uro [x] {y} \\ ^ ~ |\nñ',
  'a'.repeat(7),
  'a'.repeat(15),
  'a'.repeat(160),
  'a'.repeat(161),
  `${'a'.repeat(152)}€${'b'.repeat(100)}`,
  'x'.repeat(153 * 3),
  'á'.repeat(70),
  'á'.repeat(71),
  `${'á'.repeat(66)}🙂${'é'.repeat(80)}`,
  '验证您的身份'.repeat(30),
];
for (const settings of [
  {},
  { longMessages: 'payload' },
  { defaultAlphabet: 'gsm-7-packed' },
  { defaultAlphabet: 'gsm-7-packed', longMessages: 'payload' },
])
  test(`short and long messages of both alphabets arrive whole with ${JSON.stringify(settings)}`, async (t) => {
    const { smsc, port } = await centre(t, { isPacked: 'defaultAlphabet' in settings });
    const { gateway } = client(t, port, settings);
    for (const text of TEXTS) assert.equal((await gateway.send(message(text))).kind, 'accepted');
    assert.deepEqual(
      smsc.messages().map(({ text }) => text),
      TEXTS,
    );
    const isCut = smsc.submissions.some(({ concatenation }) => concatenation !== null);
    assert.equal(isCut, !('longMessages' in settings));
  });

test('names, numbers and short codes are addressed as networks want them', async (t) => {
  const { smsc, port } = await centre(t);
  const { gateway } = client(t, port);
  for (const sender of ['MiEmpresa', '34600000002', '25555']) await gateway.send(message('Hola', { sender }));
  assert.deepEqual(
    smsc.submissions.map(({ source, destination, registeredDelivery }) => [source, destination, registeredDelivery]),
    [
      [{ ton: 5, npi: 0, address: 'MiEmpresa' }, { ton: 1, npi: 1, address: '34600000001' }, 1],
      [{ ton: 1, npi: 1, address: '34600000002' }, { ton: 1, npi: 1, address: '34600000001' }, 1],
      [{ ton: 3, npi: 0, address: '25555' }, { ton: 1, npi: 1, address: '34600000001' }, 1],
    ],
  );
});

test('what the centre answers is told apart: taken, never, not now', async (t) => {
  const rows = [
    ['refuse=11', { kind: 'refused', code: 'ESME_RINVDSTADR' }],
    ['refuse=10', { kind: 'refused', code: 'ESME_RINVSRCADR' }],
    ['refuse=257', { kind: 'refused', code: 'ESME_RPROHIBITED' }],
    ['refuse=101', { kind: 'refused', code: 'ESME_RX_P_APPN' }],
    ['refuse=8', { kind: 'postponed', code: 'ESME_RSYSERR' }],
    ['refuse=100', { kind: 'postponed', code: 'ESME_RX_T_APPN' }],
    ['refuse=69', { kind: 'postponed', code: 'ESME_RSUBMITFAIL' }],
    ['refuse=20', { kind: 'postponed', code: 'ESME_RMSGQFUL', retryAfterMs: 5_000 }],
    ['throttle', { kind: 'postponed', code: 'ESME_RTHROTTLED', retryAfterMs: 5_000 }],
    ['refuse=1033', { kind: 'postponed', code: 'SMSC_0x409' }],
    ['refuse=1025', { kind: 'refused', code: 'SMSC_0x401' }],
    ['accept', { kind: 'accepted', gatewayMessageIds: ['m_12'] }],
  ] as const;
  const { port } = await centre(t, { behave: inTurn(...rows.map(([behaviour]) => behaviour)) });
  const { gateway } = client(t, port, { statuses: { 1025: 'permanent' } });
  for (const [behaviour, expected] of rows) assert.deepEqual(await gateway.send(message('Hola')), expected, behaviour);
});

test('an answer that does not come leaves open what happened, whether or not the message was taken', async (t) => {
  const { smsc, port } = await centre(t, { behave: inTurn('hang', 'take-and-hang', 'late=700') });
  const { gateway } = client(t, port);
  const unknown = { kind: 'unknown', code: 'no-response' };
  assert.deepEqual(await gateway.send(message('uno')), unknown);
  assert.deepEqual(await gateway.send(message('dos')), unknown);
  assert.deepEqual(await gateway.send(message('tres')), unknown);
  await pause(400); // the late answer arrives and must not be taken for that of another message
  assert.deepEqual(await gateway.send(message('cuatro')), { kind: 'accepted', gatewayMessageIds: ['m_4'] });
  assert.deepEqual(
    smsc.taken.map(({ text }) => text),
    ['dos', 'tres', 'cuatro'],
  );
});

test('a connection cut before the answer leaves it open too, and the next message finds a new connection', async (t) => {
  const { smsc, port } = await centre(t, { behave: inTurn('cut', 'take-and-cut', 'answer-and-cut') });
  const { gateway } = client(t, port);
  assert.deepEqual(await gateway.send(message('uno')), { kind: 'unknown', code: 'link-lost' });
  assert.deepEqual(await gateway.send(message('dos')), { kind: 'unknown', code: 'link-lost' });
  assert.deepEqual(await gateway.send(message('tres')), { kind: 'accepted', gatewayMessageIds: ['m_3'] });
  await until(() => smsc.boundConnections === 0 || smsc.binds.length === 4);
  assert.deepEqual(await gateway.send(message('cuatro')), { kind: 'accepted', gatewayMessageIds: ['m_4'] });
  assert.equal(smsc.binds.length, 4);
});

test('late and double answers belong to their own message', async (t) => {
  const { port } = await centre(t, { behave: inTurn('late=150', 'twice', 'twice', 'accept') });
  const { gateway } = client(t, port);
  const sent = ['uno', 'dos', 'tres', 'cuatro'].map((text) => gateway.send(message(text)));
  assert.deepEqual(
    await Promise.all(sent),
    [1, 2, 3, 4].map((number) => ({ kind: 'accepted', gatewayMessageIds: [`m_${number}`] })),
  );
});

test('of a message in two parts: nothing taken is refused or postponed, half taken is unknown', async (t) => {
  const rows: [behaviours: string[], expected: HandOver, shown: number][] = [
    [['accept', 'accept'], { kind: 'accepted', gatewayMessageIds: ['m_1', 'm_2'] }, 1],
    [['refuse=11'], { kind: 'refused', code: 'ESME_RINVDSTADR' }, 0],
    [['throttle'], { kind: 'postponed', code: 'ESME_RTHROTTLED', retryAfterMs: 5_000 }, 0],
    [['hang'], { kind: 'unknown', code: 'no-response' }, 0],
    [['accept', 'refuse=11'], { kind: 'unknown', code: 'part-2-of-2:ESME_RINVDSTADR' }, 0],
    [['accept', 'take-and-hang'], { kind: 'unknown', code: 'part-2-of-2:no-response' }, 1],
    [['accept', 'cut'], { kind: 'unknown', code: 'part-2-of-2:link-lost' }, 0],
    [['accept', 'throttle', 'throttle', 'accept'], { kind: 'accepted', gatewayMessageIds: ['m_1', 'm_4'] }, 1],
  ];
  for (const [behaviours, expected, shown] of rows) {
    const { smsc, port } = await centre(t, { behave: inTurn(...behaviours) });
    const { gateway } = client(t, port);
    assert.deepEqual(await gateway.send(message(LONG)), expected, behaviours.join());
    assert.equal(smsc.messages().length, shown, behaviours.join());
    await gateway.close();
  }
});

test('a later part that is throttled to the end leaves the message unknown, never postponed', async (t) => {
  const { port } = await centre(t, { behave: inTurn('accept', ...Array.from({ length: 9 }, () => 'throttle')) });
  const { gateway } = client(t, port);
  assert.deepEqual(await gateway.send(message(LONG)), { kind: 'unknown', code: 'part-2-of-2:ESME_RTHROTTLED' });
});

test('a message sent again sends only what is not known to be taken, under the same reference', async (t) => {
  const { smsc, port } = await centre(t, { behave: inTurn('accept', 'take-and-cut') });
  const { gateway } = client(t, port);
  const twice = message(LONG);
  assert.deepEqual(await gateway.send(twice), { kind: 'unknown', code: 'part-2-of-2:link-lost' });
  assert.deepEqual(await gateway.send(twice), { kind: 'accepted', gatewayMessageIds: ['m_1', 'm_3'] });
  assert.deepEqual(await gateway.send(twice), { kind: 'accepted', gatewayMessageIds: ['m_1', 'm_3'] });
  await gateway.send(message(LONG));
  const seen = smsc.submissions.map(({ concatenation }) => concatenation!);
  assert.deepEqual(
    seen.map(({ part }) => part),
    [1, 2, 2, 1, 2],
  );
  const used = seen.map(({ reference }) => reference);
  assert.deepEqual(new Set(used.slice(0, 3)).size, 1);
  assert.notEqual(used[3], used[0]);
});

test('a message whose answer came late is accepted when it is sent again, and goes once', async (t) => {
  const { smsc, port } = await centre(t, { behave: inTurn('late=600') });
  const { gateway } = client(t, port);
  const late = message('Hola');
  assert.deepEqual(await gateway.send(late), { kind: 'unknown', code: 'no-response' });
  await pause(400);
  assert.deepEqual(await gateway.send(late), { kind: 'accepted', gatewayMessageIds: ['m_1'] });
  assert.equal(smsc.taken.length, 1);
});

test('two attempts at once for one message are one', async (t) => {
  const { smsc, port } = await centre(t, { behave: inTurn('late=50') });
  const { gateway } = client(t, port);
  const once = message('Hola');
  const outcomes = await Promise.all([gateway.send(once), gateway.send(once)]);
  assert.deepEqual(outcomes[0], outcomes[1]);
  assert.equal(smsc.taken.length, 1);
});

test('without a centre a message is postponed, and accepted once there is one', async (t) => {
  const unused = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => unused.once('listening', resolve));
  const { port } = unused.address() as net.AddressInfo;
  await new Promise((resolve) => unused.close(resolve));
  const { gateway, warnings } = client(t, port, { waitMs: 200 });
  assert.deepEqual(await gateway.send(message('Hola')), { kind: 'postponed', code: 'ECONNREFUSED' });
  await centre(t, { port });
  await until(() => warnings.length > 0);
  assert.equal((await gateway.send(message('Hola'))).kind, 'accepted');
});

test('a wrong password is the installation\u2019s fault: messages are postponed, and it is told in the log without the password', async (t) => {
  const { smsc, port } = await centre(t, { password: 'another' });
  const { gateway, warnings } = client(t, port, { waitMs: 100 });
  assert.deepEqual(await gateway.send(message('Hola')), { kind: 'postponed', code: 'ESME_RINVPASWD' });
  assert.ok(warnings.some((line) => line.includes('ESME_RINVPASWD')));
  assert.equal(
    warnings.some((line) => line.includes('secret')),
    false,
  );
  assert.equal(smsc.submissions.length, 0);
});

test('no more submissions are unanswered than the window allows', async (t) => {
  let unanswered = 0;
  let most = 0;
  const { port } = await centre(t, {
    behave: () => {
      most = Math.max(most, ++unanswered);
      setTimeout(() => unanswered--, 20);
      return { kind: 'late', ms: 20 };
    },
  });
  const { gateway } = client(t, port, { window: 3 });
  const sent = await Promise.all(Array.from({ length: 20 }, () => gateway.send(message('Hola'))));
  assert.equal(
    sent.every(({ kind }) => kind === 'accepted'),
    true,
  );
  assert.ok(most <= 3, `${most} at once`);
});

test('a centre that says nothing any more is noticed, and the link is made anew', async (t) => {
  const { smsc, port } = await centre(t);
  const { gateway, warnings } = client(t, port, { enquireLinkMs: 100, responseTimeoutMs: 100 });
  await until(() => smsc.enquiries > 1);
  smsc.isDeaf = true;
  await until(() => warnings.some((line) => line.includes('enquire-link-unanswered')));
  smsc.isDeaf = false;
  assert.equal((await gateway.send(message('Hola'))).kind, 'accepted');
});

test('a centre that unbinds, or sends what is no SMPP, is connected to again', async (t) => {
  const { smsc, port } = await centre(t);
  const { gateway } = client(t, port, { enquireLinkMs: 200, responseTimeoutMs: 200 });
  await until(() => smsc.boundConnections === 1);
  smsc.unbindAll();
  await until(() => smsc.binds.length === 2 && smsc.boundConnections === 1);
  smsc.sendGarbage(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await until(() => smsc.binds.length === 3 && smsc.boundConnections === 1);
  smsc.sendGarbage(Buffer.from([0, 0, 0, 4])); // shorter than any PDU: the rest of the stream cannot be read
  await until(() => smsc.binds.length === 4 && smsc.boundConnections === 1);
  assert.equal((await gateway.send(message('Hola'))).kind, 'accepted');
});

test('whatever a centre sends, the gateway lives and sends on', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const random = seededRandom(seed);
  const { smsc, port } = await centre(t);
  const { gateway } = client(t, port, { enquireLinkMs: 200, responseTimeoutMs: 200, waitMs: 5_000 });
  const commands = [
    0x05, 0x103, 0x0b, 0x102, 0x03, 0x80000004, 0x80000000, 0x80000015, 0x80000009, 0x4242, 0x80004242, 0x21, 0x112,
  ];
  for (let round = 0; round < 100; round++) {
    await until(() => smsc.boundConnections === 1);
    const octets = Array.from({ length: Math.floor(random() * 80) }, () =>
      Math.floor(random() * (random() < 0.5 ? 256 : 4)),
    );
    const [command, status, sequence] = [
      commands[round % commands.length]!,
      Math.floor(random() * 3),
      Math.floor(random() * 9),
    ];
    smsc.sendGarbage(encodePdu(command, status, sequence, Uint8Array.from(octets)));
    await pause(2);
  }
  await pause(300);
  await until(() => smsc.boundConnections === 1);
  assert.equal((await gateway.send(message('Hola'))).kind, 'accepted');
});

test('receipts are read from their text and from their fields, and acknowledged', async (t) => {
  const { smsc, port } = await centre(t);
  const { receipts } = client(t, port);
  await until(() => smsc.boundConnections === 1);
  const words = ['DELIVRD', 'EXPIRED', 'DELETED', 'UNDELIV', 'ACCEPTD', 'UNKNOWN', 'REJECTD', 'ENROUTE'];
  for (const form of ['text', 'tlv', 'both'] as const)
    for (const stat of words) smsc.sendReceipt({ messageId: `ab_$@{1}-${form}`, stat, form });
  await until(() => receipts.length === 24);
  const statuses = [
    'delivered',
    'expired',
    'undeliverable',
    'undeliverable',
    'underway',
    'unknown',
    'rejected',
    'underway',
  ];
  assert.deepEqual(
    receipts,
    ['text', 'tlv', 'both'].flatMap((form) =>
      statuses.map((status) => ({ gatewayMessageId: `ab_$@{1}-${form}`, status, at: NOW })),
    ),
  );
  await until(() => smsc.receiptAnswers.length === 24);
  assert.deepEqual(new Set(smsc.receiptAnswers), new Set([0]));
});

test('a receipt that comes before the answer is a receipt', async (t) => {
  const { port } = await centre(t, { receiptAfterMs: -1 });
  const { gateway, receipts } = client(t, port);
  assert.deepEqual(await gateway.send(message('Hola')), { kind: 'accepted', gatewayMessageIds: ['m_1'] });
  await until(() => receipts.length === 1);
  assert.deepEqual(receipts, [{ gatewayMessageId: 'm_1', status: 'delivered', at: NOW }]);
});

test('a receipt that cannot be stored is not acknowledged, so that the centre sends it again', async (t) => {
  const { smsc, port } = await centre(t);
  const { receipts, onReceipt } = client(t, port);
  await until(() => smsc.boundConnections === 1);
  onReceipt.fails = true;
  smsc.sendReceipt({ messageId: 'm_1' });
  await until(() => smsc.receiptAnswers.length === 1);
  onReceipt.fails = false;
  smsc.sendReceipt({ messageId: 'm_1' });
  await until(() => receipts.length === 1);
  await until(() => smsc.receiptAnswers.length === 2);
  assert.deepEqual(smsc.receiptAnswers, [0x64, 0]);
});

test('what a subscriber writes is acknowledged and is no receipt, whatever it says', async (t) => {
  const { smsc, port } = await centre(t);
  const { receipts } = client(t, port);
  await until(() => smsc.boundConnections === 1);
  smsc.deliver({ esmClass: 0, text: 'BAJA' });
  smsc.deliver({ esmClass: 0, text: 'id:m_1 sub:001 dlvrd:001 stat:DELIVRD err:000' });
  smsc.deliver({ esmClass: 0x04, text: 'nothing of use' });
  await until(() => smsc.receiptAnswers.length === 3);
  assert.deepEqual([smsc.receiptAnswers, receipts], [[0, 0, 0], []]);
});

test('message IDs answered in hexadecimal and reported in decimal are the same', async (t) => {
  const { smsc, port } = await centre(t, { messageId: () => '1F4A' });
  const { gateway, receipts } = client(t, port, { responseIds: 'hexadecimal', receiptIds: 'decimal' });
  assert.deepEqual(await gateway.send(message('Hola')), { kind: 'accepted', gatewayMessageIds: ['8010'] });
  smsc.sendReceipt({ messageId: '0000008010' });
  await until(() => receipts.length === 1);
  assert.equal(receipts[0]!.gatewayMessageId, '8010');
});

test('over TLS, with a certificate authority of its own, and not without it', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'smpp-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${key} -out ${cert}`.split(
      ' ',
    ),
    { stdio: 'ignore' },
  );
  const { smsc, port } = await centre(t, { tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') } });
  const { gateway } = client(t, port, { host: 'localhost', tls: true, tlsCaFile: cert });
  assert.equal((await gateway.send(message('Hola'))).kind, 'accepted');
  const stranger = client(t, port, { host: 'localhost', tls: true, waitMs: 200 });
  assert.deepEqual(await stranger.gateway.send(message('Hola')), {
    kind: 'postponed',
    code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
  });
  assert.equal(smsc.taken.length, 1);
});

test('closing lets what is under way end, unbinds, and takes no more', async (t) => {
  const { smsc, port } = await centre(t, { behave: inTurn('late=150') });
  const { gateway } = client(t, port);
  const underWay = gateway.send(message('Hola'));
  await until(() => smsc.submissions.length === 1);
  await gateway.close();
  assert.deepEqual(await underWay, { kind: 'accepted', gatewayMessageIds: ['m_1'] });
  assert.deepEqual(await gateway.send(message('Hola')), { kind: 'postponed', code: 'closing' });
  await until(() => smsc.boundConnections === 0);
  assert.equal(smsc.binds.length, 1);
});

test('2,000 messages with troubles by chance: accepted is taken whole, refused and postponed are not taken at all', async (t) => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  t.diagnostic(`seed ${seed}`);
  const plan =
    'accept:80,twice:6,refuse=11:4,throttle:4,late=30:4,take-and-hang:0.3,hang:0.3,cut:0.3,take-and-cut:0.3,answer-and-cut:0.6';
  const { smsc, port } = await centre(t, { behave: byChance(plan, seed) });
  const { gateway, warnings } = client(t, port, { window: 20, waitMs: 60_000 });
  const numberOf = (at: number): string => `3460000${String(at).padStart(4, '0')}`;
  const messages = Array.from({ length: 2_000 }, (_, at) =>
    message(at % 20 === 0 ? LONG : 'Hola', { to: numberOf(at) as Phone }),
  );
  const outcomes = await Promise.all(messages.map((one) => gateway.send(one)));

  const partsTo = Map.groupBy(smsc.taken, ({ to }) => to);
  const shownTo = Map.groupBy(smsc.messages(), ({ to }) => to);
  const counts: Record<string, number> = {};
  outcomes.forEach(({ kind }, at) => {
    counts[kind] = (counts[kind] ?? 0) + 1;
    if (kind === 'accepted')
      assert.deepEqual(
        shownTo.get(numberOf(at))?.map(({ text }) => text),
        [messages[at]!.text],
        `message ${at} was accepted and not taken once`,
      );
    if (kind === 'refused' || kind === 'postponed')
      assert.equal(partsTo.get(numberOf(at)), undefined, `message ${at} was ${kind} and taken`);
  });
  t.diagnostic(JSON.stringify(counts));
  assert.equal(
    warnings.some((line) => /3460000|Hola|Verifique|MiEmpresa|secret/.test(line)),
    false,
  );
  for (const kind of ['accepted', 'refused', 'postponed', 'unknown'])
    assert.ok(counts[kind]! > 0, `no message was ${kind}`);
});
