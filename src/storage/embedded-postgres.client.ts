import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { accessConfiguration, serverConfiguration } from './embedded-postgres-configuration.ts';
import { PostgresDoor, socketName, type PostgresConnection } from './embedded-postgres-door.client.ts';
import {
  folderSetting,
  isLivePostgres,
  isStartedFor,
  postmasterOf,
  signal,
} from './embedded-postgres-process.client.ts';
import {
  postgresSoftware,
  runProgram,
  serverEnvironment,
  type PostgresSoftware,
  type ServerUser,
} from './embedded-postgres-software.client.ts';

export type EmbeddedPostgres = {
  /** What `pg` connects with: a socket, for this process only and until `stop`. */
  readonly connection: PostgresConnection;
  /** Whether a server that outlived its service was taken over. */
  readonly adopted: boolean;
  /** Ends the server: clients are cut off, what was committed is on the disk. */
  readonly stop: () => Promise<void>;
};

export type OpenEmbeddedPostgres = {
  /** The service's data folder, locked by the caller: two services on one folder are refused before this is called. */
  readonly folder: string;
  /** Hears one sentence for each thing worth telling. */
  readonly log: (sentence: string) => void;
};

/**
 * Brings up the PostgreSQL that npm installed, with its data under `<folder>/postgres`, reachable through a socket alone.
 *
 * [Note: A folder that the server enters by its working directory] PostgreSQL does not run as root, so root's service runs it as
 * `nobody` (uid 65534, or whoever owns the data already). `<folder>/postgres` is closed to everyone but its owner, root: the server
 * is started inside its data folder and calls it `/proc/self/cwd`, which asks no permission of the folders above. So it works below a
 * home of mode 0700, and no other process of that user finds a way in. The socket lies in the data folder too.
 *
 * The server is a process of its own: SIGKILL of this one does it no harm, Ctrl-C does not reach it, and the next start takes it over.
 *
 * @throws Error when it cannot be brought up, with the last lines of its log.
 */
export async function openEmbeddedPostgres({ folder, log }: OpenEmbeddedPostgres): Promise<EmbeddedPostgres> {
  await mkdir(placesUnder(folder).home, { recursive: true, mode: 0o700 });
  const places = placesUnder(await realpath(folder));
  const user = await serverUserOf(places);
  const software = await postgresSoftware(user === null ? places.home : sharedCopyFolder, user);
  await createCluster(places, software, user);
  const isReconfigured = await configure(places, user);

  const door = await PostgresDoor.open(places.data);
  try {
    const adopted = await adopt(places, door, isReconfigured ? null : software.version, log);
    if (!adopted) await start(places, software, user, door);
    await door.createDatabase();
    return {
      connection: door.connection,
      adopted,
      stop: async () => {
        await stop(places, log);
        await door.close();
      },
    };
  } catch (error) {
    await door.close();
    throw error;
  }
}

/** The way to the server of a data folder while a service runs it; null when none answers. `close` it at the end. */
export async function connectToRunning(
  folder: string,
): Promise<{ readonly connection: PostgresConnection; readonly close: () => Promise<void> } | null> {
  const { data } = placesUnder(folder);
  let door;
  try {
    door = await PostgresDoor.open(data);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const { connection } = door;
  if ((await door.knock()) === 'open') return { connection, close: () => door.close() };
  await door.close();
  return null;
}

type Places = {
  /** Closed to everyone but its owner. */
  readonly home: string;
  readonly data: string;
  readonly log: string;
};

function placesUnder(folder: string): Places {
  const home = path.resolve(folder, 'postgres');
  return { home, data: path.join(home, 'data'), log: path.join(home, 'server.log') };
}

const nobody = { uid: 65534, gid: 65534 };
/** Where root's copy of the programs goes: its own folders may be closed to the user that runs them. */
const sharedCopyFolder = '/var/cache/cotejo';

async function serverUserOf({ data }: Places): Promise<ServerUser> {
  const owner = await stat(data).catch(() => null);
  const ownUid = process.getuid!();
  if (ownUid === 0) return owner === null || owner.uid === 0 ? nobody : { uid: owner.uid, gid: owner.gid };
  if (owner !== null && owner.uid !== ownUid)
    throw new Error(
      `${data} belongs to user ${owner.uid}, and this is user ${ownUid}: start as root, or change its owner`,
    );
  return null;
}

/** Makes a new cluster beside its place and moves it there when it is whole. */
async function createCluster({ data }: Places, { bin, version }: PostgresSoftware, user: ServerUser): Promise<void> {
  const madeBy = await readFile(path.join(data, 'PG_VERSION'), 'utf8').catch(() => null);
  if (madeBy !== null) {
    const major = version.split('.')[0];
    if (madeBy.trim() !== major)
      throw new Error(
        `${data} was made by PostgreSQL ${madeBy.trim()} and this is ${version}: it has to be converted first`,
      );
    if (user !== null && (await stat(data)).uid === 0) await giveTo(data, user);
    return;
  }
  const unfinished = `${data}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (user !== null) await chown(unfinished, user.uid, user.gid);
  const { code, output } = await runProgram(path.join(bin, 'initdb'), initArguments, { user, cwd: unfinished });
  if (code !== 0) throw new Error(`PostgreSQL's data could not be created in ${data}: ${output.trim()}`);
  await rename(unfinished, data);
}

const ownFolder = '/proc/self/cwd'; // [Note: A folder that the server enters by its working directory]

const initArguments = [
  `--pgdata=${ownFolder}`,
  '--username=cotejo',
  '--auth=trust',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8', // the same order and the same letters whatever the system's libraries
  '--data-checksums',
  '--no-instructions',
];

/** A restored copy belongs to whoever restored it. */
async function giveTo(folder: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  const { code, output } = await runProgram('chown', ['-R', `${uid}:${gid}`, folder], { user: null, cwd: '/' });
  if (code !== 0) throw new Error(`${folder} cannot be given to user ${uid}: ${output.trim()}`);
  await chmod(folder, 0o700);
}

/** Writes the configuration; answers whether a running server has another one. */
async function configure({ data }: Places, user: ServerUser): Promise<boolean> {
  let isChanged = false;
  for (const [name, text] of [
    ['postgresql.conf', serverConfiguration(availableBytes())],
    ['pg_hba.conf', accessConfiguration],
  ] as const) {
    const file = path.join(data, name);
    if ((await readFile(file, 'utf8').catch(() => '')) === text) continue;
    isChanged = true;
    await writeWhole(file, text, user);
  }
  return isChanged;
}

/** The machine's memory, or what its container may use of it. */
function availableBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

async function writeWhole(file: string, text: string, user: ServerUser): Promise<void> {
  const handle = await open(`${file}.new`, 'w', 0o600);
  await handle.writeFile(text);
  if (user !== null) await handle.chown(user.uid, user.gid);
  await handle.sync();
  await handle.close();
  await rename(`${file}.new`, file);
}

/** How long a server may replay its log, or keep an old process from ending, before it is given up. */
const startTimeoutMs = 300_000;
const settleTimeoutMs = 10_000;
/** How long after its start a server may take to open its socket. */
const openTimeoutMs = 1000;
const pollMs = 20;

/**
 * Takes over the server that a killed service left behind, if it still runs; ends it when it is of another version or configuration.
 * @param version what it must be; null when it cannot be right.
 */
async function adopt(
  places: Places,
  door: PostgresDoor,
  version: string | null,
  log: (sentence: string) => void,
): Promise<boolean> {
  const began = performance.now();
  for (;;) {
    const state = await door.knock();
    const pid = await postmasterOf(places.data);
    const isHere = pid !== null && (await isLivePostgres(pid));
    const waitedMs = performance.now() - began;
    if (!isHere && state === 'closed') {
      await clearAway(places);
      return false;
    }
    if (isHere && state === 'open') {
      if ((await door.serverVersion()) === version) {
        log(`PostgreSQL (process ${pid}) was still running: taken over`);
        return true;
      }
      log(`PostgreSQL (process ${pid}) was still running with an older version or configuration: started again`);
      await stop(places, log);
      return false;
    }
    if (isHere && state === 'closed' && waitedMs > openTimeoutMs && !(await isStartedFor(pid, places.home))) {
      await clearAway(places); // the number is that of another folder's server now
      return false;
    }
    if (isHere && state === 'closed' && waitedMs > settleTimeoutMs)
      throw new Error(`process ${pid} holds ${places.data} and does not answer: end it, then start again`);
    if (!isHere && waitedMs > settleTimeoutMs)
      throw new Error(`${places.data} is served by PostgreSQL on another system or in another container`);
    if (waitedMs > startTimeoutMs) throw new Error(`process ${pid} holds ${places.data} and lets nobody in`);
    await delay(pollMs);
  }
}

/**
 * Removes the files that say a server runs here, once it is known that none does. PostgreSQL clears away what a dead server left, but not
 * when its number belongs to another program by now, as is usual after a container was started again. Should processes of the dead
 * one linger, the new one finds the shared memory they hold (its key is the folder's) and refuses to start.
 */
async function clearAway({ data }: Places): Promise<void> {
  for (const name of ['postmaster.pid', socketName, `${socketName}.lock`])
    await rm(path.join(data, name), { force: true });
}

async function start(places: Places, software: PostgresSoftware, user: ServerUser, door: PostgresDoor): Promise<void> {
  const until = performance.now() + settleTimeoutMs;
  for (;;) {
    const failure = await startOnce(places, software, user, door);
    if (failure === null) return;
    // Processes of a server that was killed end by themselves once they notice.
    const isHeld = /pre-existing shared memory block/.test(failure);
    if (!isHeld || performance.now() > until) throw new Error(`PostgreSQL did not start (${places.log}):\n${failure}`);
    await delay(5 * pollMs);
  }
}

/** Starts the server and waits until it answers; else what it wrote to its log. */
async function startOnce(
  { home, data, log }: Places,
  { bin }: PostgresSoftware,
  user: ServerUser,
  door: PostgresDoor,
): Promise<string | null> {
  const logBefore = await turnOver(log);
  const logFile = await open(log, 'a', 0o600);
  const program = path.join(bin, 'postgres');
  // The folder's name is for `isStartedFor`, and for people who look at the list of processes.
  const child = spawn(program, ['-D', ownFolder, '-c', `${folderSetting}=${home}`], {
    ...user,
    cwd: data,
    env: serverEnvironment,
    stdio: ['ignore', logFile.fd, logFile.fd],
    detached: true,
  });
  let ended: string | null = null;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, endedBy) => (ended ??= endedBy ?? `exit code ${code}`));
  child.unref();
  await logFile.close();

  const until = performance.now() + startTimeoutMs;
  while (ended === null && performance.now() < until) {
    if ((await door.knock()) === 'open') return null;
    await delay(pollMs);
  }
  if (ended === null) child.kill('SIGQUIT');
  const written = (await readFile(log)).subarray(logBefore).toString().trim();
  return `${written.split('\n').slice(-8).join('\n')}\n(${ended ?? `no answer within ${startTimeoutMs / 1000} s`})`;
}

const maxLogBytes = 1 << 20;

/** Keeps one older log; answers the length of what is there. */
async function turnOver(log: string): Promise<number> {
  const size = await stat(log).then(
    (found) => found.size,
    () => 0,
  );
  if (size <= maxLogBytes) return size;
  await rename(log, `${log}.1`);
  return 0;
}

const fastTimeoutMs = 30_000;

/** SIGINT asks for a fast shutdown; SIGQUIT, when that hangs, leaves the log to be replayed at the next start: nothing is lost. */
async function stop({ data }: Places, log: (sentence: string) => void): Promise<void> {
  const pid = await postmasterOf(data);
  if (pid === null || !(await isLivePostgres(pid))) return;
  signal(pid, 'SIGINT');
  if (await isGone(pid, fastTimeoutMs)) return;
  log('PostgreSQL did not stop in time: stopped at once, its log is replayed at the next start');
  signal(pid, 'SIGQUIT');
  if (await isGone(pid, settleTimeoutMs)) return;
  signal(pid, 'SIGKILL');
  await isGone(pid, settleTimeoutMs);
}

async function isGone(pid: number, withinMs: number): Promise<boolean> {
  for (const until = performance.now() + withinMs; performance.now() < until; await delay(pollMs))
    if (!(await isLivePostgres(pid))) return true;
  return false;
}
