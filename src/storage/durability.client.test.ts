import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import test, { after, before } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { testPostgres, type TestPostgres } from '../../tests/counterparts/postgres.ts';
import { durabilityOf } from './durability.client.ts';

let postgres: TestPostgres;
let client: Client;
before(async () => {
  postgres = await testPostgres();
  client = new Client(postgres.connection);
  await client.connect();
});
after(async () => {
  await client.end();
  await postgres.stop();
});

const query = (sql: string): Promise<unknown[]> => client.query(sql).then(({ rows }) => rows as unknown[]);

test('the server that comes with the service keeps what it acknowledges', async () => {
  assert.deepEqual(await durabilityOf(query), { off: [] });
});

test('a commit that is acknowledged before it is written is told, and other ways of being on are not', async () => {
  for (const [value, off] of [
    ['off', ['synchronous_commit']],
    ['local', []],
    ['remote_apply', []],
  ] as const) {
    await client.query(`SET synchronous_commit = '${value}'`);
    assert.deepEqual(await durabilityOf(query), { off }, value);
  }
});

test('a setting that was switched off for the user alone is told to whoever connects as that user', async () => {
  await client.query('ALTER ROLE cotejo SET synchronous_commit = off');
  const later = new Client(postgres.connection);
  await later.connect();
  const durability = await durabilityOf((sql) => later.query(sql).then(({ rows }) => rows as unknown[]));
  await later.end();
  await client.query('ALTER ROLE cotejo RESET synchronous_commit');
  assert.deepEqual(durability, { off: ['synchronous_commit'] });
});

test('a server that does not force its writes to the disk is told, setting by setting', async () => {
  await appendFile(
    path.join(postgres.folder, 'postgres', 'data', 'postgresql.conf'),
    'fsync = off\nfull_page_writes = off\n',
  );
  await client.query('SELECT pg_reload_conf()');
  while ((await durabilityOf(query)).off.length === 0) await delay(10);
  assert.deepEqual(await durabilityOf(query), { off: ['fsync', 'full_page_writes'] });
});
