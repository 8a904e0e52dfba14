import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { PostgresConnection } from './embedded-postgres-door.client.ts';
import { isLivePostgres, postmasterOf } from './embedded-postgres-process.client.ts';
import { connectToRunning, openEmbeddedPostgres } from './embedded-postgres.client.ts';

async function freshFolder(t: TestContext, ...below: string[]): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'cotejo-pg-'));
  await chmod(root, 0o700); // closed to the user that the server runs as
  const folder = path.join(root, ...below);
  t.after(async () => {
    await stopLeftOver(folder);
    await rm(root, { recursive: true, force: true });
  });
  return folder;
}

const dataOf = (folder: string): string => path.join(folder, 'postgres', 'data');

async function stopLeftOver(folder: string): Promise<void> {
  const pid = await postmasterOf(dataOf(folder));
  if (pid === null || !(await isLivePostgres(pid))) return;
  process.kill(pid, 'SIGQUIT');
  while (await isLivePostgres(pid)) await delay(20);
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

const silent = (): void => {};

/** A service in a process of its own: opens the server, makes a table, says the server's process and waits to be killed. */
async function startService(
  folder: string,
): Promise<{ kill: (signal: NodeJS.Signals) => Promise<void>; said: string }> {
  const script = `
    import { openEmbeddedPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'embedded-postgres.client.ts'))};
    const server = await openEmbeddedPostgres({ folder: ${JSON.stringify(folder)}, log: () => {} });
    process.on('SIGTERM', async () => { await server.stop(); process.exit(0); });
    setInterval(() => {}, 1000);
    console.log(server.adopted ? 'adopted' : 'started');`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await Promise.race([
    new Promise<[string]>((resolve) => child.stdout.once('data', (chunk: Buffer) => resolve([String(chunk).trim()]))),
    new Promise<never>((_, reject) => child.once('exit', (code) => reject(new Error(`the service ended: ${code}`)))),
  ]);
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  };
  return { kill, said };
}

test('a server comes up in a folder that is closed to its user, keeps what was committed, and ends with stop', async (t) => {
  const folder = await freshFolder(t, 'data');
  const first = await openEmbeddedPostgres({ folder, log: silent });
  const pid = (await postmasterOf(dataOf(folder)))!;
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
  const first = await startService(folder);
  assert.equal(first.said, 'started');
  const pid = (await postmasterOf(dataOf(folder)))!;
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
  assert.ok(backMs < 2000, `back after ${backMs} ms`);
  await second.stop();
  assert.equal(await isLivePostgres(pid), false);
});

test('a service that is asked to end ends its server with it', async (t) => {
  const folder = await freshFolder(t);
  const service = await startService(folder);
  const pid = (await postmasterOf(dataOf(folder)))!;
  await service.kill('SIGTERM');
  assert.equal(await isLivePostgres(pid), false);
});

test('a server that was killed with its service comes back with what was committed', async (t) => {
  const folder = await freshFolder(t);
  const service = await startService(folder);
  const running = (await connectToRunning(folder))!;
  await query(running.connection, 'CREATE TABLE kept AS SELECT generate_series(1, 1000) AS value');
  await running.close();
  const pid = (await postmasterOf(dataOf(folder)))!;
  process.kill(pid, 'SIGKILL');
  await service.kill('SIGKILL');
  const began = performance.now();
  const again = await openEmbeddedPostgres({ folder, log: silent });
  const backMs = performance.now() - began;
  assert.deepEqual(await query(again.connection, 'SELECT count(*)::int AS count FROM kept'), [{ count: 1000 }]);
  assert.ok(backMs < 2000, `back after ${backMs} ms`);
  await again.stop();
});

test('a server does not start beside processes of a killed one, and starts as soon as they are gone', async (t) => {
  const folder = await freshFolder(t);
  const service = await startService(folder);
  const { connection, close } = (await connectToRunning(folder))!;
  const client = new Client(connection);
  client.on('error', () => {});
  await client.connect();
  const [backend] = (await client.query('SELECT pg_backend_pid() AS pid')).rows as [{ pid: number }];
  process.kill(backend.pid, 'SIGSTOP');
  process.kill((await postmasterOf(dataOf(folder)))!, 'SIGKILL');
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
    path.join(dataOf(folder), 'postmaster.pid'),
    `${process.pid}\n/proc/self/cwd\n1\n5432\n.\n\n       1         1\nready   \n`,
  );
  const server = await openEmbeddedPostgres({ folder, log: silent });
  assert.equal(server.adopted, false);
  await server.stop();
});

test('an older configuration is replaced, also under a server that still runs', async (t) => {
  const folder = await freshFolder(t);
  const service = await startService(folder);
  await service.kill('SIGKILL');
  await writeFile(path.join(dataOf(folder), 'postgresql.conf'), "listen_addresses = ''\nfsync = off\n");
  const server = await openEmbeddedPostgres({ folder, log: silent });
  assert.equal(server.adopted, false);
  assert.deepEqual(await query(server.connection, 'SHOW fsync'), [{ fsync: 'on' }]);
  await server.stop();
});

test('a folder whose path is longer than a socket allows serves like any other', async (t) => {
  const folder = await freshFolder(t, 'a'.repeat(80), 'b'.repeat(80));
  const server = await openEmbeddedPostgres({ folder, log: silent });
  assert.deepEqual(await query(server.connection, 'SELECT 1 AS one'), [{ one: 1 }]);
  const running = (await connectToRunning(folder))!;
  assert.deepEqual(await query(running.connection, 'SELECT 2 AS two'), [{ two: 2 }]);
  await running.close();
  await server.stop();
});

test('a copied folder starts a server of its own beside the one it was copied from', async (t) => {
  const folder = await freshFolder(t, 'original');
  const original = await openEmbeddedPostgres({ folder, log: silent });
  await original.stop();
  const again = await openEmbeddedPostgres({ folder, log: silent });
  const copy = path.join(path.dirname(folder), 'copy');
  t.after(() => stopLeftOver(copy));
  await cp(path.join(folder, 'postgres'), path.join(copy, 'postgres'), {
    recursive: true,
    filter: (file) => !path.basename(file).startsWith('.s.'),
  });
  const other = await openEmbeddedPostgres({ folder: copy, log: silent }).catch((error: unknown) => error as Error);
  await again.stop();
  if (!(other instanceof Error)) await other.stop();
  assert.ok(!(other instanceof Error), String(other));
});

test('a server that cannot start says why, from its own log, and nothing of it stays behind', async (t) => {
  const folder = await freshFolder(t);
  await (await openEmbeddedPostgres({ folder, log: silent })).stop();
  await writeFile(path.join(dataOf(folder), 'postgresql.auto.conf'), 'shared_buffers = enormous\n');
  await assert.rejects(
    openEmbeddedPostgres({ folder, log: silent }),
    /PostgreSQL did not start .*server\.log.*\n[\s\S]*invalid value for parameter "shared_buffers": "enormous"/,
  );
  assert.equal(await postmasterOf(dataOf(folder)), null);
});

test('data of another major version is refused with both versions named', async (t) => {
  const folder = await freshFolder(t);
  await mkdir(dataOf(folder), { recursive: true });
  await writeFile(path.join(dataOf(folder), 'PG_VERSION'), '17\n');
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
