import { createHash } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import { type Result, ok, refuse } from '../kernel/result.ts';
import {
  type EvidenceKind,
  type EvidencePlace,
  type EvidenceRoom,
  type PartRefusal,
  type Recording,
  type RecordingPart,
  type WholeRecording,
  evidenceLimits,
} from './evidence.ts';
import { type EvidenceTools, areTooLong, factsName, nextItem, tooLongFacts } from './evidence-tools.client.ts';
import {
  type ItemRow,
  type PartRow,
  addToLength,
  closeRecordings,
  findItem,
  finishItem,
  insertItem,
  insertPart,
  itemOf,
  listParts,
} from './evidence.store.ts';
import { TELLING_BYTES, isTypeFor, mediaTypeOf } from './media-type.ts';
import { mostBytesOf, once } from './screen.ts';

type Recordings = Pick<
  EvidenceRoom<Transaction<unknown>>,
  'beginRecording' | 'appendPart' | 'readBack' | 'keepRecording' | 'findRecording'
>;
type Queryable = Kysely<unknown> | Transaction<unknown>;

/** Recordings that come in parts: each is on disk, with the time at which it came, before it is acknowledged; any process may take the next. */
export function recordings({ database, blobs, clock, keys, sealedBlobs, writeText }: EvidenceTools): Recordings {
  return {
    async beginRecording(place, { kind, facts }) {
      if (areTooLong(facts)) return refuse(tooLongFacts);
      const key = await keys.openKey(place);
      if (!key.ok) return key;
      const begunAt = clock();
      return keys.adding(place, [], async (transaction) => {
        const next = await nextItem(transaction, place);
        if (!next.ok) return next;
        await closeRecordings(transaction, place, kind);
        const { itemNumber, round } = next.value;
        const item = { itemNumber, kind, byteLength: 0, begunAt };
        await insertItem(transaction, place, { ...item, round, state: 'receiving', mediaType: null });
        if (facts !== undefined)
          await writeText(transaction, place, key.value, {
            name: factsName(itemNumber, 'begun'),
            text: JSON.stringify(facts),
          });
        return ok<Recording>({ ...item, parts: [] });
      });
    },

    async appendPart(place, { itemNumber, partNumber, bytes }) {
      const receivedAt = clock();
      if (bytes.length === 0) return refuse({ kind: 'empty' });
      if (bytes.length > evidenceLimits.partBytes)
        return refuse({ kind: 'too-many-bytes', mostBytes: evidenceLimits.partBytes });
      const coming = { itemNumber, partNumber, byteLength: bytes.length, sha256: digestOf(bytes) };
      const admitted = await admit(database, place, coming);
      if (!admitted.ok) return admitted;
      if (admitted.value !== null) return ok(admitted.value);
      const key = await keys.openKey(place);
      if (!key.ok) return key;
      const written = await sealedBlobs.write(place, key.value, once(bytes));
      const kept = await keys.adding(place, [written.blobName], async (transaction) => {
        const again = await admit(transaction, place, coming);
        if (!again.ok) return again;
        if (again.value !== null) return ok({ part: again.value, isRepeat: true });
        await insertPart(transaction, place, itemNumber, { ...written, partNumber, receivedAt });
        await addToLength(transaction, place, itemNumber, written.byteLength);
        return ok({ part: partOf({ ...written, partNumber, receivedAt }), isRepeat: false });
      });
      if (!kept.ok) return kept;
      // The same part came twice at once, and the other one was first.
      if (kept.value.isRepeat) await blobs.remove(written.blobName);
      return ok(kept.value.part);
    },

    async readBack(place, { itemNumber, parts: partCount }) {
      const row = await findItem(database, place, itemNumber);
      if (row?.state === 'kept' && row.kind !== 'exhibit') return ok(wholeOf(row));
      const open = receiving(row);
      if (!open.ok) return open;
      const parts = await listParts(database, place, itemNumber);
      if (parts.length !== partCount) return outOfOrder(parts);
      if (parts.length === 0) return refuse({ kind: 'empty' });
      const key = await keys.openKey(place);
      if (!key.ok) return key;
      const { start, sha256, byteLength } = await digestOfAll(sealedBlobs.read(key.value, itemNumber, parts));
      const mediaType = mediaTypeOf(start);
      if (mediaType === null || !isTypeFor(open.value.kind as EvidenceKind, mediaType))
        return refuse({ kind: 'wrong-type' });
      return ok({ itemNumber, byteLength, mediaType, sha256: sha256.toString('hex') });
    },

    async keepRecording(transaction, place, { itemNumber, byteLength, mediaType, sha256 }, facts) {
      if (areTooLong(facts)) return refuse(tooLongFacts);
      const key = await keys.holdKey(transaction, place);
      if (!key.ok) return key;
      const row = await findItem(transaction, place, itemNumber);
      if (row?.state === 'kept') return ok(itemOf(row));
      const open = receiving(row);
      if (!open.ok) return open;
      const parts = await listParts(transaction, place, itemNumber);
      // A part that came in the meantime was not read back.
      if (open.value.byteLength !== byteLength) return outOfOrder(parts);
      const whole = { mediaType, sha256: Buffer.from(sha256, 'hex'), receivedAt: parts.at(-1)!.receivedAt };
      await finishItem(transaction, place, itemNumber, whole);
      if (facts !== undefined)
        await writeText(transaction, place, key.value, {
          name: factsName(itemNumber, 'finished'),
          text: JSON.stringify(facts),
        });
      return ok(itemOf({ ...open.value, ...whole }));
    },

    async findRecording(place, itemNumber) {
      const row = await findItem(database, place, itemNumber);
      return row === null || row.kind === 'exhibit' ? null : recordingOf(database, place, row);
    },
  };
}

export async function recordingOf(database: Queryable, place: EvidencePlace, row: ItemRow): Promise<Recording> {
  const { itemNumber, begunAt, byteLength } = row;
  const parts = (await listParts(database, place, itemNumber)).map(partOf);
  return { itemNumber, kind: row.kind as EvidenceKind, begunAt, byteLength, parts };
}

const partOf = ({ partNumber, byteLength, sha256, receivedAt }: PartRow): RecordingPart => ({
  partNumber,
  byteLength,
  sha256: sha256.toString('hex'),
  receivedAt,
});

const wholeOf = (row: ItemRow): WholeRecording => {
  const { itemNumber, byteLength, mediaType, sha256 } = itemOf(row);
  return { itemNumber, byteLength, mediaType, sha256 };
};

/** A row that parts can be added to, or why not. */
function receiving(row: ItemRow | null): Result<ItemRow, PartRefusal> {
  if (row === null || row.kind === 'exhibit') return refuse({ kind: 'unknown-recording' });
  return row.state === 'receiving' ? ok(row) : refuse({ kind: 'recording-closed' });
}

const outOfOrder = (parts: readonly PartRow[]): Result<never, PartRefusal> =>
  refuse({ kind: 'part-out-of-order', expectedPartNumber: parts.length + 1 });

type Coming = {
  readonly itemNumber: number;
  readonly partNumber: number;
  readonly byteLength: number;
  readonly sha256: Buffer;
};

/** Whether a part may come now (null), or is there already with the same bytes: then it is answered as the first time. */
async function admit(
  within: Queryable,
  place: EvidencePlace,
  { itemNumber, partNumber, byteLength, sha256 }: Coming,
): Promise<Result<RecordingPart | null, PartRefusal>> {
  const row = await findItem(within, place, itemNumber);
  const parts = row === null ? [] : await listParts(within, place, itemNumber);
  const same = parts[partNumber - 1];
  if (same !== undefined) return same.sha256.equals(sha256) ? ok(partOf(same)) : refuse({ kind: 'part-differs' });
  const open = receiving(row);
  if (!open.ok) return open;
  if (partNumber !== parts.length + 1) return outOfOrder(parts);
  if (partNumber > evidenceLimits.parts) return refuse({ kind: 'too-many-pieces', most: evidenceLimits.parts });
  const mostBytes = mostBytesOf(open.value.kind as EvidenceKind);
  return open.value.byteLength + byteLength > mostBytes ? refuse({ kind: 'too-many-bytes', mostBytes }) : ok(null);
}

const digestOf = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

async function digestOfAll(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ readonly start: Uint8Array; readonly sha256: Buffer; readonly byteLength: number }> {
  const digest = createHash('sha256');
  let start = Buffer.alloc(0);
  let byteLength = 0;
  for await (const piece of bytes) {
    if (start.length < TELLING_BYTES) start = Buffer.concat([start, piece.subarray(0, TELLING_BYTES)]);
    digest.update(piece);
    byteLength += piece.length;
  }
  return { start: start.subarray(0, TELLING_BYTES), sha256: digest.digest(), byteLength };
}
