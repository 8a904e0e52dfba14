// Kills the service, its server, or one of the server's processes at random moments under writers, and counts what was acknowledged and lost.
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import test from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { clusterOf, endLeftOver, postgresService } from '../../tests/counterparts/postgres-service.ts';
import { freshDataFolder } from '../../tests/counterparts/postgres.ts';
import { seededRandom } from '../kernel/random.ts';
import type { PostgresConnection } from './embedded-postgres-door.client.ts';
import { postmasterOf } from './embedded-postgres-process.client.ts';
import { connectToRunning } from './embedded-postgres.client.ts';

const rounds = 30;
const writers = 4;

/** Inserts one number after the other until the server goes away; each is noted once its commit was acknowledged. */
async function write(connection: PostgresConnection, next: () => number, acknowledged: Set<number>): Promise<void> {
  const client = new Client(connection);
  client.on('error', () => {});
  try {
    await client.connect();
    for (;;) {
      const id = next();
      await client.query('BEGIN');
      await client.query('INSERT INTO first_half VALUES ($1)', [id]);
      await client.query('INSERT INTO second_half VALUES ($1)', [id]);
      await client.query('COMMIT');
      acknowledged.add(id);
    }
  } catch {
    await client.end().catch(() => {});
  }
}

async function inServer<Value>(folder: string, run: (client: Client) => Promise<Value>): Promise<Value> {
  const running = await connectToRunning(folder);
  assert.ok(running !== null, 'no server answers');
  const client = new Client(running.connection);
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
    await running.close();
  }
}

const answers = (folder: string): Promise<boolean> =>
  inServer(folder, (client) => client.query('SELECT 1')).then(
    () => true,
    () => false,
  );

const endWriters = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE pid <> pg_backend_pid() AND datname = current_database()`;

test(`in ${rounds} kills nothing acknowledged is lost and nothing is there by half`, async (t) => {
  const seed = Date.now() % 1_000_000;
  const random = seededRandom(seed);
  const folder = await freshDataFolder();
  const acknowledged = new Set<number>();
  const backMs: Record<string, number[]> = { service: [], server: [], both: [], backend: [] };
  let last = 0;
  let service = await postgresService(folder);
  t.after(async () => {
    await service.kill('SIGKILL');
    await endLeftOver(folder);
    await rm(folder, { recursive: true, force: true });
  });
  await inServer(folder, (client) =>
    client.query('CREATE TABLE first_half (id int PRIMARY KEY); CREATE TABLE second_half (id int PRIMARY KEY)'),
  );

  for (let round = 0; round < rounds; round++) {
    const running = (await connectToRunning(folder))!;
    const writing = Array.from({ length: writers }, () => write(running.connection, () => ++last, acknowledged));
    await delay(100 + random() * 900);
    const target = (['service', 'server', 'both', 'backend'] as const)[Math.floor(random() * 4)]!;
    const postmaster = (await postmasterOf(clusterOf(folder)))!;
    if (target === 'backend') {
      const pid = await inServer(folder, async (client) => {
        const found = await client.query<{ pid: number }>(
          "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1",
        );
        return found.rows[0]!.pid;
      });
      process.kill(pid, 'SIGKILL'); // the server ends all others and replays its log
    }
    if (target === 'server' || target === 'both') process.kill(postmaster, 'SIGKILL');
    if (target === 'service' || target === 'both') await service.kill('SIGKILL');

    const began = performance.now();
    if (target === 'service' || target === 'both') service = await postgresService(folder);
    while (!(await answers(folder))) {
      assert.ok(performance.now() - began < 10_000, `seed ${seed}, round ${round}: not back after 10 s (${target})`);
      await delay(10);
    }
    backMs[target]!.push(Math.round(performance.now() - began));
    if (target === 'service') process.kill(postmaster, 0); // it went on
    await inServer(folder, (client) => client.query(endWriters));
    await Promise.all(writing);
    await running.close();
  }

  const [first, second] = await inServer(folder, async (client) => [
    await client.query<{ id: number }>('SELECT id FROM first_half'),
    await client.query<{ id: number }>('SELECT id FROM second_half'),
  ]);
  const [inFirst, inSecond] = [new Set(first!.rows.map(({ id }) => id)), new Set(second!.rows.map(({ id }) => id))];
  const lost = [...acknowledged].filter((id) => !inFirst.has(id) || !inSecond.has(id));
  const half = [...inFirst].filter((id) => !inSecond.has(id));
  t.diagnostic(
    `seed ${seed}: ${rounds} kills, ${acknowledged.size} acknowledged, ${lost.length} lost, ${half.length} by half, ` +
      `back after (ms) ${JSON.stringify(backMs)}`,
  );
  assert.deepEqual([lost, half], [[], []]);
});
