import { spawn } from 'node:child_process';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ownFolder, type Places } from './embedded-postgres-cluster.client.ts';
import { socketName, type PostgresDoor } from './embedded-postgres-door.client.ts';
import {
  folderSetting,
  isLivePostgres,
  isStartedFor,
  postmasterOf,
  saysReady,
  signal,
} from './embedded-postgres-process.client.ts';
import { serverEnvironment, type PostgresSoftware, type ServerUser } from './embedded-postgres-software.client.ts';

/** How long a server may replay its log, or keep an old process from ending, before it is given up. */
const startTimeoutMs = 300_000;
const settleTimeoutMs = 10_000;
/** How long after its start a server may take to open its socket. */
const openTimeoutMs = 1000;
const pollMs = 20;

type Log = (sentence: string) => void;

/** A server's place, its programs, whom it runs as and the way in to it. */
export type ServerParts = {
  readonly places: Places;
  readonly software: PostgresSoftware;
  readonly user: ServerUser;
  readonly door: PostgresDoor;
  readonly log: Log;
};

/**
 * Takes over the server that a killed service left behind, if it still runs; ends it when it is of another version or configuration.
 * @param isReconfigured whether the configuration is not the one that a running server has read.
 */
export async function adopt({ places, software, door, log }: ServerParts, isReconfigured: boolean): Promise<boolean> {
  const began = performance.now();
  for (;;) {
    const state = await stateOf(places, door);
    const pid = await postmasterOf(places.data);
    const isHere = pid !== null && (await isLivePostgres(pid));
    const waitedMs = performance.now() - began;
    if (!isHere && state === 'closed') {
      await clearAway(places);
      return false;
    }
    if (isHere && state === 'open') {
      if (!isReconfigured && (await door.serverVersion()) === software.version) {
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

/** Asks a server only once it says that it is ready: it writes to its log about everyone who comes too early. */
async function stateOf({ home, data }: Places, door: PostgresDoor): Promise<'open' | 'busy' | 'closed'> {
  const pid = await postmasterOf(data);
  const isOurs = pid !== null && (await isLivePostgres(pid)) && (await isStartedFor(pid, home));
  return isOurs && !(await saysReady(data)) ? 'busy' : door.knock();
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

/** Starts the server and waits until it answers. @throws Error with the last lines of its log. */
export async function start(parts: ServerParts): Promise<void> {
  const until = performance.now() + settleTimeoutMs;
  for (;;) {
    const failure = await startOnce(parts);
    if (failure === null) return;
    // Processes of a server that was killed end by themselves once they notice.
    const isHeld = /pre-existing shared memory block/.test(failure);
    if (!isHeld || performance.now() > until)
      throw new Error(`PostgreSQL did not start (${parts.places.log}):\n${failure}`);
    await delay(5 * pollMs);
  }
}

/** Null when it answers, else what it wrote to its log. */
async function startOnce({ places, software, user, door }: ServerParts): Promise<string | null> {
  const { home, data, log } = places;
  const logBefore = await turnOver(log);
  const logFile = await open(log, 'a', 0o600);
  const program = path.join(software.bin, 'postgres');
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
    if ((await stateOf(places, door)) === 'open') return null;
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
export async function stop({ data }: Places, log: Log): Promise<void> {
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

const watchMs = 200;
const longestPauseMs = 10_000;

/** Starts the server again when it ends without having been asked to, for as long as it takes. `release` ends the watch. */
export function keepRunning(parts: ServerParts): { readonly release: () => Promise<void> } {
  const released = new AbortController();
  const watch = async (): Promise<void> => {
    for (let pauseMs = watchMs; !released.signal.aborted;) {
      await delay(pauseMs, undefined, { ref: false, signal: released.signal }).catch(() => {});
      const pid = await postmasterOf(parts.places.data);
      if (released.signal.aborted || (pid !== null && (await isLivePostgres(pid)))) continue;
      try {
        parts.log('PostgreSQL ended by itself: starting it again');
        await start(parts);
        pauseMs = watchMs;
      } catch (error) {
        parts.log((error as Error).message);
        pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      }
    }
  };
  const watching = watch();
  return {
    release: async () => {
      released.abort();
      await watching;
    },
  };
}
