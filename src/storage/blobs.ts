/**
 * [Note: Blobs]
 * Bytes too many for the database, by name: in a folder of this machine, or in a store that speaks S3. What is put under a name is whole
 * and durable when `put` resolves, and not there at all before: no reader sees half of it, whatever happens in between. Names are given
 * once and never used again. What lies there is encrypted by whoever puts it.
 */
export type Blobs = {
  /** @throws whatever `bytes` throws; nothing is left under the name then. */
  put(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** null: nothing is there. */
  open(name: string): Promise<AsyncIterable<Uint8Array> | null>;
  /** Nothing there is no error: it may be a repeat. */
  remove(name: string): Promise<void>;
  /** Names that begin with a folder, such as `1234567890/123456789/`. */
  list(folder: string): Promise<readonly string[]>;
  /** Removes a folder with all that is in it, begun and broken off writes included. */
  clear(folder: string): Promise<void>;
};

const SEGMENT = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Whether a name can be one of ours: segments of lower-case letters, digits and hyphens. Nothing else becomes a path. */
export const isBlobName = (name: string): boolean => name.split('/').every((segment) => SEGMENT.test(segment));

/** A folder of a store, as a store of its own. */
export const within = (blobs: Blobs, folder: string): Blobs => ({
  put: (name, bytes) => blobs.put(`${folder}/${name}`, bytes),
  open: (name) => blobs.open(`${folder}/${name}`),
  remove: (name) => blobs.remove(`${folder}/${name}`),
  list: async (inner) => (await blobs.list(`${folder}/${inner}`)).map((name) => name.slice(folder.length + 1)),
  clear: (inner) => blobs.clear(`${folder}/${inner}`),
});
