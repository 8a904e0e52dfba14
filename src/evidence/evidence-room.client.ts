import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import { ok, refuse } from '../kernel/result.ts';
import {
  type CaptureFacts,
  type EvidenceItem,
  type EvidencePlace,
  type EvidenceRoom,
  type SealedEvidence,
  evidenceKinds,
} from './evidence.ts';
import {
  type EvidenceParts,
  areTooLong,
  evidenceTools,
  factsName,
  nextItem,
  tooLongFacts,
} from './evidence-tools.client.ts';
import {
  type ItemRow,
  closeRound,
  countedItems,
  discardItems,
  findItem,
  findSet,
  insertItem,
  insertPart,
  insertRound,
  itemOf,
  listItems,
  listRounds,
  writeFeedback,
  writeSeal,
} from './evidence.store.ts';
import { type Exhibits, exhibitsOver } from './exhibits.client.ts';
import { recordingOf, recordings } from './recording.client.ts';
import { currentRow, judgedRow, sealedRow } from './rounds.ts';
import { TooManyBytes, screen } from './screen.ts';
import type { Written } from './sealed-blobs.client.ts';

export type EvidenceDesk = EvidenceRoom<Transaction<unknown>> &
  Exhibits & {
    /** Removes takes that do not count from a sealed set. May be repeated. */
    discardUncounted(place: EvidencePlace): Promise<void>;
  };

/** Keeps evidence: the only way in and out. */
export function evidenceRoom(parts: EvidenceParts): EvidenceDesk {
  const tools = evidenceTools(parts);
  const { database, blobs, clock, keys } = tools;

  /** The key to read with; null when nothing was kept, or when it was erased. */
  async function readingKey(place: EvidencePlace): Promise<Uint8Array | null> {
    const set = await findSet(database, place);
    return set === null || set.wrappedKey === null ? null : keys.keyOf(place, set);
  }

  return {
    ...recordings(tools),
    ...exhibitsOver(tools),

    async put(place, { kind, bytes, facts }) {
      const begunAt = clock();
      if (areTooLong(facts)) return refuse(tooLongFacts);
      const key = await keys.openKey(place);
      if (!key.ok) return key;
      const screened = await screen(kind, bytes, parts.inspectImage);
      if (!screened.ok) return screened;
      const { mediaType } = screened.value;
      let written: Written;
      try {
        written = await tools.sealedBlobs.write(place, key.value, screened.value.bytes);
      } catch (error) {
        if (error instanceof TooManyBytes) return refuse({ kind: 'too-many-bytes', mostBytes: error.mostBytes });
        throw error;
      }
      const receivedAt = clock();
      return keys.adding(place, [written.blobName], async (transaction) => {
        const next = await nextItem(transaction, place);
        if (!next.ok) return next;
        const { byteLength, sha256 } = written;
        const { itemNumber, round } = next.value;
        const item = { itemNumber, kind, mediaType, byteLength, begunAt, receivedAt };
        await insertItem(transaction, place, { ...item, round, state: 'kept', sha256 });
        await insertPart(transaction, place, itemNumber, { ...written, partNumber: 1, receivedAt });
        if (facts !== undefined)
          await tools.writeText(transaction, place, key.value, {
            name: factsName(itemNumber, 'begun'),
            text: JSON.stringify(facts),
          });
        return ok<EvidenceItem>({ ...item, sha256: sha256.toString('hex'), feedback: null });
      });
    },

    async list(place) {
      const set = await findSet(database, place);
      const rounds = await listRounds(database, place);
      const rows = await listItems(database, place);
      const begun = rows.filter(({ state }) => state === 'receiving');
      const judged = judgedRow(rounds);
      return {
        items: countedItems(rows, currentRow(rounds)).map(itemOf),
        recordings: await Promise.all(begun.map((row) => recordingOf(database, place, row))),
        sealed: judged === null ? null : sealedOf(rows, judged),
        isErased: set !== null && set.erasedAt !== null,
      };
    },

    async sealedRound(place, round) {
      const row = sealedRow(await listRounds(database, place), round);
      return row === null ? null : sealedOf(await listItems(database, place), row);
    },

    async openRound(transaction, place, { round, carried }) {
      const set = await findSet(transaction, place, { held: true });
      if (set?.erasedAt !== null) return refuse({ kind: set === null ? 'not-sealed' : 'evidence-erased' });
      const judged = judgedRow(await listRounds(transaction, place));
      if (judged === null) return refuse({ kind: 'not-sealed' });
      const { items } = sealedOf(await listItems(transaction, place), judged);
      const numbers = items.filter(({ kind }) => carried.includes(kind)).map(({ itemNumber }) => itemNumber);
      await insertRound(transaction, place, { round, carried: numbers, now: clock() });
      return ok(undefined);
    },

    closeRound: (transaction, place) => closeRound(transaction, place, clock()),

    noteFeedback: (place, itemNumber, feedback) => writeFeedback(database, place, itemNumber, feedback),

    async seal(transaction, place, wanted) {
      const set = await findSet(transaction, place, { held: true });
      if (set === null) return refuse({ kind: 'evidence-incomplete', missing: wanted });
      if (set.erasedAt !== null) return refuse({ kind: 'evidence-erased' });
      if (set.sealedAt !== null && set.openRound === null) return refuse({ kind: 'evidence-sealed' });
      const current = currentRow(await listRounds(transaction, place));
      const counted = countedItems(await listItems(transaction, place), current);
      const missing = wanted.filter((kind) => !counted.some((row) => row.kind === kind));
      if (missing.length > 0) return refuse({ kind: 'evidence-incomplete', missing });
      const now = clock();
      const sha256 = setDigest(counted);
      const { round } = current;
      await writeSeal(transaction, place, {
        round,
        itemNumbers: counted.map(({ itemNumber }) => itemNumber),
        sha256,
        now,
      });
      return ok({ round, sealedAt: now, items: counted.map(itemOf), sha256: sha256.toString('hex') });
    },

    async open(place, itemNumber) {
      const row = await findItem(database, place, itemNumber);
      if (row === null || row.state !== 'kept' || row.kind === 'exhibit') return refuse({ kind: 'unknown-item' });
      const key = await readingKey(place);
      if (key === null) return refuse({ kind: 'evidence-erased' });
      return ok({ item: itemOf(row), bytes: tools.bytesOf(place, key, row) });
    },

    async factsOf(place, itemNumber) {
      const key = await readingKey(place);
      if (key === null) return [];
      const facts: CaptureFacts[] = [];
      for (const when of ['begun', 'finished'] as const) {
        const text = await tools.readText(place, key, factsName(itemNumber, when));
        if (text !== null) facts.push(JSON.parse(text) as CaptureFacts);
      }
      return facts;
    },

    async keepRecord(transaction, place, name, text) {
      const key = await keys.openKey(place, transaction, { evenSealed: true });
      if (!key.ok) return key;
      await tools.writeText(transaction, place, key.value, { name, text });
      return ok(undefined);
    },

    async readRecord(place, name) {
      const key = await readingKey(place);
      return key === null ? null : tools.readText(place, key, name);
    },

    async discardUncounted(place) {
      const discarded = await database.transaction().execute(async (transaction) => {
        const set = await findSet(transaction, place, { held: true });
        if (set === null || set.sealedAt === null || set.openRound !== null) return [];
        const rows = await listItems(transaction, place);
        const uncounted = rows.filter((row) => !row.isSealed && row.kind !== 'exhibit' && row.state !== 'discarded');
        const numbers = uncounted.map(({ itemNumber }) => itemNumber);
        return discardItems(transaction, place, numbers);
      });
      for (const name of discarded) await blobs.remove(name);
    },
  };
}

/** One digest over what counts: kinds, types, lengths and digests, in the order of the kinds. */
function setDigest(rows: readonly ItemRow[]): Buffer {
  const digest = createHash('sha256');
  for (const kind of evidenceKinds)
    for (const row of rows)
      if (row.kind === kind)
        digest.update(`${kind} ${row.mediaType} ${row.byteLength} ${row.sha256!.toString('hex')}\n`);
  return digest.digest();
}

/** The items of a round: its own that count, and those that it carries over. */
const sealedOf = (
  rows: readonly ItemRow[],
  { round, carried, sealedAt, sealedSha256 }: NonNullable<ReturnType<typeof judgedRow>>,
): SealedEvidence => ({
  round,
  sealedAt,
  items: countedItems(
    rows.filter(({ isSealed }) => isSealed),
    { round, carried },
  ).map(itemOf),
  sha256: sealedSha256.toString('hex'),
});
