import { setTimeout as delay } from 'node:timers/promises';
import type { AccountId } from '../kernel/id.ts';
import { EvidenceDamaged, type EvidencePlace } from './evidence.ts';
import { type EvidenceTools } from './evidence-tools.client.ts';
import { blobNames, findSet, listItems, listSets } from './evidence.store.ts';
import { folderOf } from './sealed-blobs.client.ts';

export type ScrubFault = EvidencePlace & {
  /** null: not of one item. */
  readonly itemNumber: number | null;
  /** `damaged`: missing, flipped, cut or swapped; `stray`: a file that nothing knows of, left by a write that broke off. */
  readonly kind: 'damaged' | 'stray' | 'not-cleared';
  /** Which part, or the name of the file. Nothing of what is in it. */
  readonly detail: string;
};

export type ScrubCount = { verifications: number; items: number; bytes: number };

const PAGE = 200;
const UNDER_WAY_MS = 2000;

/** Reads everything that an account keeps, to the last byte, and tells what is not as it was. */
export async function* scrub(
  tools: EvidenceTools,
  accountId: AccountId,
  count: ScrubCount,
): AsyncGenerator<ScrubFault> {
  for (let after = 0; ;) {
    const ids = await listSets(tools.database, accountId, { after, limit: PAGE });
    for (const id of ids) yield* scrubOne(tools, { accountId, id }, count);
    if (ids.length < PAGE) return;
    after = ids.at(-1)!;
  }
}

async function* scrubOne(
  { database, blobs, keys, bytesOf }: EvidenceTools,
  place: EvidencePlace,
  count: ScrubCount,
): AsyncGenerator<ScrubFault> {
  const set = (await findSet(database, place))!;
  count.verifications += 1;
  const stored = await blobs.list(`${folderOf(place)}/`);
  if (set.wrappedKey === null) {
    for (const name of stored) yield { ...place, itemNumber: null, kind: 'not-cleared', detail: name };
    return;
  }
  const key = keys.keyOf(place, set);
  for (const row of await listItems(database, place)) {
    if (row.state !== 'kept') continue;
    count.items += 1;
    try {
      for await (const piece of bytesOf(place, key, row)) count.bytes += piece.length;
    } catch (error) {
      if (!(error instanceof EvidenceDamaged)) throw error;
      yield { ...place, itemNumber: row.itemNumber, kind: 'damaged', detail: error.message };
    }
  }
  const known = await blobNames(database, place);
  const unknown = stored.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  // A file is there a moment before its row is.
  await delay(UNDER_WAY_MS);
  const knownLater = await blobNames(database, place);
  for (const name of unknown)
    if (!knownLater.has(name)) yield { ...place, itemNumber: null, kind: 'stray', detail: name };
}
