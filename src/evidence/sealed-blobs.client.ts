import { createHash } from 'node:crypto';
import type { Blobs } from '../storage/blobs.ts';
import { EvidenceDamaged, type EvidencePlace } from './evidence.ts';
import type { PartRow } from './evidence.store.ts';
import { sealed, unsealed } from './sealed-stream.client.ts';

export type Written = { readonly blobName: string; readonly byteLength: number; readonly sha256: Buffer };

/** Blobs that only the verification's key opens, and only under their own names. */
export type SealedBlobs = {
  /** Writes one blob and says what its plain bytes were. */
  write(place: EvidencePlace, key: Uint8Array, bytes: AsyncIterable<Uint8Array>): Promise<Written>;
  /** Plain bytes, part by part. @throws EvidenceDamaged naming item and part. */
  read(key: Uint8Array, itemNumber: number, parts: readonly PartRow[]): AsyncGenerator<Uint8Array>;
};

/** The folder of a verification's blobs, and what its key is wrapped for. */
export const folderOf = ({ accountId, id }: EvidencePlace): string => `${accountId}/${id}`;

/** @param newName a name that nobody has, lower-case letters and digits. */
export function sealedBlobs(blobs: Blobs, newName: () => string): SealedBlobs {
  return {
    async write(place: EvidencePlace, key: Uint8Array, bytes: AsyncIterable<Uint8Array>): Promise<Written> {
      const blobName = `${folderOf(place)}/${newName()}`;
      const digest = createHash('sha256');
      let byteLength = 0;
      async function* counted(): AsyncGenerator<Uint8Array> {
        for await (const piece of bytes) {
          digest.update(piece);
          byteLength += piece.length;
          yield piece;
        }
      }
      await blobs.put(blobName, sealed(key, blobName, counted()));
      return { blobName, byteLength, sha256: digest.digest() };
    },
    async *read(key: Uint8Array, itemNumber: number, parts: readonly PartRow[]): AsyncGenerator<Uint8Array> {
      for (const part of parts) {
        const stored = await blobs.open(part.blobName);
        if (stored === null) throw new EvidenceDamaged(`item ${itemNumber}, part ${part.partNumber} is missing`);
        const digest = createHash('sha256');
        try {
          for await (const piece of unsealed(key, part.blobName, stored)) {
            digest.update(piece);
            yield piece;
          }
        } catch (error) {
          if (!(error instanceof EvidenceDamaged)) throw error;
          throw new EvidenceDamaged(`item ${itemNumber}, part ${part.partNumber} does not open`, { cause: error });
        }
        if (!digest.digest().equals(part.sha256))
          throw new EvidenceDamaged(`item ${itemNumber}, part ${part.partNumber} has another digest`);
      }
    },
  };
}
