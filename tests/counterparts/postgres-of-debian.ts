import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

const NOBODY = 65_534;

/** A PostgreSQL as a distribution ships it, on a port, with a password, as an installer brings it. */
export type PostgresOfDebian = {
  readonly version: string;
  /** For the service: a user that owns one database and nothing else. */
  readonly url: string;
  /** One statement as the server's own administrator, in the service's database. */
  readonly asAdministrator: (statement: string) => Promise<pg.QueryResult>;
  readonly remove: () => Promise<void>;
};

/** Where the newest is installed; null: none is (Debian: `apt-get install postgresql`). */
export const debianPostgresPrograms = (): string | null =>
  globSync('/usr/lib/postgresql/*/bin/initdb')
    .map((file) => path.dirname(file))
    .sort((a, b) => Number(b.split('/').at(-2)) - Number(a.split('/').at(-2)))[0] ?? null;

/** @param programs the folder with `initdb` and `postgres`. */
export async function postgresOfDebian(programs: string): Promise<PostgresOfDebian> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cotejo-debian-pg-'));
  // PostgreSQL refuses to run as root.
  const identity = process.getuid!() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const run = (program: string, ...args: string[]): Promise<unknown> =>
    promisify(execFile)(path.join(programs, program), args, { ...identity, cwd: folder });
  let server: ChildProcess | null = null;
  const remove = async (): Promise<void> => {
    process.off('exit', endWithProcess);
    if (server !== null && server.exitCode === null) {
      const ended = once(server, 'exit');
      server.kill('SIGINT');
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  };
  const endWithProcess = (): void => void server?.kill('SIGQUIT');
  try {
    const passwordFile = path.join(folder, 'password');
    await writeFile(passwordFile, 'administrator\n');
    if (identity.uid !== undefined)
      for (const owned of [folder, passwordFile]) await chown(owned, identity.uid, identity.gid);
    const data = path.join(folder, 'data');
    await run(
      'initdb',
      '-D',
      data,
      '-U',
      'postgres',
      '-E',
      'UTF8',
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--no-sync',
    );
    const port = await freePort();
    const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder];
    server = spawn(path.join(programs, 'postgres'), options, { ...identity, cwd: folder, stdio: 'ignore' });
    process.once('exit', endWithProcess);
    const administrator = { host: '127.0.0.1', port, user: 'postgres', password: 'administrator' };
    const ask = async (database: string, statement: string): Promise<pg.QueryResult> => {
      const client = new pg.Client({ ...administrator, database });
      await client.connect();
      return client.query(statement).finally(() => client.end());
    };
    await reachable(() => ask('postgres', 'select 1'));
    await ask('postgres', "create role cotejo login password 'owner'");
    await ask('postgres', "create database cotejo owner cotejo encoding 'UTF8' template template0");
    const { rows } = await ask('postgres', 'show server_version');
    return {
      version: (rows[0] as { server_version: string }).server_version,
      url: `postgres://cotejo:owner@127.0.0.1:${port}/cotejo`,
      asAdministrator: (statement) => ask('cotejo', statement),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function reachable(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; ; tries += 1)
    try {
      await ask();
      return;
    } catch (error) {
      if (tries === 200) throw error;
      await delay(50);
    }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
