// Runs `docs/operations/nginx.conf` as it is written there: only its ports, its certificate and its log files are those of the test.
import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { clientOf, parseTrustedProxies, type Client } from '../../src/http/client-address.ts';
import { openLocalAuthority } from '../../src/http/local-authority.client.ts';

const program = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/bin/nginx'].find(
  (file) => spawnSync(file, ['-v']).status === 0,
);
const root = path.join(import.meta.dirname, '..', '..');

/** What came through to the service behind the proxy. */
type Arrived = { url: string; method: string; headers: http.IncomingHttpHeaders; bytes: number; client: Client };

let folder: string;
let nginx: ChildProcess;
let service: http.Server;
let authority: Buffer;
let ports: { readonly https: number; readonly http: number; readonly service: number };
const arrived: Arrived[] = [];
/** Told of each piece of a body as it comes. */
let onPiece: (bytes: number) => void = () => {};

const trusted = parseTrustedProxies('127.0.0.1');

async function startService(): Promise<void> {
  service = http.createServer((request, response) => {
    const { remoteAddress } = request.socket;
    assert.ok(trusted.ok);
    const headers = request.headers;
    const client = clientOf(
      {
        socketAddress: remoteAddress,
        isEncrypted: false,
        forwardedFor: headers['x-forwarded-for'] as string | undefined,
        forwardedProto: headers['x-forwarded-proto'] as string | undefined,
      },
      trusted.value,
    );
    const seen: Arrived = { url: request.url!, method: request.method!, headers, bytes: 0, client };
    arrived.push(seen);
    request.on('data', (chunk: Buffer) => {
      seen.bytes += chunk.byteLength;
      onPiece(seen.bytes);
    });
    request.on('end', () => {
      if (request.url === '/hang-up') return request.socket.destroy();
      response.writeHead(seen.bytes > 65_536 ? 413 : 200, { 'content-type': 'application/json' });
      return response.end(JSON.stringify({ from: 'the service' }));
    });
  });
  service.keepAliveTimeout = 30_000;
  service.listen(ports?.service ?? 0, '127.0.0.1');
  await once(service, 'listening');
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The configuration of the documentation with the parts of the test in place of those of the installation. */
async function configuration(certificateFile: string, keyFile: string): Promise<string> {
  let text = await readFile(path.join(root, 'docs', 'operations', 'nginx.conf'), 'utf8');
  for (const [written, here, times] of [
    ['listen 443 ssl', `listen 127.0.0.1:${ports.https} ssl`, 1],
    ['listen [::]:443 ssl http2;', '', 1],
    ['listen 80;', `listen 127.0.0.1:${ports.http};`, 1],
    ['listen [::]:80;', '', 1],
    ['server 127.0.0.1:8080;', `server 127.0.0.1:${ports.service};`, 1],
    ['/etc/letsencrypt/live/id.example.com/fullchain.pem', certificateFile, 1],
    ['/etc/letsencrypt/live/id.example.com/privkey.pem', keyFile, 1],
    ['/var/log/nginx/', `${folder}/`, 3],
    ['/var/www/html', folder, 1],
  ] as const) {
    assert.equal(text.split(written).length - 1, times, `nginx.conf has ${written}`);
    text = text.replaceAll(written, here);
  }
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder}/temporary/${kind};`,
  );
  return `pid ${folder}/nginx.pid;\nerror_log ${folder}/main.log;\nworker_processes 1;\n${process.getuid!() === 0 ? 'user root;\n' : ''}events {}\nhttp {\n${temporary.join('\n')}\n${text}\n}\n`;
}

before(async () => {
  if (program === undefined) return;
  folder = await mkdtemp(path.join(tmpdir(), 'cotejo-nginx-'));
  await mkdir(path.join(folder, 'temporary'));
  await startService();
  ports = {
    service: (service.address() as AddressInfo).port,
    https: await freePort(),
    http: await freePort(),
  };
  const made = await openLocalAuthority({
    folder: path.join(folder, 'tls'),
    names: ['id.example.com'],
    now: () => new Date(),
    log: () => {},
  });
  assert.ok(made.ok);
  made.value.stop();
  authority = await readFile(made.value.authorityFile);
  const file = path.join(folder, 'nginx.conf');
  await writeFile(file, await configuration(made.value.certificateFile, made.value.keyFile));
  const checked = spawnSync(program, ['-t', '-p', folder, '-c', file], { encoding: 'utf8' });
  assert.equal(checked.status, 0, checked.stderr);
  nginx = spawn(program, ['-p', folder, '-c', file, '-g', 'daemon off;'], { stdio: 'ignore' });
  for (let tries = 0; ; tries++) {
    const answered = await ask('/ready').catch(() => null);
    if (answered?.status === 200) break;
    assert.ok(tries < 100, 'nginx did not come up');
    await delay(50);
  }
});

after(async () => {
  if (program === undefined) return;
  const ended = once(nginx, 'exit');
  nginx.kill('SIGQUIT');
  await ended;
  service.closeAllConnections();
  service.close();
  await rm(folder, { recursive: true, force: true });
});

/** A test that needs nginx: it says plainly when there is none. */
function withNginx(title: string, run: () => Promise<void>): void {
  test(title, async (t) => {
    if (program === undefined) return t.diagnostic('NOT RUN: there is no nginx here (Debian: apt-get install nginx)');
    arrived.length = 0;
    onPiece = () => {};
    return run();
  });
}

type Answer = { status: number; text: string; headers: http.IncomingHttpHeaders };
type Ask = { method?: string; headers?: http.OutgoingHttpHeaders; body?: Buffer | string; plain?: number };

/** One request, its path exactly as it is written. */
async function ask(pathAsWritten: string, { method, headers = {}, body, plain }: Ask = {}): Promise<Answer> {
  const options = { host: '127.0.0.1', path: pathAsWritten, method: method ?? 'GET', agent: false } as const;
  const host = { host: 'id.example.com', ...headers };
  const request =
    plain === undefined
      ? https.request({ ...options, port: ports.https, headers: host, ca: authority, servername: 'id.example.com' })
      : http.request({ ...options, port: plain, headers: host });
  request.end(body);
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const text = (await response.toArray()).map(String).join('');
  return { status: response.statusCode!, text, headers: response.headers };
}

withNginx('what a client claims about itself is replaced, and HTTPS is passed on', async () => {
  const claims = {
    'x-forwarded-for': '198.51.100.66, 127.0.0.1',
    'x-forwarded-proto': 'http',
    'x-forwarded-host': 'elsewhere.example',
    'x-forwarded-port': '1',
    'x-real-ip': '198.51.100.66',
    forwarded: 'for=198.51.100.66',
    authorization: 'Basic dTp0',
    'idempotency-key': 'k1',
    'x-custom': 'kept',
  };
  await ask('/VerificarIdentidad?Resp=XML', { method: 'POST', headers: claims, body: 'Telefono=1' });
  const [{ headers, url, client }] = arrived as [Arrived];
  assert.equal(url, '/VerificarIdentidad?Resp=XML');
  assert.equal(headers['x-forwarded-for'], '127.0.0.1');
  assert.equal(headers['x-forwarded-proto'], 'https');
  for (const name of ['x-forwarded-host', 'x-forwarded-port', 'x-real-ip', 'forwarded'])
    assert.equal(headers[name], undefined, name);
  assert.equal(headers.host, 'id.example.com');
  assert.equal(headers.authorization, 'Basic dTp0');
  assert.equal(headers['idempotency-key'], 'k1');
  assert.equal(headers['x-custom'], 'kept');
  assert.deepEqual([client.address, client.isHttps], ['127.0.0.1', true]);
});

withNginx('metrics and outbox are not there from outside, however they are written', async () => {
  for (const written of [
    '/metrics',
    '/Metrics',
    '/metrics/',
    '/metrics?x',
    '//metrics',
    '/./metrics',
    '/v3/../metrics',
    '/v3/%2e%2e/metrics',
    '/v3/..%2fmetrics',
    '/%6detrics',
    '/%6Detrics',
    '/metrics%2f',
    '/metrics;x',
    '/outbox',
    '/OUTBOX',
    '/outbox.json',
    '/outbox/1',
    '/%6f%75tbox',
  ]) {
    const { status, text } = await ask(written);
    assert.deepEqual([status, text], [404, 'Not found.\n'], written);
  }
  const { status } = await ask('/metrics', { method: 'POST', body: 'x' });
  assert.equal(status, 404);
  assert.deepEqual(arrived, []);
  assert.equal((await ask('/GetCreditos', { method: 'POST' })).status, 200);
});

withNginx(
  'a body is limited by the service first and by nginx at last, which does not hand on what is above',
  async () => {
    const above = await ask('/VerificarIdentidad', { method: 'POST', body: Buffer.alloc(100_000) });
    assert.deepEqual([above.status, above.text], [413, '{"from":"the service"}']);
    arrived.length = 0;
    const far = await ask('/VerificarIdentidad', {
      method: 'POST',
      headers: { 'content-length': 65 * 2 ** 20 },
      body: Buffer.alloc(1),
    });
    assert.equal(far.status, 413);
    assert.deepEqual(arrived, []);
  },
);

withNginx('a body is handed on as it comes and never lies on the disk', async () => {
  const pieces: number[] = [];
  const firstPiece = new Promise<void>((resolve) => {
    onPiece = (bytes) => {
      pieces.push(bytes);
      if (bytes >= 200_000) resolve();
    };
  });
  const request = https.request({
    host: '127.0.0.1',
    port: ports.https,
    path: '/upload',
    method: 'POST',
    agent: false,
    ca: authority,
    servername: 'id.example.com',
    headers: { host: 'id.example.com', 'content-length': 400_000 },
  });
  request.write(Buffer.alloc(200_000));
  await firstPiece; // while the second half has not been sent
  const stored = await readdir(path.join(folder, 'temporary'), { recursive: true, withFileTypes: true });
  assert.deepEqual(
    stored.filter((entry) => entry.isFile()).map(({ name }) => name),
    [],
  );
  request.end(Buffer.alloc(200_000));
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  response.resume();
  assert.equal(arrived[0]!.bytes, 400_000);
});

withNginx('plain HTTP is refused with one sentence on both ports, and never redirected', async () => {
  for (const plain of [ports.http, ports.https])
    for (const method of ['GET', 'POST']) {
      const { status, text, headers } = await ask('/VerificarIdentidad', {
        method,
        plain,
        ...(method === 'POST' ? { body: 'Telefono=1' } : {}),
      });
      assert.deepEqual([status, text], [400, 'This service speaks HTTPS only.\n'], `${method} on ${plain}`);
      assert.equal(headers.location, undefined);
      assert.match(headers['content-type'] ?? '', /^text\/plain/);
    }
  assert.deepEqual(arrived, []);
});

withNginx('a certificate authority finds its challenge over plain HTTP', async () => {
  await mkdir(path.join(folder, '.well-known', 'acme-challenge'), { recursive: true });
  await writeFile(path.join(folder, '.well-known', 'acme-challenge', 'token'), 'answer');
  const { status, text } = await ask('/.well-known/acme-challenge/token', { plain: ports.http });
  assert.deepEqual([status, text], [200, 'answer']);
});

withNginx('a call whose answer is lost is handed on once, and answered with 503 and Retry-After', async () => {
  const { status, text, headers } = await ask('/hang-up', { method: 'POST', body: 'Telefono=1' });
  assert.deepEqual([status, text, headers['retry-after']], [503, 'The service does not answer now.\n', '5']);
  assert.equal(arrived.length, 1);
});

withNginx('neither phone numbers nor links come into the logs of nginx', async () => {
  await ask('/VerificarIdentidad?Telefono=34600111222', { method: 'POST' });
  await ask('/i/SECRETLINK');
  await ask('/hang-up?Telefono=34600111222', { method: 'POST' });
  service.closeAllConnections();
  service.close();
  await once(service, 'close');
  assert.equal((await ask('/i/SECRETLINK?Telefono=34600111222')).status, 503);
  await startService();
  for (let tries = 0; (await ask('/back').catch(() => ({ status: 0 }))).status !== 200; tries++) assert.ok(tries < 50);
  const logs = await Promise.all(
    ['cotejo.log', 'cotejo.error.log', 'main.log'].map((name) => readFile(path.join(folder, name), 'utf8')),
  );
  assert.match(logs[0]!, /POST HTTP\/1\.1 200/);
  assert.doesNotMatch(logs.join(''), /34600111222|SECRETLINK|VerificarIdentidad/);
});

withNginx('HTTP/2 and many calls on one connection work', async () => {
  const session = http2.connect(`https://127.0.0.1:${ports.https}`, { ca: authority, servername: 'id.example.com' });
  const statuses = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const stream = session.request({
        ':method': 'POST',
        ':path': '/GetCreditos',
        ':authority': 'id.example.com',
      });
      stream.end('Resp=JSON');
      const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders];
      stream.resume();
      await once(stream, 'end');
      return headers[':status'];
    }),
  );
  session.close();
  assert.deepEqual([...new Set(statuses)], [200]);
  assert.equal(arrived.length, 50);
});
