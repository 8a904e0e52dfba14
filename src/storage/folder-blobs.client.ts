import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { type Blobs, isBlobName } from './blobs.ts';

/** Files that are being written; after a crash, what is left of them. */
const UNFINISHED = '.unfinished';

/**
 * [Note: Order on disk]
 * A blob is written beside its place, brought to disk, and only then given its name; the folder that holds the name is brought to disk, and
 * each folder above it that may be new. What the database says of a blob is said after that. So a crash leaves a file that nobody knows,
 * never a known file that is torn or missing.
 *
 * @param folder made when it is not there; 0700, files 0600.
 */
export function folderBlobs(folder: string): Blobs {
  const root = path.resolve(folder);
  const fileOf = (name: string): string => {
    if (!isBlobName(name)) throw new Error('not the name of a blob');
    return path.join(root, ...name.split('/'));
  };
  const folderOf = (name: string): string => fileOf(name.replace(/\/$/, ''));
  return {
    async put(name, bytes) {
      const file = fileOf(name);
      const within = path.dirname(file);
      await mkdir(within, { recursive: true, mode: 0o700 });
      const unfinished = path.join(within, `${UNFINISHED}-${randomBytes(9).toString('hex')}`);
      try {
        const handle = await open(unfinished, 'wx', 0o600);
        try {
          for await (const piece of bytes) await writeWhole(handle, piece);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(unfinished, file);
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
      // Another process may have made a folder above and not yet brought it to disk: it costs little to be sure.
      for (let above = within; ; above = path.dirname(above)) {
        await syncFolder(above);
        if (above === root) break;
      }
      await syncFolder(path.dirname(root));
    },
    async open(name) {
      const file = fileOf(name);
      const facts = await stat(file).catch(absent);
      return facts === null ? null : createReadStream(file, { highWaterMark: 256 * 1024 });
    },
    async remove(name) {
      const file = fileOf(name);
      await rm(file, { force: true });
      await syncFolder(path.dirname(file)).catch(absent);
    },
    async list(name) {
      const entries = await readdir(folderOf(name), { withFileTypes: true, recursive: true }).catch(absent);
      return (entries ?? [])
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
        .sort();
    },
    async clear(name) {
      const gone = folderOf(name);
      await rm(gone, { recursive: true, force: true });
      await syncFolder(path.dirname(gone)).catch(absent);
    },
  };
}

async function writeWhole(handle: FileHandle, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length;) at += (await handle.write(piece, at)).bytesWritten;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
