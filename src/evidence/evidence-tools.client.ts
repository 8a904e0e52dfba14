import { createHash } from 'node:crypto';
import { type Kysely, type Transaction } from 'kysely';
import type { Clock } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Blobs } from '../storage/blobs.ts';
import { type CaptureFacts, EvidenceDamaged, type EvidencePlace, type PutRefusal, evidenceLimits } from './evidence.ts';
import { type EvidenceKeys, evidenceKeys } from './evidence-keys.client.ts';
import { type ItemRow, findRecord, findSet, listItems, listParts, writeRecord } from './evidence.store.ts';
import type { InspectImage } from './screen.ts';
import { type SealedBlobs, folderOf, sealedBlobs } from './sealed-blobs.client.ts';
import { sealText, unsealText } from './sealed-stream.client.ts';

/** What keeping evidence needs of the world outside. */
export type EvidenceParts = {
  readonly database: Kysely<unknown>;
  readonly blobs: Blobs;
  readonly wrapKey: (key: Uint8Array, context: string) => Uint8Array;
  readonly unwrapKey: (wrapped: Uint8Array, context: string) => Uint8Array;
  readonly clock: Clock;
  /** A name that nobody has, lower-case letters and digits. */
  readonly newName: () => string;
  readonly inspectImage: InspectImage;
};

/** What the parts of this room share: keys, sealed blobs, items read back, small texts. */
export type EvidenceTools = EvidenceParts & {
  readonly keys: EvidenceKeys;
  readonly sealedBlobs: SealedBlobs;
  /** The plain bytes of an item; at their end it is certain that they are all of them. @throws EvidenceDamaged */
  readonly bytesOf: (place: EvidencePlace, key: Uint8Array, row: ItemRow) => AsyncGenerator<Uint8Array>;
  readonly writeText: (
    transaction: Transaction<unknown>,
    place: EvidencePlace,
    key: Uint8Array,
    record: { readonly name: string; readonly text: string },
  ) => Promise<void>;
  readonly readText: (place: EvidencePlace, key: Uint8Array, name: string) => Promise<string | null>;
};

export function evidenceTools(parts: EvidenceParts): EvidenceTools {
  const { database, clock } = parts;
  const blobs = sealedBlobs(parts.blobs, parts.newName);
  const contextOf = (place: EvidencePlace, name: string): string => `${folderOf(place)}/record/${name}`;
  return {
    ...parts,
    keys: evidenceKeys(parts),
    sealedBlobs: blobs,
    async *bytesOf(place, key, row) {
      const digest = createHash('sha256');
      const stored = await listParts(database, place, row.itemNumber);
      for await (const piece of blobs.read(key, row.itemNumber, stored)) {
        digest.update(piece);
        yield piece;
      }
      if (!digest.digest().equals(row.sha256!)) throw new EvidenceDamaged(`item ${row.itemNumber} has another digest`);
    },
    async writeText(transaction, place, key, { name, text }) {
      const sealedText = await sealText(key, contextOf(place, name), text);
      await writeRecord(transaction, place, { name, sealedText, now: clock() });
    },
    async readText(place, key, name) {
      const sealedText = await findRecord(database, place, name);
      return sealedText === null ? null : unsealText(key, contextOf(place, name), sealedText);
    },
  };
}

/** The number of the next piece that an applicant sends, and the round it is of. */
export async function nextItem(
  transaction: Transaction<unknown>,
  place: EvidencePlace,
): Promise<Result<Pick<ItemRow, 'itemNumber' | 'round'>, PutRefusal>> {
  const rows = await listItems(transaction, place);
  const round = (await findSet(transaction, place))?.openRound ?? 1;
  const sent = rows.filter((row) => row.kind !== 'exhibit' && row.round === round).length;
  return sent >= evidenceLimits.items
    ? refuse({ kind: 'too-many-pieces', most: evidenceLimits.items })
    : ok({ itemNumber: (rows.at(-1)?.itemNumber ?? 0) + 1, round });
}

/** What a browser tells of a piece when it begins and when it is whole. */
export const factsName = (itemNumber: number, when: 'begun' | 'finished'): string => `facts-${itemNumber}-${when}`;

export const areTooLong = (facts: CaptureFacts | undefined): boolean =>
  facts !== undefined && Buffer.byteLength(JSON.stringify(facts)) > evidenceLimits.factsBytes;

export const tooLongFacts: PutRefusal = { kind: 'facts-too-long', mostBytes: evidenceLimits.factsBytes };
