import type { Transaction } from 'kysely';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { EvidencePlace, OpenRefusal, PutRefusal } from './evidence.ts';
import type { EvidenceTools } from './evidence-tools.client.ts';
import { discardItems, findSet, insertItem, insertPart, listItems, listRounds } from './evidence.store.ts';
import { judgedRow } from './rounds.ts';
import { once } from './screen.ts';
import type { Written } from './sealed-blobs.client.ts';

/** What the engine made of evidence, for people to look at. It lies under the same key and is no part of the sealed set. */
export type Exhibit = {
  /** Slug. */
  readonly name: string;
  readonly mediaType: 'image/jpeg' | 'application/json';
  readonly bytes: Uint8Array;
};

export type Exhibits = {
  /** Keeps what the engine shows of the round that was sealed last, all of it or nothing; what was kept of it before is dropped. */
  keepExhibits(place: EvidencePlace, exhibits: readonly Exhibit[]): Promise<Result<void, PutRefusal>>;
  /** @param round default: the one that was sealed last. */
  listExhibits(
    place: EvidencePlace,
    round?: number,
  ): Promise<readonly { readonly name: string; readonly mediaType: string }[]>;
  openExhibit(
    place: EvidencePlace,
    name: string,
    round?: number,
  ): Promise<Result<{ readonly mediaType: string; readonly bytes: AsyncIterable<Uint8Array> }, OpenRefusal>>;
};

export function exhibitsOver({ database, blobs, clock, keys, sealedBlobs, bytesOf }: EvidenceTools): Exhibits {
  const latest = async (within: typeof database | Transaction<unknown>, place: EvidencePlace): Promise<number> =>
    judgedRow(await listRounds(within, place))?.round ?? 1;
  const kept = async (place: EvidencePlace, asked: number | undefined) => {
    const round = asked ?? (await latest(database, place));
    const rows = await listItems(database, place);
    return rows.filter((row) => row.kind === 'exhibit' && row.state === 'kept' && row.round === round);
  };
  return {
    async keepExhibits(place, exhibits) {
      const key = await keys.openKey(place, database, { evenSealed: true });
      if (!key.ok) return key;
      const written: (Written & { readonly exhibit: Exhibit })[] = [];
      for (const exhibit of exhibits)
        written.push({ exhibit, ...(await sealedBlobs.write(place, key.value, once(exhibit.bytes))) });
      const now = clock();
      const added = await keys.adding<readonly string[], never>(
        place,
        written.map(({ blobName }) => blobName),
        async (transaction) => {
          const rows = await listItems(transaction, place);
          const round = await latest(transaction, place);
          const earlier = rows.filter((row) => row.kind === 'exhibit' && row.state === 'kept' && row.round === round);
          const numbers = earlier.map(({ itemNumber }) => itemNumber);
          const dropped = await discardItems(transaction, place, numbers);
          for (const [index, { exhibit, ...blob }] of written.entries()) {
            const itemNumber = (rows.at(-1)?.itemNumber ?? 0) + 1 + index;
            await insertItem(transaction, place, {
              ...blob,
              itemNumber,
              round,
              kind: 'exhibit',
              name: exhibit.name,
              state: 'kept',
              mediaType: exhibit.mediaType,
              begunAt: now,
              receivedAt: now,
            });
            await insertPart(transaction, place, itemNumber, { ...blob, partNumber: 1, receivedAt: now });
          }
          return ok(dropped);
        },
        { evenSealed: true },
      );
      if (!added.ok) return added;
      for (const name of added.value) await blobs.remove(name);
      return ok(undefined);
    },

    async listExhibits(place, round) {
      return (await kept(place, round)).map(({ name, mediaType }) => ({ name: name!, mediaType: mediaType! }));
    },

    async openExhibit(place, name, round) {
      const row = (await kept(place, round)).find((item) => item.name === name);
      if (row === undefined) return refuse({ kind: 'unknown-item' });
      const set = (await findSet(database, place))!;
      if (set.wrappedKey === null) return refuse({ kind: 'evidence-erased' });
      return ok({ mediaType: row.mediaType!, bytes: bytesOf(place, keys.keyOf(place, set), row) });
    },
  };
}
