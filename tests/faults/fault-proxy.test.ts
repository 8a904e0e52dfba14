import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { FaultProxy, type FaultProxyOptions, toxicOf } from './fault-proxy.ts';
import { temporaryFolder } from './running-service.ts';

/** A server that sends back what it gets, behind a proxy. `heard`: all that it got. */
async function echo(
  context: TestContext,
  options: Omit<FaultProxyOptions, 'target'>,
): Promise<{ readonly proxy: FaultProxy; readonly port: number; heard: string }> {
  const folder = await temporaryFolder();
  const target = { path: path.join(folder, 'echo') };
  const found = { heard: '' };
  const server = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      found.heard += chunk.toString();
      socket.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(target.path, resolve));
  const proxy = new FaultProxy({ target, ...options });
  const port = await proxy.listen();
  context.after(async () => {
    await proxy.close();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });
  return Object.assign(found, { proxy, port });
}

type Heard = { readonly text: string; readonly pieces: number; readonly ended: string; readonly ms: number };

/** Sends a text and listens until all of it has come back, the connection ends, or it has been silent for a while. */
function say(port: number, text: string, silenceMs = 300): Promise<Heard> {
  return new Promise((resolve) => {
    const beganAt = performance.now();
    const [pieces, socket] = [[] as string[], net.connect(port, '127.0.0.1')];
    let ended = 'closed';
    const finish = (how: string): void => {
      ended = how;
      socket.destroy();
    };
    socket.setTimeout(silenceMs, () => finish('silent'));
    socket.on('error', (error: NodeJS.ErrnoException) => (ended = error.code!));
    socket.on('close', () =>
      resolve({ text: pieces.join(''), pieces: pieces.length, ended, ms: performance.now() - beganAt }),
    );
    socket.on('data', (chunk: Buffer) => {
      pieces.push(chunk.toString());
      if (pieces.join('').length >= text.length) finish('whole');
    });
    socket.write(text);
  });
}

const text = 'abcdefghij'.repeat(20);

test('without toxics everything passes, both ways', async (context) => {
  const { port, proxy } = await echo(context, {});
  const { ended, text: heard } = await say(port, text);
  assert.deepEqual([ended, heard, proxy.counts.passedBytes], ['whole', text, 400]);
});

test('latency delays, a slicer makes small pieces of one', async (context) => {
  const { port, proxy } = await echo(context, { toxics: [toxicOf('latency=60')] });
  const { ms, ended } = await say(port, text);
  assert.ok(ended === 'whole' && ms >= 120, `${ms} ms`);
  proxy.toxics = [toxicOf('slicer=10:down')];
  const sliced = await say(port, text);
  assert.ok(sliced.text === text && sliced.pieces > 3, `${sliced.pieces} pieces`);
});

test('limited data is cut at the byte: the server has no more of it, or the client', async (context) => {
  const found = await echo(context, { toxics: [toxicOf('limit-data=33:up')] });
  await say(found.port, text);
  assert.equal(found.heard, text.slice(0, 33));
  found.proxy.toxics = [toxicOf('limit-data=44:down')];
  const { text: heard, ended } = await say(found.port, text);
  assert.ok(heard === text.slice(0, 44) || (heard === '' && ended === 'ECONNRESET'), heard); // a reset may overtake
  assert.equal(found.heard, text.slice(0, 33) + text);
});

test('a swallowed connection stays open and says nothing', async (context) => {
  const { port, proxy } = await echo(context, { toxics: [toxicOf('timeout=0:down')] });
  const { text: heard, ended } = await say(port, text);
  assert.deepEqual([heard, ended, proxy.counts.swallowedBytes], ['', 'silent', 200]);
});

test('reset and down are told the hard way, and up again it serves', async (context) => {
  const { port, proxy } = await echo(context, { toxics: [toxicOf('latency=200'), toxicOf('reset=20')] });
  assert.equal((await say(port, text)).ended, 'ECONNRESET');
  proxy.toxics = [];
  await proxy.down();
  assert.equal((await say(port, text)).ended, 'ECONNREFUSED');
  await proxy.up();
  assert.equal((await say(port, text)).ended, 'whole');
});

test('a piece is cut off before the server has it, or once it has it', async (context) => {
  let interception: 'cut-before' | 'cut-after' = 'cut-before';
  const found = await echo(context, { intercept: (_piece, direction) => (direction === 'up' ? interception : 'pass') });
  assert.deepEqual([(await say(found.port, 'one')).text, found.heard], ['', '']);
  interception = 'cut-after';
  assert.deepEqual([(await say(found.port, 'two')).text, found.heard], ['', 'two']);
});

test('the same seed befalls the same connections', async (context) => {
  const course = async (seed: number): Promise<string> => {
    const { port } = await echo(context, { seed, toxics: [toxicOf('limit-data=0..150:up:0.5')] });
    const ends: string[] = [];
    for (let at = 0; at < 12; at += 1) ends.push((await say(port, text)).ended === 'whole' ? '1' : '0');
    return ends.join('');
  };
  const first = await course(7);
  assert.match(first, /01|10/);
  assert.equal(await course(7), first);
  assert.notEqual(await course(8), first);
});

test('toxics are named by their words', () => {
  assert.deepEqual(toxicOf('reset=10..90:down:0.5'), {
    kind: 'reset',
    range: [10, 90],
    directions: ['down'],
    share: 0.5,
  });
  for (const words of ['rain=1', 'latency=9..1', 'latency=x', 'latency=1:sideways', 'latency=1:up:many'])
    assert.throws(() => toxicOf(words), RangeError);
});
