import type { Kysely, Transaction } from 'kysely';
import type { AccountId } from '../kernel/id.ts';
import type { Clock } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Blobs } from '../storage/blobs.ts';
import type { EvidencePlace } from './evidence.ts';
import {
  type ErasureReceipt,
  findReceipt,
  listDue,
  listUncleared,
  writeCleared,
  writeErasure,
} from './erasure.store.ts';
import { findSet, listItems } from './evidence.store.ts';
import type { RetentionPolicy } from './retention.ts';

export type ErasureParts = {
  readonly database: Kysely<unknown>;
  readonly blobs: Blobs;
  readonly clock: Clock;
  /** Takes what other rooms know of the person out of their rows, in the same transaction. */
  readonly forget: (transaction: Transaction<unknown>, place: EvidencePlace) => Promise<void>;
};

export type EraseRefusal = { readonly kind: 'nothing-kept' };

/**
 * [Note: Erasing]
 * Evidence is erased by destroying its key: from the commit on nothing of it opens, wherever a copy of the bytes may lie. The receipt says
 * what was destroyed, by its digests. Removing the bytes comes after it and may be repeated.
 *
 * @param reason why, in a few words without personal data. Erasing what is erased answers the receipt there is.
 */
export async function eraseEvidence(
  { database, blobs, clock, forget }: ErasureParts,
  place: EvidencePlace,
  reason: string,
): Promise<Result<ErasureReceipt, EraseRefusal>> {
  const erased = await database.transaction().execute(async (transaction) => {
    const set = await findSet(transaction, place, { held: true });
    if (set === null) return refuse<EraseRefusal>({ kind: 'nothing-kept' });
    if (set.erasedAt !== null) return ok((await findReceipt(transaction, place))!);
    const items = (await listItems(transaction, place)).map(({ itemNumber, kind, byteLength, sha256 }) => ({
      item: itemNumber,
      kind,
      bytes: byteLength,
      sha256: sha256 === null ? null : sha256.toString('hex'),
    }));
    const receipt = { erasedAt: clock(), reason, items };
    await writeErasure(transaction, place, receipt);
    await forget(transaction, place);
    return ok(receipt);
  });
  if (erased.ok) await clear({ blobs, database, clock }, place);
  return erased;
}

async function clear(
  { blobs, database, clock }: Pick<ErasureParts, 'blobs' | 'database' | 'clock'>,
  place: EvidencePlace,
): Promise<void> {
  await blobs.clear(`${place.accountId}/${place.id}/`);
  await writeCleared(database, place, clock());
}

const PAGE = 200;

export type RetentionParts = ErasureParts & {
  readonly accounts: () => Promise<readonly { readonly id: AccountId; readonly policy: RetentionPolicy }[]>;
  readonly onErased: (place: EvidencePlace) => void;
  readonly onError: (error: unknown) => void;
  readonly isStopping: () => boolean;
};

/**
 * Erases whatever is due, in all accounts: never before its time, and with the policy as it is now. What fails is told and tried again the
 * next time; it does not keep the others waiting.
 * @returns how many were erased.
 */
export async function eraseDueEvidence(parts: RetentionParts): Promise<number> {
  let count = 0;
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      parts.onError(error);
    }
  };
  for (const { id: accountId, policy } of await parts.accounts())
    await attempt(async () => {
      for (const id of await listUncleared(parts.database, accountId))
        await attempt(() => clear(parts, { accountId, id }));
      for (let after: number | null = 0; after !== null && !parts.isStopping();) {
        const page = await listDue(parts.database, accountId, policy, { now: parts.clock(), limit: PAGE, after });
        for (const id of page.due)
          await attempt(async () => {
            const place = { accountId, id };
            const erased = await eraseEvidence(parts, place, 'kept as long as the account’s policy says');
            if (!erased.ok) return;
            count += 1;
            parts.onErased(place);
          });
        after = page.lastId;
      }
    });
  return count;
}
