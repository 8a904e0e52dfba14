import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The process that `postmaster.pid` names, or null when no server runs or was killed here. */
export async function postmasterOf(dataFolder: string): Promise<number | null> {
  const pid = Number((await readPidFile(dataFolder))[0]);
  return Number.isSafeInteger(pid) && pid > 1 ? pid : null;
}

/** Whether the server said of itself, in the eighth line, that it lets clients in; one that is starting or ending says so, too. */
export async function saysReady(dataFolder: string): Promise<boolean> {
  return (await readPidFile(dataFolder))[7]?.trim() === 'ready';
}

async function readPidFile(dataFolder: string): Promise<string[]> {
  return (await readFile(path.join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
}

/**
 * Whether a PostgreSQL server runs under this number, which may have been given to another program since. A process that has ended
 * stays in the list until its parent has asked for it: that one does not run.
 */
export async function isLivePostgres(pid: number): Promise<boolean> {
  // /proc/<pid>/stat, which everyone may read: `1234 (postgres) S 1 …`
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return /^\d+ \(postgres\) [^ZX]/.test(text);
}

/** A setting without effect on the server's command line. */
export const folderSetting = 'cotejo.folder';

/** Whether the process is a server that was started for this folder, by the name that the folder had then. */
export async function isStartedFor(pid: number, folder: string): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return text.split('\0').includes(`${folderSetting}=${folder}`);
}

/** @throws Error when the signal may not be sent; a process that is gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
