import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Blobs } from '../storage/blobs.ts';
import type { EvidencePlace, PutRefusal } from './evidence.ts';
import { type EvidenceSet, findSet, insertSet } from './evidence.store.ts';
import { folderOf } from './sealed-blobs.client.ts';
import { newDataKey } from './sealed-stream.client.ts';

type Queryable = Kysely<unknown> | Transaction<unknown>;

export type KeyParts = {
  readonly database: Kysely<unknown>;
  readonly blobs: Blobs;
  readonly wrapKey: (key: Uint8Array, context: string) => Uint8Array;
  readonly unwrapKey: (wrapped: Uint8Array, context: string) => Uint8Array;
  readonly clock: Clock;
};

export type EvidenceKeys = ReturnType<typeof evidenceKeys>;

/** The keys of verifications, and adding to what lies under them. */
export function evidenceKeys({ database, blobs, wrapKey, unwrapKey, clock }: KeyParts) {
  const keyOf = (place: EvidencePlace, { wrappedKey }: EvidenceSet): Uint8Array =>
    unwrapKey(wrappedKey!, folderOf(place));

  /** The key to add under, made with the first piece. Two that begin at once end with the same one. */
  async function openKey(
    place: EvidencePlace,
    within: Queryable = database,
    { evenSealed = false } = {},
  ): Promise<Result<Uint8Array, PutRefusal>> {
    let set = await findSet(within, place);
    if (set === null) {
      const wrappedKey = wrapKey(newDataKey(), folderOf(place));
      await insertSet(within, place, { wrappedKey, now: clock() });
      set = (await findSet(within, place))!;
    }
    const closed = closedBy(set, evenSealed);
    return closed === null ? ok(keyOf(place, set)) : refuse(closed);
  }

  /** The key of a set that was begun, under its lock until the transaction ends: nothing slips in behind a seal or an erasure. */
  async function holdKey(
    transaction: Transaction<unknown>,
    place: EvidencePlace,
    { evenSealed = false } = {},
  ): Promise<Result<Uint8Array, PutRefusal>> {
    const set = (await findSet(transaction, place, { held: true }))!;
    const closed = closedBy(set, evenSealed);
    return closed === null ? ok(keyOf(place, set)) : refuse(closed);
  }

  /** Adds under the set's lock. What was written before is removed when it does not. */
  async function adding<Value, Refusal>(
    place: EvidencePlace,
    written: readonly string[],
    add: (transaction: Transaction<unknown>) => Promise<Result<Value, Refusal>>,
    { evenSealed = false } = {},
  ): Promise<Result<Value, Refusal | PutRefusal>> {
    const added = await database.transaction().execute(async (transaction) => {
      const key = await holdKey(transaction, place, { evenSealed });
      return key.ok ? add(transaction) : key;
    });
    if (!added.ok) for (const name of written) await blobs.remove(name);
    return added;
  }

  return { openKey, holdKey, keyOf, adding };
}

function closedBy(set: EvidenceSet, evenSealed: boolean): PutRefusal | null {
  if (set.erasedAt !== null) return { kind: 'evidence-erased' };
  return set.sealedAt !== null && set.openRound === null && !evenSealed ? { kind: 'evidence-sealed' } : null;
}
