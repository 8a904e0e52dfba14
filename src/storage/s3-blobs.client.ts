import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { S3mini } from 's3mini';
import { type Blobs, isBlobName } from './blobs.ts';

export type S3Settings = {
  /** Address with the bucket as its path: https://s3.eu-south-2.amazonaws.com/evidence */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
};

const REQUEST_TIMEOUT_MS = 60_000;
/** A failed request is made again after so long: stores shed load for a moment, and connections break. */
const RETRY_PAUSES_MS = [100, 400, 1600] as const;

/**
 * Blobs in a store that speaks S3. An object is there as a whole or not at all, and durable when the store says 200: that is what such a store
 * promises. A blob is gathered before it is sent, so that its length is told beforehand and it can be sent again. Requests are signed and their
 * bodies are not: what is changed on the way is found when it is opened, because every blob is authenticated by whoever sealed it.
 */
export function s3Blobs(settings: S3Settings): Blobs {
  const s3 = new S3mini({ ...settings, requestAbortTimeout: REQUEST_TIMEOUT_MS });
  const keyOf = (name: string): string => {
    if (!isBlobName(name)) throw new Error('not the name of a blob');
    return name;
  };
  const list = async (folder: string): Promise<readonly string[]> => {
    const prefix = `${keyOf(folder.replace(/\/$/, ''))}/`;
    // Without a delimiter: names hold slashes, and all below the folder are meant.
    const objects = await insistently(() => s3.listObjects('/', prefix));
    return (objects ?? []).map(({ Key }) => Key).sort();
  };
  const remove = async (name: string): Promise<void> => {
    const key = keyOf(name);
    await insistently(() => s3.deleteObject(key));
  };
  return {
    async put(name, bytes) {
      const key = keyOf(name);
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes) pieces.push(piece);
      const body = Buffer.concat(pieces);
      await insistently(() => s3.putObject(key, body, 'application/octet-stream'));
    },
    async open(name) {
      const key = keyOf(name);
      const response = await insistently(() => s3.getObjectResponse(key));
      if (response === null) return null;
      return response.body === null ? nothing() : Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    },
    remove,
    list,
    async clear(folder) {
      for (const name of await list(folder)) await remove(name);
    },
  };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** @throws Error without the request: addresses and keys are nobody's business in a log. */
async function insistently<Value>(request: () => Promise<Value>): Promise<Value> {
  for (let attempt = 0; ; attempt += 1)
    try {
      return await request();
    } catch (error) {
      const pauseMs = RETRY_PAUSES_MS[attempt];
      if (pauseMs === undefined || !isWorthRepeating(error)) throw new Error(`the S3 store failed (${codeOf(error)})`);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
}

const statusOf = (error: unknown): number | undefined => (error as { status?: number } | null)?.status;

const codeOf = (error: unknown): string => {
  const { code, serviceCode, name } = error as { code?: unknown; serviceCode?: unknown; name?: unknown };
  return [statusOf(error), serviceCode ?? code ?? name]
    .filter((part) => typeof part === 'string' || typeof part === 'number')
    .join(' ');
};

/** Refusals stay refusals; everything else may be over in a moment. */
function isWorthRepeating(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined || status >= 500 || status === 429 || status === 408;
}
