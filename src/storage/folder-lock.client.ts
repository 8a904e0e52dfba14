import { readFile, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { ok, refuse, type Result } from '../kernel/result.ts';

export type FolderLock = { readonly release: () => void };

export type FolderInUse = {
  readonly kind: 'folder-in-use';
  /** Process that holds the folder, in its own numbering; null when it did not say. */
  readonly pid: number | null;
};

/**
 * Takes a folder for this process alone until `release`, or until the process ends in whatever way.
 *
 * The lock is the kernel's: SQLite asks for a lock on the file's first bytes (`fcntl`), as it does for its transactions, which is the one
 * file lock that Node.js gives access to. The kernel hands it to exactly one process and drops it with that process, so there is nothing
 * stale to judge or to clear away, and it holds between containers that share the folder. The file stays empty.
 *
 * @throws Error when the folder is not there or cannot be written to.
 */
export async function lockFolder(folder: string): Promise<Result<FolderLock, FolderInUse>> {
  const file = path.join(await realpath(folder), 'service.lock');
  const holderFile = path.join(folder, 'service.pid');
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('BEGIN IMMEDIATE');
  } catch (error) {
    lock.close();
    const { errcode, message } = error as { errcode?: number; message: string };
    if (errcode !== sqliteBusy) throw new Error(`${file} cannot be locked: ${message}`, { cause: error });
    return refuse({ kind: 'folder-in-use', pid: await holderOf(holderFile) });
  }
  await writeFile(holderFile, `${process.pid}\n`);
  const release = (): void => {
    process.off('exit', release);
    if (lock.isOpen) lock.close();
  };
  process.once('exit', release); // also keeps the lock from being collected while nobody looks at it
  return ok({ release });
}

const sqliteBusy = 5; // SQLITE_BUSY of sqlite3.h

/** The holder says its number just after it has the lock: whoever comes in between waits a moment for it. */
async function holderOf(file: string): Promise<number | null> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const pid = Number(await readFile(file, 'utf8').catch(() => ''));
    if (pid > 0 && isAlive(pid)) return pid;
    await delay(20);
  }
  return null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
