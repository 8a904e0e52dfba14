import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import type { Phone } from '../../../verification/phone.ts';
import type { OutgoingMessage, SmsGateway, WaitingMessage } from '../gateway.ts';
import { linkIn } from '../outbox.ts';
import { listOutbox, openOutbox, outboxSettings } from './outbox.client.ts';

const LINK = 'https://verifica.example.com/v/AbCdEfGhIjKlMnOpQrStUvWxYz-_';
const message = (reference: string, text = `Verifique su identidad: ${LINK}.`): OutgoingMessage => ({
  ...{ reference, to: '34600000001' as Phone, sender: 'MiEmpresa', text },
});

type Side = { gateway: SmsGateway; folder: string; waiting: WaitingMessage[]; clock: { now: Date } };

function outbox(t: TestContext, over: { folder?: string; keepDays?: number } = {}): Side {
  const parent = mkdtempSync(path.join(tmpdir(), 'outbox-'));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  const folder = over.folder ?? path.join(parent, 'deep', 'outbox');
  const waiting: WaitingMessage[] = [];
  const clock = { now: new Date('2026-11-25T10:00:00.000Z') };
  const gateway = openOutbox(
    outboxSettings.parse({ folder, ...(over.keepDays === undefined ? {} : { keepDays: over.keepDays }) }),
    {
      onReceipt: async () => assert.fail('an outbox sends no receipts'),
      onWaiting: (one) => waiting.push(one),
      clock: () => clock.now,
      log: { info: () => {}, warn: (sentence) => assert.fail(sentence) },
    },
  );
  return { gateway, folder, waiting, clock };
}

const list = (folder: string, limit = 100): ReturnType<typeof listOutbox> =>
  listOutbox({ folder, linkPrefix: null }, limit);

test('a message becomes a file that only its owner reads, and is listed', async (t) => {
  const { gateway, folder, waiting } = outbox(t);
  assert.deepEqual(await list(folder), []);
  assert.deepEqual(await gateway.send(message('a1')), { kind: 'accepted', gatewayMessageIds: ['a1'] });
  assert.deepEqual(await list(folder), [
    {
      reference: 'a1',
      at: '2026-11-25T10:00:00.000Z',
      to: '34600000001',
      sender: 'MiEmpresa',
      text: `Verifique su identidad: ${LINK}.`,
      link: LINK,
      segments: 1,
    },
  ]);
  assert.deepEqual(readdirSync(folder).sort(), ['20261125T100000000Z-a1.json', 'reference-a1']);
  for (const name of readdirSync(folder)) assert.equal(statSync(path.join(folder, name)).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(waiting.length, 1);
  assert.equal(waiting[0]!.link, LINK);
  assert.match(waiting[0]!.terminalQr!, /^[█▀▄ \n]+$/);
});

test('the same reference stays one message: again, at once, from another process, and after a crash half-way', async (t) => {
  const { gateway, folder, waiting, clock } = outbox(t);
  await Promise.all(Array.from({ length: 20 }, () => gateway.send(message('a1'))));
  clock.now = new Date('2026-11-25T11:00:00.000Z');
  assert.equal((await gateway.send(message('a1'))).kind, 'accepted');
  const other = outbox(t, { folder });
  assert.equal((await other.gateway.send(message('a1'))).kind, 'accepted');
  assert.equal((await list(folder)).length, 1);
  assert.equal(waiting.length + other.waiting.length, 1);

  unlinkSync(path.join(folder, '20261125T100000000Z-a1.json')); // as if the process had died between the two names
  assert.equal((await list(folder)).length, 0);
  assert.equal((await gateway.send(message('a1'))).kind, 'accepted');
  assert.deepEqual(
    (await list(folder)).map(({ at }) => at),
    ['2026-11-25T10:00:00.000Z'],
  );
});

test('the newest come first, and no more than were asked for', async (t) => {
  const { gateway, folder, clock } = outbox(t);
  for (const second of [3, 1, 5, 2, 4]) {
    clock.now = new Date(Date.UTC(2026, 10, 25, 10, 0, second));
    await gateway.send(message(`r${second}`));
  }
  assert.deepEqual(
    (await list(folder, 3)).map(({ reference }) => reference),
    ['r5', 'r4', 'r3'],
  );
});

test('messages are erased when they are old', async (t) => {
  const { gateway, folder, clock } = outbox(t, { keepDays: 2 });
  await gateway.send(message('old'));
  clock.now = new Date('2026-11-27T09:00:00.000Z');
  await gateway.send(message('young'));
  assert.equal((await list(folder)).length, 2);
  clock.now = new Date('2026-11-27T10:30:00.000Z');
  await gateway.send(message('new'));
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('old')),
    [],
  );
  assert.equal((await list(folder)).length, 2);
});

test('what cannot be written is postponed and leaves nothing behind', async (t) => {
  const { gateway, folder } = outbox(t);
  await gateway.send(message('a1'));
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file where the folder was');
  assert.deepEqual(await gateway.send(message('a2')), { kind: 'postponed', code: 'ENOTDIR' });
  rmSync(folder);
  assert.deepEqual(await gateway.send(message('a2')), { kind: 'postponed', code: 'ENOENT' });
});

test('a reference that is a path names no file', async (t) => {
  const { gateway, folder } = outbox(t);
  for (const reference of ['../a', 'a/b', '', 'A', 'a'.repeat(33), 'a.json'])
    assert.equal((await gateway.send(message(reference))).kind, 'postponed');
  assert.deepEqual(readdirSync(folder), []);
});

test('files that are not messages are passed over', async (t) => {
  const { gateway, folder } = outbox(t);
  await gateway.send(message('a1'));
  writeFileSync(path.join(folder, '20261125T100001000Z-a2.json'), '{"reference":');
  writeFileSync(path.join(folder, '20261125T100001000Z-a3.json'), '{}');
  writeFileSync(path.join(folder, 'notes.txt'), 'x');
  assert.deepEqual(
    (await list(folder)).map(({ reference }) => reference),
    ['a1'],
  );
});

test('the link is found as it was put there, in any text that an invitation can be', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('', ' ', '.', ').', '!', '?»', '\n', ', gracias', '…', '"', ' -'),
      fc.constantFrom('', '(', '«', 'Pulse: ', 'a\n'),
      (after, before) => {
        assert.equal(linkIn(`${before}${LINK}${after === '…' ? ' …' : after}`, null), LINK);
      },
    ),
  );
  assert.equal(linkIn(`https://otra.example/x ${LINK}`, 'https://verifica.example.com/'), LINK);
  assert.equal(linkIn('nada', null), null);
});

test('a process killed at any moment leaves accepted messages, and after handing over again each is there once', async (t) => {
  const { folder } = outbox(t);
  const program = path.join(path.dirname(folder), '..', 'sender.ts');
  writeFileSync(
    program,
    `import { openOutbox, outboxSettings } from ${JSON.stringify(path.join(import.meta.dirname, 'outbox.client.ts'))};
     const gateway = openOutbox(outboxSettings.parse({ folder: ${JSON.stringify(folder)} }), { onReceipt: async () => {}, onWaiting: () => {}, clock: () => new Date(), log: { info() {}, warn() {} } });
     for (let at = Number(process.argv[2]); ; at++) {
       const outcome = await gateway.send({ reference: 'm' + at, to: '34600000001', sender: 'MiEmpresa', text: 'Hola' });
       if (outcome.kind === 'accepted') process.stdout.write(at + '\\n');
     }`,
  );
  let next = 0;
  for (let round = 0; round < 5; round++) {
    const child = spawn(process.execPath, [program, String(next)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    const accepted = said.split('\n').slice(0, -1).map(Number);
    const listed = new Set((await list(folder, 100_000)).map(({ reference }) => reference));
    for (const at of accepted) assert.ok(listed.has(`m${at}`), `m${at} was accepted and is not there`);
    next = accepted.at(-1)! + 1; // what was under way is handed over again
  }
  const references = (await list(folder, 100_000)).map(({ reference }) => reference);
  assert.equal(new Set(references).size, references.length);
  t.diagnostic(`${references.length} messages over 5 kills`);
});

const hasStrace = ((): boolean => {
  try {
    execFileSync('strace', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
test(
  'file and folder are synced before a message is accepted',
  { skip: hasStrace ? false : 'not run: no strace here' },
  async (t) => {
    const { folder } = outbox(t);
    const program = path.join(path.dirname(folder), '..', 'sender.ts');
    const trace = path.join(path.dirname(folder), '..', 'trace');
    writeFileSync(
      program,
      `import { openOutbox, outboxSettings } from ${JSON.stringify(path.join(import.meta.dirname, 'outbox.client.ts'))};
     const gateway = openOutbox(outboxSettings.parse({ folder: ${JSON.stringify(folder)} }), { onReceipt: async () => {}, onWaiting: () => {}, clock: () => new Date(), log: { info() {}, warn() {} } });
     await gateway.send({ reference: 'm1', to: '34600000001', sender: 'MiEmpresa', text: 'Hola' });
     process.stdout.write('ACCEPTED');`,
    );
    execFileSync('strace', ['-f', '-y', '-e', 'trace=fsync,link,write', '-o', trace, process.execPath, program], {
      stdio: 'ignore',
    });
    const calls = readFileSync(trace, 'utf8').split('\n');
    const at = (pattern: RegExp): number => calls.findIndex((line) => pattern.test(line));
    const order = [
      at(/fsync\(\d+<.*draft-/),
      at(/link\(.*reference-m1/),
      at(/link\(.*Z-m1\.json/),
      calls.findLastIndex((line) => /fsync\(\d+<[^>]*outbox>/.test(line)),
      at(/write\(1<.*ACCEPTED/),
    ];
    assert.ok(
      order.every((line) => line >= 0),
      JSON.stringify(order),
    );
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
  },
);

test(
  'an outbox folder that may not be written is postponed, not accepted',
  { skip: process.getuid?.() === 0 ? 'not run: root may write anywhere' : false },
  async (t) => {
    const { gateway, folder } = outbox(t);
    await gateway.send(message('a1'));
    chmodSync(folder, 0o500);
    t.after(() => existsSync(folder) && chmodSync(folder, 0o700));
    assert.deepEqual(await gateway.send(message('a2')), { kind: 'postponed', code: 'EACCES' });
  },
);
