import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Smsc } from './smsc.ts';

// Kannel is a client only: Debian ships no opensmppbox, and its `smsc = fake` speaks a protocol of its own. So it proves the counterpart:
// a client that many years of real centres have tried understands this one.
const BEARERBOX = '/usr/sbin/bearerbox';
const SMSBOX = '/usr/sbin/smsbox';
const hasKannel = existsSync(BEARERBOX) && existsSync(SMSBOX);

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function until<Value>(what: () => Promise<Value | false> | Value | false, withinMs = 20_000): Promise<Value> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = await what();
    if (value !== false) return value;
    if (performance.now() > deadline) throw new Error('it did not happen in time');
    await pause(50);
  }
}

function start(t: TestContext, program: string, ...args: string[]): ChildProcess {
  const child = spawn(program, args, { stdio: 'ignore' });
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  });
  return child;
}

test(
  'Kannel binds to the centre, and its messages arrive',
  { skip: hasKannel ? false : 'not run: no Kannel here' },
  async (t) => {
    const smsc = new Smsc({ systemId: 'u', password: 'p', receiptAfterMs: 0 });
    const port = await smsc.listen();
    t.after(() => smsc.close());
    const folder = mkdtempSync(path.join(tmpdir(), 'kannel-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const [admin, boxes, web] = [await freePort(), await freePort(), await freePort()];
    const configuration = path.join(folder, 'kannel.conf');
    writeFileSync(
      configuration,
      `group = core
admin-port = ${admin}
admin-password = x
admin-interface = 127.0.0.1
smsbox-port = ${boxes}
box-allow-ip = "127.0.0.1"

group = smsc
smsc = smpp
smsc-id = t
host = 127.0.0.1
port = ${port}
transceiver-mode = true
smsc-username = u
smsc-password = p
system-type = ""

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${web}
sendsms-interface = 127.0.0.1

group = sendsms-user
username = k
password = k
max-messages = 5
concatenation = true
`,
    );
    start(t, BEARERBOX, configuration);
    await until(() => smsc.boundConnections === 1);
    await pause(300);
    start(t, SMSBOX, configuration);
    const texts = ['Perché no: ñ € [x]', 'á'.repeat(100), 'Verifique su identidad. '.repeat(10).trim()];
    for (const text of texts) {
      const query = new URLSearchParams({
        username: 'k',
        password: 'k',
        from: 'MiEmpresa',
        to: '34600000001',
        charset: 'UTF-8',
        coding: /á/.test(text) ? '2' : '0',
        text,
      });
      await until(async () => {
        try {
          return (await fetch(`http://127.0.0.1:${web}/cgi-bin/sendsms?${query}`)).status === 202;
        } catch {
          return false;
        }
      });
    }
    await until(() => smsc.messages().length === texts.length);
    assert.deepEqual(
      smsc
        .messages()
        .map(({ text }) => text)
        .sort(),
      [...texts].sort(),
    );
    await until(() => smsc.receiptAnswers.length === smsc.taken.length);
  },
);

test('as a program it says its port and journals each submission before it answers', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'smsc-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const journal = path.join(folder, 'journal.jsonl');
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'smsc.ts'), '--journal', journal, '--plan', 'take-and-cut'],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  t.after(() => child.kill('SIGKILL'));
  const [line] = (await new Promise<Buffer>((resolve) => child.stdout.once('data', resolve))).toString().split('\n');
  const { port } = JSON.parse(line!) as { port: number };

  const socket = net.connect(port, '127.0.0.1');
  const cString = (text: string): number[] => [...Buffer.from(`${text}\0`)];
  const pdu = (command: number, body: number[]): Buffer => {
    const head = Buffer.alloc(16);
    [16 + body.length, command, 0, 1].forEach((value, at) => head.writeUInt32BE(value, at * 4));
    return Buffer.concat([head, Buffer.from(body)]);
  };
  socket.write(pdu(9, [...cString('u'), ...cString('p'), 0, 0x34, 0, 0, 0]));
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write(
    pdu(4, [
      0,
      5,
      0,
      ...cString('Cotejo'),
      1,
      1,
      ...cString('34600000001'),
      0,
      0,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      4,
      ...Buffer.from('Hola'),
    ]),
  );
  await new Promise((resolve) => socket.once('close', resolve));
  const entries = readFileSync(journal, 'utf8')
    .trim()
    .split('\n')
    .map((entry) => JSON.parse(entry) as { from: string; to: string; text: string; taken: boolean });
  assert.deepEqual(
    entries.map(({ from, to, text, taken }) => [from, to, text, taken]),
    [['Cotejo', '34600000001', 'Hola', true]],
  );
});
