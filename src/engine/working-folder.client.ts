import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Result } from '../kernel/result.ts';

/** Takes a folder for this process until it ends; refused while another process has it. */
export type LockFolder = (folder: string) => Promise<Result<{ readonly release: () => void }, unknown>>;

export type WorkingFolder = {
  /**
   * A recording as a file for as long as `work` takes: decoders read files. 0600, under a name that chance drew.
   * @throws whatever reading the bytes or `work` throws; the file is gone in any case.
   */
  withFile<Value>(bytes: AsyncIterable<Uint8Array>, work: (file: string) => Promise<Value>): Promise<Value>;
  /** Removes the folder. */
  close(): Promise<void>;
};

/**
 * [Note: Plain evidence on disk]
 * The only place where evidence lies decrypted, and only while it is measured. Every process has a folder of its own there, which the kernel
 * knows to be its own by a lock that ends with the process: a folder that nobody holds is of a process that died, and is removed by the next
 * one that starts.
 */
export async function openWorkingFolder(root: string, lock: LockFolder): Promise<WorkingFolder> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  await removeAbandoned(root, lock);
  const { folder, release } = await ownFolder(root, lock);
  return {
    async withFile(bytes, work) {
      const within = await mkdtemp(path.join(folder, 'job-'));
      try {
        const file = path.join(within, 'recording');
        await pipeline(Readable.from(bytes), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
        return await work(file);
      } finally {
        await rm(within, { recursive: true, force: true });
      }
    },
    async close() {
      await rm(folder, { recursive: true, force: true });
      release();
    },
  };
}

/** A process that starts at the same moment may take a folder that is not locked yet for an abandoned one: then another is made. */
async function ownFolder(root: string, lock: LockFolder): Promise<{ folder: string; release: () => void }> {
  for (;;) {
    const folder = path.join(root, randomBytes(9).toString('hex'));
    await mkdir(folder, { mode: 0o700 });
    const locked = await lock(folder).catch(() => null);
    const isThere = await stat(path.join(folder, 'service.lock')).then(
      () => true,
      () => false,
    );
    if (locked?.ok === true && isThere) return { folder, release: locked.value.release };
    if (locked?.ok === true) locked.value.release();
  }
}

async function removeAbandoned(root: string, lock: LockFolder): Promise<void> {
  for (const name of await readdir(root)) {
    const folder = path.join(root, name);
    const locked = await lock(folder).catch(() => null);
    if (locked?.ok !== true) continue;
    await rm(folder, { recursive: true, force: true });
    locked.value.release();
  }
}
