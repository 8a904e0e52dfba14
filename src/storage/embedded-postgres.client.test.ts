import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chown, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { clusterOf, endLeftOver, postgresService } from '../../tests/counterparts/postgres-service.ts';
import { freshDataFolder } from '../../tests/counterparts/postgres.ts';
import type { PostgresConnection } from './embedded-postgres-door.client.ts';
import { isLivePostgres, postmasterOf } from './embedded-postgres-process.client.ts';
import { connectToRunning, openEmbeddedPostgres } from './embedded-postgres.client.ts';

/** A data folder below one of mode 0700; with a cluster in it already, for that takes its time, unless it shall be `empty`. */
async function freshFolder(t: TestContext, content?: 'empty', ...below: string[]): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'cotejo-pg-'));
  const folder = path.join(root, ...below, 'data');
  await mkdir(path.dirname(folder), { recursive: true });
  if (content === undefined) await rename(await freshDataFolder(), folder);
  t.after(async () => {
    await endLeftOver(folder);
    await rm(root, { recursive: true, force: true });
  });
  return folder;
}

const query = async (connection: PostgresConnection, sql: string): Promise<Record<string, unknown>[]> => {
  const client = new Client(connection);
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
};

/** A user that every Debian has besides root and nobody. */
const daemon = 1;

/** Two seconds is the aim; the limit leaves room for a machine that does other things. */
function tellBack(t: TestContext, backMs: number): void {
  t.diagnostic(`back after ${Math.round(backMs)} ms`);
  assert.ok(backMs < 5000);
}

const silent = (): void => {};

test('a server comes up in a folder that is closed to its user, keeps what was committed, and ends with stop', async (t) => {
  const folder = await freshFolder(t, 'empty');
  const first = await openEmbeddedPostgres({ folder, log: silent });
  const pid = (await postmasterOf(clusterOf(folder)))!;
  assert.equal(first.adopted, false);
  await query(first.connection, 'CREATE TABLE kept AS SELECT 7 AS value');
  const [settings] = await query(
    first.connection,
    `SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
       current_setting('synchronous_commit') AS synchronous_commit, current_setting('data_checksums') AS data_checksums,
       current_setting('listen_addresses') AS listen_addresses, current_setting('server_encoding') AS server_encoding,
       upper('ñ') AS upper, current_database() AS database, split_part(version(), ' ', 2) AS version`,
  );
  assert.deepEqual(settings, {
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    data_checksums: 'on',
    listen_addresses: '',
    server_encoding: 'UTF8',
    upper: 'Ñ',
    database: 'cotejo',
    version: '18.4',
  });
  assert.equal((await stat(path.join(folder, 'postgres'))).mode & 0o777, 0o700);
  await first.stop();
  assert.equal(await isLivePostgres(pid), false);
  assert.equal(await connectToRunning(folder), null);

  const second = await openEmbeddedPostgres({ folder, log: silent });
  assert.deepEqual(await query(second.connection, 'SELECT value FROM kept'), [{ value: 7 }]);
  await second.stop();
});

test('a server whose service was killed goes on, answers the command line, and is taken over by the next service', async (t) => {
  const folder = await freshFolder(t);
  assert.equal(await connectToRunning(folder), null);
  const first = await postgresService(folder);
  assert.equal(first.said, 'started');
  const pid = (await postmasterOf(clusterOf(folder)))!;
  await first.kill('SIGKILL');

  const running = (await connectToRunning(folder))!;
  assert.deepEqual(await query(running.connection, 'SELECT 1 AS one'), [{ one: 1 }]);
  await running.close();

  const began = performance.now();
  const heard: string[] = [];
  const second = await openEmbeddedPostgres({ folder, log: (sentence) => heard.push(sentence) });
  const backMs = performance.now() - began;
  assert.equal(second.adopted, true);
  assert.deepEqual(heard, [`PostgreSQL (process ${pid}) was still running: taken over`]);
  tellBack(t, backMs);
  await second.stop();
  assert.equal(await isLivePostgres(pid), false);
});

test('a service that is asked to end ends its server with it', async (t) => {
  const folder = await freshFolder(t);
  const service = await postgresService(folder);
  const pid = (await postmasterOf(clusterOf(folder)))!;
  await service.kill('SIGTERM');
  assert.equal(await isLivePostgres(pid), false);
});

test('a server that was killed with its service comes back with what was committed', async (t) => {
  const folder = await freshFolder(t);
  const service = await postgresService(folder);
  const running = (await connectToRunning(folder))!;
  await query(running.connection, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS value');
  await running.close();
  const pid = (await postmasterOf(clusterOf(folder)))!;
  process.kill(pid, 'SIGKILL');
  await service.kill('SIGKILL');
  const began = performance.now();
  const again = await openEmbeddedPostgres({ folder, log: silent });
  const backMs = performance.now() - began;
  assert.deepEqual(await query(again.connection, 'SELECT count(*)::int AS count FROM kept'), [{ count: 1000 }]);
  tellBack(t, backMs);
  await again.stop();
});

test('a server does not start beside processes of a killed one, and starts as soon as they are gone', async (t) => {
  const folder = await freshFolder(t);
  const service = await postgresService(folder);
  const { connection, close } = (await connectToRunning(folder))!;
  const client = new Client(connection);
  client.on('error', () => {});
  await client.connect();
  const [backend] = (await client.query('SELECT pg_backend_pid() AS pid')).rows as [{ pid: number }];
  process.kill(backend.pid, 'SIGSTOP');
  process.kill((await postmasterOf(clusterOf(folder)))!, 'SIGKILL');
  await service.kill('SIGKILL');
  const opening = openEmbeddedPostgres({ folder, log: silent });
  assert.equal(await Promise.race([opening, delay(1500, 'waiting')]), 'waiting');
  process.kill(backend.pid, 'SIGCONT');
  const again = await opening;
  await close();
  await again.stop();
});

test('what a dead server left is no obstacle when another program has its number', async (t) => {
  const folder = await freshFolder(t);
  await (await openEmbeddedPostgres({ folder, log: silent })).stop();
  await writeFile(
    path.join(clusterOf(folder), 'postmaster.pid'),
    `${process.pid}\n/proc/self/cwd\n1\n5432\n.\n\n       1         1\nready   \n`,
  );
  const server = await openEmbeddedPostgres({ folder, log: silent });
  assert.equal(server.adopted, false);
  await server.stop();
});

test('an older configuration is replaced, also under a server that still runs', async (t) => {
  const folder = await freshFolder(t);
  const service = await postgresService(folder);
  await service.kill('SIGKILL');
  await writeFile(path.join(clusterOf(folder), 'postgresql.conf'), "listen_addresses = ''\nfsync = off\n");
  const server = await openEmbeddedPostgres({ folder, log: silent });
  assert.equal(server.adopted, false);
  assert.deepEqual(await query(server.connection, 'SHOW fsync'), [{ fsync: 'on' }]);
  await server.stop();
});

test('a folder whose path is longer than a socket allows serves like any other', async (t) => {
  const folder = await freshFolder(t, undefined, 'a'.repeat(80), 'b'.repeat(80));
  const server = await openEmbeddedPostgres({ folder, log: silent });
  assert.deepEqual(await query(server.connection, 'SELECT 1 AS one'), [{ one: 1 }]);
  const running = (await connectToRunning(folder))!;
  assert.deepEqual(await query(running.connection, 'SELECT 2 AS two'), [{ two: 2 }]);
  await running.close();
  await server.stop();
});

test('a folder that was copied while its server ran gets a server of its own', async (t) => {
  const folder = await freshFolder(t);
  const original = await openEmbeddedPostgres({ folder, log: silent });
  const copy = `${folder}-copy`;
  t.after(() => endLeftOver(copy));
  spawnSync('cp', ['-r', folder, copy]); // belongs to whoever copied it, as a restored one does
  const other = await openEmbeddedPostgres({ folder: copy, log: silent });
  assert.equal(other.adopted, false);
  assert.notEqual(await postmasterOf(clusterOf(copy)), await postmasterOf(clusterOf(folder)));
  await query(original.connection, 'CREATE TABLE only_here (value int)');
  assert.deepEqual(await query(other.connection, "SELECT to_regclass('only_here') AS found"), [{ found: null }]);
  await original.stop();
  assert.deepEqual(await query(other.connection, 'SELECT 1 AS one'), [{ one: 1 }]);
  await other.stop();
});

test('a server that is killed under its service is started again', async (t) => {
  const folder = await freshFolder(t);
  const heard: string[] = [];
  const server = await openEmbeddedPostgres({ folder, log: (sentence) => heard.push(sentence) });
  const first = (await postmasterOf(clusterOf(folder)))!;
  process.kill(first, 'SIGKILL');
  const began = performance.now();
  let rows;
  while (rows === undefined && performance.now() - began < 5000) {
    await delay(20);
    rows = await query(server.connection, 'SELECT 1 AS one').catch(() => undefined);
  }
  assert.deepEqual(rows, [{ one: 1 }]);
  assert.deepEqual(heard, ['PostgreSQL ended by itself: starting it again']);
  tellBack(t, performance.now() - began);
  await server.stop();
  assert.equal(await isLivePostgres((await postmasterOf(clusterOf(folder))) ?? first), false);
});

test('Ctrl-C in the terminal does not reach the server', async (t) => {
  const folder = await freshFolder(t);
  const service = await postgresService(folder);
  const pid = (await postmasterOf(clusterOf(folder)))!;
  const groupOf = async (process: number | 'self'): Promise<string> =>
    (await readFile(`/proc/${process}/stat`, 'utf8'))
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(2, 4)
      .join(' ');
  const [group, session] = (await groupOf(pid)).split(' ');
  assert.deepEqual([group, session], [String(pid), String(pid)]); // a process group and a session of its own
  await service.kill('SIGTERM');
});

test('a plain user runs the server itself; root runs it as whoever owns the data', async (t) => {
  if (process.getuid!() !== 0)
    return t.diagnostic('NOT RUN: needs root to change users; the other tests ran as a plain user');
  const folder = await freshFolder(t, 'empty');
  await mkdir(folder);
  for (const each of [folder, path.dirname(folder)]) await chown(each, daemon, daemon);
  const service = await postgresService(folder, { user: daemon }).catch(() => null);
  if (service === null) return t.diagnostic('NOT RUN: this folder is closed to other users');
  const pid = (await postmasterOf(clusterOf(folder)))!;
  assert.equal((await stat(`/proc/${pid}`)).uid, daemon);
  await service.kill('SIGKILL');

  const asRoot = await openEmbeddedPostgres({ folder, log: silent });
  assert.equal(asRoot.adopted, true);
  await asRoot.stop();
  const again = await openEmbeddedPostgres({ folder, log: silent });
  assert.equal((await stat(`/proc/${(await postmasterOf(clusterOf(folder)))!}`)).uid, daemon);
  await again.stop();

  const asUser = await postgresService(folder, { user: daemon });
  await asUser.kill('SIGTERM');
  await chown(clusterOf(folder), 65534, 65534);
  await assert.rejects(postgresService(folder, { user: daemon, stderr: 'ignore' }), /the service ended: 1/);
  return undefined;
});

test('a user that is a bare number is told what is missing', async (t) => {
  if (process.getuid!() !== 0) return t.diagnostic('NOT RUN: needs root to change users');
  const folder = await freshFolder(t, 'empty');
  await mkdir(folder);
  for (const each of [folder, path.dirname(folder)]) await chown(each, 54321, 54321);
  const script = `
    import { openEmbeddedPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'embedded-postgres.client.ts'))};
    await openEmbeddedPostgres({ folder: ${JSON.stringify(folder)}, log: () => {} }).catch((error) => console.log(error.message));`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script], {
    uid: 54321,
    gid: 54321,
    cwd: '/',
    encoding: 'utf8',
  });
  if (stdout === '') return t.diagnostic('NOT RUN: this folder is closed to other users');
  assert.match(
    stdout,
    /could not look up effective user ID 54321.*\(add this user to \/etc\/passwd, or set DATABASE_URL\)/,
  );
  return undefined;
});

test('a server that cannot start says why, from its own log, and nothing of it stays behind', async (t) => {
  const folder = await freshFolder(t);
  await (await openEmbeddedPostgres({ folder, log: silent })).stop();
  await writeFile(path.join(clusterOf(folder), 'postgresql.auto.conf'), 'shared_buffers = enormous\n');
  await assert.rejects(
    openEmbeddedPostgres({ folder, log: silent }),
    /PostgreSQL did not start .*server\.log.*\n[\s\S]*invalid value for parameter "shared_buffers": "enormous"/,
  );
  assert.equal(await postmasterOf(clusterOf(folder)), null);
});

test('data of another major version is refused with both versions named', async (t) => {
  const folder = await freshFolder(t);
  await writeFile(path.join(clusterOf(folder), 'PG_VERSION'), '17\n');
  await assert.rejects(openEmbeddedPostgres({ folder, log: silent }), /was made by PostgreSQL 17 and this is 18\.4/);
});

test("the server's log says nothing of what is stored", async (t) => {
  const folder = await freshFolder(t);
  const server = await openEmbeddedPostgres({ folder, log: silent });
  await query(server.connection, 'CREATE TABLE person (phone text PRIMARY KEY)');
  await query(server.connection, "INSERT INTO person VALUES ('+34600111222')");
  await assert.rejects(query(server.connection, "INSERT INTO person VALUES ('+34600111222')"), { code: '23505' });
  await assert.rejects(query(server.connection, "SELECT 'x+34600111222'::int"), { code: '22P02' });
  await server.stop();
  const log = await readFile(path.join(folder, 'postgres', 'server.log'), 'utf8');
  assert.match(log, /ready to accept connections/);
  assert.doesNotMatch(log, /34600111222/);
});
