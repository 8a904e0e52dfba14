import { readFileSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { configure, makePlaces, serverUserOf } from '../../src/storage/embedded-postgres-cluster.client.ts';
import { type PostgresConnection, PostgresDoor, socketName } from '../../src/storage/embedded-postgres-door.client.ts';
import { isLivePostgres, postmasterOf, signal } from '../../src/storage/embedded-postgres-process.client.ts';
import { start } from '../../src/storage/embedded-postgres-server.client.ts';
import { postgresSoftware } from '../../src/storage/embedded-postgres-software.client.ts';
import { freshDataFolder } from './postgres.ts';

/** A server as an installer brings it (`DATABASE_URL`): nobody keeps it running, and a test does to it what happens to servers. */
export type OwnPostgres = {
  readonly connection: PostgresConnection;
  /** The Unix socket it listens on. */
  readonly socket: string;
  readonly start: () => Promise<void>;
  /** SIGQUIT, as `pg_ctl stop -m immediate`: no checkpoint, clients are cut off, its log is replayed at the next start. */
  readonly stopAtOnce: () => Promise<void>;
  /** SIGSTOP of all its processes: connections stay, and nobody answers. */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
  /** Ends it and removes its folder. */
  readonly remove: () => Promise<void>;
};

export async function ownPostgres(): Promise<OwnPostgres> {
  const folder = await freshDataFolder();
  const places = await makePlaces(folder);
  const user = await serverUserOf(places);
  const software = await postgresSoftware(user === null ? places.home : '/var/cache/cotejo', user);
  await configure(places, user);
  const door = await PostgresDoor.open(places.data);
  const startServer = (): Promise<void> => start({ places, software, user, door, log: () => {} });
  const stopAtOnce = async (): Promise<void> => {
    const pid = await postmasterOf(places.data);
    if (pid === null) return;
    signal(pid, 'SIGQUIT');
    while (await isLivePostgres(pid)) await delay(10);
  };
  const endWithProcess = (): void => {
    const [pid] = postmasterPids(places.data);
    if (pid !== undefined) signal(pid, 'SIGQUIT');
  };
  await startServer();
  process.once('exit', endWithProcess);
  return {
    connection: door.connection,
    socket: path.join(places.data, socketName),
    start: startServer,
    stopAtOnce,
    pause: () => pausePostgres(places.data),
    resume: () => resumePostgres(places.data),
    async remove() {
      process.off('exit', endWithProcess);
      await resumePostgres(places.data);
      await stopAtOnce();
      await door.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** SIGSTOP of the postmaster first, so that it begins no further process, then of all that it has begun. */
export async function pausePostgres(dataFolder: string): Promise<void> {
  for (const pid of postmasterPids(dataFolder)) {
    signal(pid, 'SIGSTOP');
    await delay(20);
    for (const child of childrenOf(pid)) signal(child, 'SIGSTOP');
  }
}

export async function resumePostgres(dataFolder: string): Promise<void> {
  for (const pid of postmasterPids(dataFolder)) for (const one of [...childrenOf(pid), pid]) signal(one, 'SIGCONT');
  await delay(0);
}

/** The postmaster of a data folder: none or one. */
export function postmasterPids(dataFolder: string): number[] {
  try {
    return [Number(readFileSync(path.join(dataFolder, 'postmaster.pid'), 'utf8').split('\n')[0])].filter(
      (pid) => pid > 1,
    );
  } catch {
    return [];
  }
}

/** Processes whose parent it is. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        // `1234 (postgres) S 1 …`: the fourth field, counted behind the name, which may hold spaces.
        return readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1] === String(parent);
      } catch {
        return false; // it has ended since
      }
    })
    .map(Number);
}
