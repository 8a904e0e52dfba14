import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import tls from 'node:tls';
import { openLocalAuthority } from './local-authority.client.ts';
import { answerPlainHttp } from './tls-plain-http.client.ts';
import { openTls, type Tls } from './tls.client.ts';

type Pair = { certificateFile: string; keyFile: string; authority: Buffer };

async function freshFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cotejo-tls-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function makePair(folder: string): Promise<Pair> {
  const opened = await openLocalAuthority({
    folder,
    names: [],
    now: () => new Date(),
    log: () => {},
    machine: () => ({ hostName: 'mesa', addresses: ['127.0.0.1'] }),
  });
  assert.ok(opened.ok);
  opened.value.stop();
  const { certificateFile, keyFile, authorityFile } = opened.value;
  return { certificateFile, keyFile, authority: await readFile(authorityFile) };
}

async function openOrFail(pair: Pair, log: (sentence: string) => void, checkIntervalMs = 60_000): Promise<Tls> {
  const opened = await openTls({ ...pair, now: () => new Date(), log, checkIntervalMs });
  assert.ok(opened.ok, JSON.stringify(opened));
  return opened.value;
}

async function serve(t: TestContext, secure: Tls): Promise<number> {
  const server = https.createServer(secure.options, (request, response) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => (bytes += chunk.byteLength));
    request.on('end', () => response.end(`heard ${bytes} bytes`));
  });
  answerPlainHttp(server, 'Write https here.');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  secure.follow(server);
  t.after(async () => {
    secure.stop();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}

/** One request on a connection of its own; its answer, and the certificate it was given under. */
async function ask(port: number, authority: Buffer, body = 'hello'): Promise<{ text: string; fingerprint: string }> {
  const request = https.request({ port, host: '127.0.0.1', ca: authority, method: 'POST', agent: false });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const { fingerprint256 } = (response.socket as tls.TLSSocket).getPeerCertificate();
  const chunks = await response.toArray();
  return { text: chunks.map(String).join(''), fingerprint: fingerprint256 };
}

async function until(isTrue: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isTrue(); waitedMs += 10) {
    assert.ok(waitedMs < 5000, 'nothing happened in 5 s');
    await delay(10);
  }
}

test('a request over TLS is answered, also when it is long, and TLS 1.1 is not spoken', async (t) => {
  const pair = await makePair(await freshFolder(t));
  const port = await serve(t, await openOrFail(pair, () => {}));
  assert.equal((await ask(port, pair.authority)).text, 'heard 5 bytes');
  assert.equal((await ask(port, pair.authority, 'x'.repeat(3 << 20))).text, `heard ${3 << 20} bytes`);
  for (const [version, isSpoken] of [
    ['TLSv1.1', false],
    ['TLSv1.2', true],
    ['TLSv1.3', true],
  ] as const) {
    const socket = tls.connect({
      port,
      host: '127.0.0.1',
      ca: pair.authority,
      minVersion: version,
      maxVersion: version,
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const outcome = await Promise.race([
      once(socket, 'secureConnect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    assert.equal(outcome, isSpoken, version);
  }
});

test('a renewed pair is used for new connections and the open ones go on', async (t) => {
  const folder = await freshFolder(t);
  const [old, renewed] = [await makePair(path.join(folder, 'old')), await makePair(path.join(folder, 'new'))];
  const heard: string[] = [];
  const secure = await openOrFail(old, (sentence) => heard.push(sentence));
  const port = await serve(t, secure);
  const before = await ask(port, old.authority);
  const open = tls.connect({ port, host: '127.0.0.1', ca: old.authority });
  await once(open, 'secureConnect');

  await rename(renewed.keyFile, old.keyFile);
  await rename(renewed.certificateFile, old.certificateFile);
  await until(() => heard.length > 0);
  assert.match(heard.join('\n'), /^the certificate was renewed: good until \d{4}-\d\d-\d\d$/);
  assert.notEqual((await ask(port, renewed.authority)).fingerprint, before.fingerprint);
  await assert.rejects(ask(port, old.authority));

  open.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  assert.match((await open.toArray()).join(''), /heard 0 bytes/);
});

test('a pair that does not fit together, or is written by halves, leaves the one of before in use and is told once', async (t) => {
  const folder = await freshFolder(t);
  const [used, other] = [await makePair(path.join(folder, 'used')), await makePair(path.join(folder, 'other'))];
  const heard: string[] = [];
  const port = await serve(t, await openOrFail(used, (sentence) => heard.push(sentence), 50));
  const before = await ask(port, used.authority);

  await copyFile(other.keyFile, used.keyFile);
  await until(() => heard.length > 0);
  await delay(200);
  assert.deepEqual(heard.splice(0), [
    `${used.keyFile} is not the key of ${used.certificateFile}: the certificate of before stays in use`,
  ]);
  assert.deepEqual(await ask(port, used.authority), before);

  await copyFile(other.certificateFile, used.certificateFile);
  await truncate(used.certificateFile, 200);
  await until(() => heard.length > 0);
  assert.deepEqual(heard.splice(0), [
    `${used.certificateFile} is not a certificate in PEM: the certificate of before stays in use`,
  ]);
  assert.deepEqual(await ask(port, used.authority), before);

  await copyFile(other.certificateFile, used.certificateFile);
  await until(() => heard.length > 0);
  assert.match(heard[0]!, /^the certificate was renewed/);
  assert.notEqual((await ask(port, other.authority)).fingerprint, before.fingerprint);
});

test('files behind a link that is put in the place of another are read, as certbot and Kubernetes renew', async (t) => {
  const folder = await freshFolder(t);
  for (const name of ['first', 'second']) await makePair(path.join(folder, name));
  await symlink('first', path.join(folder, 'live'));
  const authority = await readFile(path.join(folder, 'second', 'ca.crt'));
  const files = {
    certificateFile: path.join(folder, 'live', 'server.crt'),
    keyFile: path.join(folder, 'live', 'server.key'),
    authority,
  };
  const port = await serve(t, await openOrFail(files, () => {}, 50));
  await assert.rejects(ask(port, authority));
  await symlink('second', path.join(folder, 'next'));
  await rename(path.join(folder, 'next'), path.join(folder, 'live'));
  await delay(500);
  assert.equal((await ask(port, authority)).text, 'heard 5 bytes');
});

test('files that cannot be used are refused at the start, each with what is wrong', async (t) => {
  const folder = await freshFolder(t);
  const [pair, other] = [await makePair(path.join(folder, 'a')), await makePair(path.join(folder, 'b'))];
  const nonsense = path.join(folder, 'nonsense');
  await writeFile(nonsense, 'nonsense');
  for (const [certificateFile, keyFile, detail] of [
    [path.join(folder, 'missing'), pair.keyFile, /ENOENT.*missing/],
    [pair.certificateFile, path.join(folder, 'missing'), /ENOENT.*missing/],
    [nonsense, pair.keyFile, /nonsense is not a certificate in PEM/],
    [pair.certificateFile, nonsense, /nonsense is not a private key in PEM without a password/],
    [pair.certificateFile, other.keyFile, /b\/server.key is not the key of .*a\/server.crt/],
  ] as const) {
    const opened = await openTls({ certificateFile, keyFile, now: () => new Date(), log: () => {} });
    assert.ok(!opened.ok);
    assert.equal(opened.refusal.kind, 'tls-files-unusable');
    assert.match(opened.refusal.detail, detail);
  }
});

test('a certificate that is about to end, or has ended, and a key that everyone can read are told', async (t) => {
  const folder = await freshFolder(t);
  const pair = await makePair(folder);
  const open = path.join(folder, 'open');
  await mkdir(open);
  await writeFile(path.join(open, 'key'), await readFile(pair.keyFile), { mode: 0o644 });
  const dayMs = 86_400_000;
  for (const [days, keyFile, told] of [
    [380, pair.keyFile, []],
    [390, pair.keyFile, ['the certificate ends in 5 days, on DAY']],
    [400, pair.keyFile, ['the certificate ended on DAY: browsers refuse it']],
    [0, path.join(open, 'key'), [`${path.join(open, 'key')} can be read by every user of this machine`]],
  ] as const) {
    const heard: string[] = [];
    const now = (): Date => new Date(Date.now() + days * dayMs);
    const opened = await openTls({ ...pair, keyFile, now, log: (sentence) => heard.push(sentence) });
    assert.ok(opened.ok);
    opened.value.stop();
    assert.deepEqual(
      heard.map((sentence) => sentence.replace(/\d{4}-\d\d-\d\d/, 'DAY')),
      told,
    );
  }
});

test('plain HTTP on the HTTPS port gets one sentence and status 400, whatever its method and however long', async (t) => {
  const pair = await makePair(await freshFolder(t));
  const port = await serve(t, await openOrFail(pair, () => {}));
  for (const [method, body] of [
    ['GET', ''],
    ['POST', 'Cred=1'],
    ['OPTIONS', ''],
    ['PUT', 'x'.repeat(200_000)],
  ] as const) {
    const request = http.request({ port, host: '127.0.0.1', method, agent: false });
    request.end(body);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    assert.equal(response.statusCode, 400, method);
    assert.equal(response.headers['location'], undefined);
    assert.equal((await response.toArray()).join(''), 'Write https here.\n');
  }
  assert.equal((await ask(port, pair.authority)).text, 'heard 5 bytes');
});

test('a handshake that arrives byte by byte is a handshake; garbage and silence harm nobody', async (t) => {
  const pair = await makePair(await freshFolder(t));
  const port = await serve(t, await openOrFail(pair, () => {}));

  const relay = net.createServer((inside) => {
    const outside = net.connect(port, '127.0.0.1');
    outside.setNoDelay(true);
    outside.pipe(inside);
    inside.on('data', (chunk: Buffer) => {
      inside.pause();
      void (async () => {
        for (const byte of chunk.subarray(0, 40)) {
          outside.write(Uint8Array.of(byte));
          await delay(1);
        }
        outside.write(chunk.subarray(40));
        inside.resume();
      })();
    });
    inside.on('close', () => outside.destroy());
    inside.on('error', () => outside.destroy());
    outside.on('error', () => inside.destroy());
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  t.after(() => relay.close());
  assert.equal((await ask((relay.address() as AddressInfo).port, pair.authority)).text, 'heard 5 bytes');

  for (const bytes of ['\x16garbage', '\x80\x2e\x01\x00\x02', '\0', '\x16\x03\x01\xff\xff', 'z']) {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.end(Buffer.from(bytes, 'latin1'));
    socket.resume();
    await once(socket, 'close');
  }
  const hangingUp = net.connect(port, '127.0.0.1');
  await once(hangingUp, 'connect');
  hangingUp.end();
  await once(hangingUp, 'close');
  const reset = net.connect(port, '127.0.0.1');
  await once(reset, 'connect');
  reset.resetAndDestroy();
  assert.equal((await ask(port, pair.authority)).text, 'heard 5 bytes');
});

test('a server that closes does not wait for a connection that never said anything', async (t) => {
  const secure = await openOrFail(await makePair(await freshFolder(t)), () => {});
  t.after(() => secure.stop());
  const server = https.createServer(secure.options);
  const { hangUpOnSilent } = answerPlainHttp(server, 'Write https here.');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
  await Promise.all([once(socket, 'connect'), once(server, 'connection')]);
  const began = performance.now();
  server.close();
  hangUpOnSilent();
  await once(server, 'close');
  assert.ok(performance.now() - began < 1000);
  socket.destroy();
});

test('curl trusts the authority and no other', async (t) => {
  if (spawnSync('curl', ['--version']).status !== 0) return t.diagnostic('NOT RUN: there is no curl here');
  const folder = await freshFolder(t);
  const pair = await makePair(path.join(folder, 'used'));
  await makePair(path.join(folder, 'other'));
  const port = await serve(t, await openOrFail(pair, () => {}));
  const curl = async (authority: string, url: string): Promise<{ code: number; output: string }> => {
    const child = spawn('curl', ['-sS', '--max-time', '10', '--noproxy', '*', '--cacert', authority, url]);
    const output = [...(await child.stdout.toArray())].join('');
    const [code] = child.exitCode === null ? ((await once(child, 'exit')) as [number]) : [child.exitCode];
    return { code, output };
  };
  const [good, bad] = [path.join(folder, 'used', 'ca.crt'), path.join(folder, 'other', 'ca.crt')];
  for (const host of ['localhost', '127.0.0.1'])
    assert.deepEqual(await curl(good, `https://${host}:${port}/`), { code: 0, output: 'heard 0 bytes' }, host);
  assert.equal((await curl(bad, `https://localhost:${port}/`)).code, 60);
  return undefined;
});
