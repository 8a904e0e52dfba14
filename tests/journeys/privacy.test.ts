// What people are called, their numbers, and what opens doors: sent through every function and every failure, and looked for afterwards.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { wireFunctions } from '../../src/contract/functions/index.ts';
import { connectToRunning } from '../../src/storage/embedded-postgres.client.ts';
import type { Behaviour } from '../counterparts/sms-behaviour.ts';
import { SmsHttp } from '../counterparts/sms-http.ts';
import { childrenOf, postmasterPids } from '../counterparts/postgres-own.ts';
import { RunningService, type TestAccount } from '../faults/running-service.ts';
import { found, formsOf, type Canary } from './canaries.ts';
import { fieldsOf } from './caller.ts';

const canaries: Canary[] = [];
/** What opens doors may not even be in the database. */
const secrets: Canary[] = [];

const word = (length: number): string =>
  [...randomBytes(length)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');

function canary(what: string, text: string, { isSecret = false } = {}): string {
  canaries.push({ what, text });
  if (isSecret) secrets.push({ what, text });
  return text;
}

let phones = 0;
/** A Spanish mobile number that nothing else is likely to contain. */
function phone(what: string): string {
  phones += 1;
  const national = `6${String(randomBytes(4).readUInt32BE() % 10_000_000).padStart(7, '0')}${phones % 10}`;
  return `34${canary(`phone: ${what}`, national)}`;
}

let service: RunningService;
let provider: SmsHttp;
let temporary: string;
let account: TestAccount;
let behaviour: Behaviour = { kind: 'accept' };
/** Bodies of answers that refuse. */
const refusals: string[] = [];

before(async () => {
  temporary = await mkdtemp(path.join(tmpdir(), 'cotejo-privacy-'));
  await mkdir(path.join(temporary, 'tmp'));
  provider = new SmsHttp({ behave: () => behaviour });
  service = await RunningService.create({
    TMPDIR: path.join(temporary, 'tmp'),
    COTEJO_LOG_LEVEL: 'debug',
    COTEJO_TRUSTED_PROXIES: '127.0.0.1',
    COTEJO_SMS_GATEWAY: 'http',
    COTEJO_SMS_SETTINGS: JSON.stringify({
      url: `http://127.0.0.1:${await provider.listen()}/messages?to={{to}}`,
      authentication: { kind: 'bearer', token: canary("the provider's token", `pt${word(20)}`, { isSecret: true }) },
      body: { kind: 'json', value: { to: '{{to}}', from: '{{sender}}', text: '{{text}}', reference: '{{reference}}' } },
      timeoutMs: 500,
      lateAnswerMs: 500,
    }),
  });
  await service.start();
  account = await service.createAccount(100);
  canary('an API token', account.apiToken, { isSecret: true });
});
after(async () => {
  await service?.remove();
  await provider?.close();
  await rm(temporary, { recursive: true, force: true });
});

type Raw = {
  readonly query?: string;
  readonly body?: string;
  readonly type?: string;
  readonly token?: string;
  readonly user?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

let hosts = 0;
/** One call, from an address of its own, which is somebody's too: nobody is blocked here. */
async function ask(
  functionName: string,
  { query = '', body, type = 'application/json', token = account.apiToken, user = account.apiUser, ...rest }: Raw,
): Promise<Readonly<Record<string, unknown>>> {
  hosts += 1;
  const address = `203.0.${100 + (hosts >> 8)}.${hosts & 255}`;
  if (hosts % 50 === 1) canary('address of a client', address);
  const response = await fetch(`${service.url}/${functionName}${query}`, {
    method: rest.method ?? 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${user}:${token}`).toString('base64')}`,
      'x-forwarded-for': address,
      'x-forwarded-proto': 'https',
      ...(body === undefined ? {} : { 'content-type': type }),
      ...rest.headers,
    },
    body: body ?? null,
  });
  const text = await response.text();
  const fields = fieldsOf(text);
  if (!response.ok || fields['Res'] !== 1) refusals.push(text);
  return fields;
}

/** The same parameters in the body as JSON, as a form, and in the query. */
async function askInAllWays(functionName: string, parameters: Record<string, string>, rest: Raw = {}): Promise<void> {
  const form = new URLSearchParams({ ...parameters, Resp: 'JSON' }).toString();
  await ask(functionName, { ...rest, body: JSON.stringify({ ...parameters, Resp: 'JSON' }) });
  await ask(functionName, { ...rest, body: form, type: 'application/x-www-form-urlencoded' });
  await ask(functionName, { ...rest, query: `?${form}` });
}

test('each form of a canary is found where it is, so that finding none says something', () => {
  const planted: Canary = { what: 'planted', text: 'Núñez & Ortega 12' };
  for (const [name, form] of formsOf(planted.text)) assert.ok(found([planted], `x${form}y`).length > 0, name);
  for (const before of ['', 'a', 'ab', 'abc'])
    assert.ok(found([planted], Buffer.from(`${before}${planted.text}zz`).toString('base64')).length > 0, before);
  assert.deepEqual(found([planted], 'Núñez and Ortega 12'), []);
});

test('what is accepted, sent, reported, repeated and cancelled', async () => {
  for (const way of ['body', 'query'] as const) {
    const parameters = {
      Telefono: phone(`accepted, ${way}`),
      Mensaje: `Hola ${canary(`name in a message, ${way}`, `Canario${word(10)}`)}, entre en [LINK]`,
      Dni: canary(`number of a document, ${way}`, `X${word(9).toUpperCase()}T`),
      Referenciausuario: canary(`reference, ${way}`, `pedido ${word(12)}`),
      Desconocido: canary(`unknown parameter, ${way}`, word(14)),
      Resp: 'JSON',
    };
    const headers = { 'idempotency-key': canary(`key of a call, ${way}`, `clave-${word(12)}`) };
    const { ID } = await ask(
      'VerificarIdentidad',
      way === 'body'
        ? { body: JSON.stringify(parameters), headers }
        : { query: `?${new URLSearchParams(parameters).toString()}`, headers },
    );
    assert.match(String(ID), /^\d+$/);
    await messagesOut(way === 'body' ? 1 : 3);
    const about = (functionName: string): Promise<Readonly<Record<string, unknown>>> =>
      ask(functionName, { body: JSON.stringify({ Id: ID, Resp: 'JSON' }) });
    for (const functionName of ['GetReportIdentidad', 'GetCertificadoIdentidad']) await about(functionName);
    // Sent again is what was sent: the provider has it a moment before that is written down.
    for (let tries = 0; (await about('ReenviarIdentidad'))['Res'] !== 1 && tries < 20; tries += 1) await delay(50);
    await messagesOut(way === 'body' ? 2 : 4);
    await about('CancelarIdentidad');
  }
});

/** Waits until so many messages, those of before included, are with the provider. */
async function messagesOut(count: number): Promise<void> {
  for (let tries = 0; provider.taken.length < count && tries < 100; tries += 1) await delay(50);
  assert.ok(provider.taken.length >= count, `${count} messages went out`);
}

test('every function with what is wrong in every place', async () => {
  for (const { name } of wireFunctions) {
    const wrongToken = canary(`wrong token, ${name}`, `ct_${word(24)}`, { isSecret: true });
    await askInAllWays(name, { Telefono: phone(`wrong token, ${name}`) }, { token: wrongToken });
    await ask(name, { user: canary(`unknown user, ${name}`, `usuario${word(10)}`), body: '{}' });
    await askInAllWays(name, { Id: canary(`unreadable ID, ${name}`, word(13)) });
    await askInAllWays(name, { Id: '2147483640', Referenciausuario: canary(`unknown ID, ${name}`, word(14)) });
    await ask(name, { method: 'GET', query: `?Telefono=${phone(`GET, ${name}`)}` });
  }
  const good = { Telefono: phone('beside what is wrong') };
  for (const [parameter, value] of [
    ['Telefono', `no-es-${word(9)}`],
    ['Mensaje', `vea https://${word(12)}.example.com [LINK]`],
    ['Mensaje', `${word(12)} `.repeat(140)],
    ['Remitente', `Remite${word(9)}`],
    ['Fecha', `ayer ${word(9)}`],
    ['Dni', word(39)],
    ['Referenciausuario', word(120)],
    ['Resp', word(15)],
  ] as const)
    await askInAllWays('VerificarIdentidad', { ...good, [parameter]: canary(`wrong ${parameter}`, value) });
  await ask('VerificarIdentidad', { ...keyed('k\u00e9'), body: JSON.stringify(good) }).catch(() => {});
  await ask('VerificarIdentidad', { body: `{"Telefono":"${phone('broken JSON')}",` });
  await ask('VerificarIdentidad', { body: `["${phone('a list')}"]` });
  await ask('VerificarIdentidad', {
    body: `x=${phone('unknown type')}`,
    type: `application/${canary('media type', word(12))}`,
  });
  await ask('VerificarIdentidad', {
    body: `--b\r\n${phone('broken multipart')}`,
    type: 'multipart/form-data; boundary=b',
  });
  await ask('VerificarIdentidad', { body: canary('too large a body', word(30)).repeat(5000) });
  await ask(`i/${canary('unknown link', word(40), { isSecret: true })}`, { method: 'GET' });
  await ask(`nada/${phone('unknown path')}`, { body: '{}' });
  for (const text of [
    `POST /VerificarIdentidad?Telefono=${phone('broken HTTP')} HTTP/9.9\r\n\r\n`,
    `POST /VerificarIdentidad HTTP/1.1\r\nHost: x\r\nX ${phone('broken header')}\r\n\r\n`,
    `POST /VerificarIdentidad?Telefono=${phone('cut off')} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"Telefono":"`,
  ])
    refusals.push(await sayRaw(text));
});

const keyed = (key: string): Raw => ({ headers: { 'idempotency-key': canary('malformed key', `${key}${word(10)}`) } });

test('a provider that refuses, hangs and cuts', async () => {
  for (const kind of ['refuse', 'hang', 'cut', 'take-and-cut', 'throttle'] as const) {
    behaviour = kind === 'refuse' ? { kind, status: 400 } : { kind };
    const before = provider.requests.length;
    await ask('VerificarIdentidad', {
      body: JSON.stringify({
        Telefono: phone(`provider, ${kind}`),
        Mensaje: `${canary(`message, ${kind}`, word(14))} [LINK]`,
        Resp: 'JSON',
      }),
    });
    for (let tries = 0; provider.requests.length === before && tries < 100; tries += 1) await delay(50);
    assert.ok(provider.requests.length > before, kind);
    await delay(kind === 'hang' ? 700 : 100);
  }
  behaviour = { kind: 'accept' };
});

test('a database that refuses what it is sent, and says why in detail', async () => {
  const running = await connectToRunning(service.folder);
  assert.ok(running !== null);
  const client = new pg.Client(running.connection);
  await client.connect();
  try {
    await client.query("alter table verification add constraint refused check (sender <> 'Refused') not valid");
    const { Res } = await ask('VerificarIdentidad', {
      body: JSON.stringify({
        Telefono: phone('row that is refused'),
        Dni: canary('number in a row that is refused', `Y${word(9).toUpperCase()}`),
        Remitente: 'Refused',
        Resp: 'JSON',
      }),
    });
    assert.equal(Res, -5, 'an error that nobody expected');
    await client.query('alter table verification drop constraint refused');
    await client.query('alter table invitation rename to invitation_away');
    const behind = {
      Telefono: phone('job that fails'),
      Mensaje: `${canary('message of a job that fails', word(14))} [LINK]`,
    };
    await ask('VerificarIdentidad', { body: JSON.stringify({ ...behind, Resp: 'JSON' }) });
    await delay(1500);
    await client.query('alter table invitation_away rename to invitation');
    // The connections of the service, cut while it uses them.
    const cut = client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()',
    );
    await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        ask('VerificarIdentidad', {
          body: JSON.stringify({ Telefono: phone(`cut connection ${index}`), Resp: 'JSON' }),
        }),
      ),
    );
    await cut;
  } finally {
    await client.end();
    await running.close();
  }
});

test('nothing of it is in the log, the metrics, the processes, the answers to others, or files', async (t) => {
  for (const { text } of provider.taken) canary('a link', /\/i\/(\S+)/.exec(text)![1]!, { isSecret: true });
  await delay(1500);
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  const processes: string[] = [];
  for (const pid of [service.pid, ...childrenOf(service.pid)])
    processes.push(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  // The server shows in its title what each connection does.
  const [server] = postmasterPids(path.join(service.folder, 'postgres', 'data'));
  for (const pid of childrenOf(server!)) processes.push(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  assert.match(service.output, /"msg":"something failed that should not"/, 'failures were logged');
  assert.match(metrics, /cotejo_function_answers_total\{function="VerificarIdentidad",res="-5"\} [1-9]/);
  assert.ok(processes.some((title) => title.includes('postgres')));
  await service.stop();

  const places: Record<string, string> = {
    log: service.output,
    metrics,
    processes: processes.join('\n'),
    'answers that refuse': refusals.join('\n'),
  };
  for (const file of await filesUnder(path.join(temporary, 'tmp'))) places[file] = await readFile(file, 'latin1');
  const database: string[] = [];
  for (const file of await filesUnder(service.folder))
    if (file.includes(`${path.sep}data${path.sep}`)) database.push(file);
    else places[file] = await readFile(file, 'latin1');
  assert.ok(Object.keys(places).some((file) => file.endsWith('server.log')));
  t.diagnostic(
    `${canaries.length} canaries, ${refusals.length} answers that refuse, ${service.output.split('\n').length} lines of log, ${Object.keys(places).length} places; ${secrets.length} of them secrets, looked for in ${database.length} files of the database`,
  );
  assert.ok(canaries.length >= 40);
  for (const code of [-1, -3, -4, -5])
    assert.ok(
      refusals.some((text) => text.includes(`"Res":${code}`)),
      `${code}`,
    );
  const leaks = Object.entries(places).flatMap(([place, text]) =>
    found(canaries, text).map((canaryFound) => `${place}: ${canaryFound}`),
  );
  assert.deepEqual(leaks, []);
  const stored: string[] = [];
  for (const file of database)
    for (const leak of found(secrets, await readFile(file, 'latin1'))) stored.push(`${file}: ${leak}`);
  assert.deepEqual(stored, []);
});

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** Says something on a connection and hears what comes back within a moment. */
function sayRaw(text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = net.connect(service.port, '127.0.0.1', () => socket.write(text));
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
    setTimeout(() => socket.destroy(), 500);
  });
}
