import { type Kysely, type Transaction, sql } from 'kysely';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { EvidenceItem, EvidenceKind, EvidencePlace, Feedback, MediaType, RecordingPart } from './evidence.ts';
import type { RoundRow } from './rounds.ts';

type Queryable = Kysely<unknown> | Transaction<unknown>;

/** A verification's evidence as the database knows it. `wrappedKey` is null when it was erased. */
export type EvidenceSet = {
  readonly wrappedKey: Buffer | null;
  readonly sealedAt: Date | null;
  readonly sealedSha256: Buffer | null;
  readonly erasedAt: Date | null;
  readonly clearedAt: Date | null;
  /** A further round that takes pieces after the set was sealed; null: there is none. */
  readonly openRound: number | null;
};

export type ItemState = 'receiving' | 'kept' | 'closed' | 'discarded';
export type ItemKind = EvidenceKind | 'exhibit';

/** An item in whatever state, also one of the engine's. */
export type ItemRow = {
  readonly itemNumber: number;
  readonly round: number;
  readonly kind: ItemKind;
  readonly name: string | null;
  readonly state: ItemState;
  readonly mediaType: MediaType | 'application/json' | null;
  readonly byteLength: number;
  readonly sha256: Buffer | null;
  readonly begunAt: Date;
  readonly receivedAt: Date | null;
  readonly isSealed: boolean;
  readonly feedback: Feedback | null;
};

export type PartRow = Omit<RecordingPart, 'sha256'> & { readonly blobName: string; readonly sha256: Buffer };

const setColumns = sql.raw(
  `wrapped_key as "wrappedKey", sealed_at as "sealedAt", sealed_sha256 as "sealedSha256", erased_at as "erasedAt", cleared_at as "clearedAt",
  (select round from evidence_round r where r.account_id = evidence_set.account_id and r.verification_id = evidence_set.verification_id
    and r.sealed_at is null and r.closed_at is null) as "openRound"`,
);
const itemColumns = sql.raw(
  `item_number as "itemNumber", round, kind, name, state, media_type as "mediaType", byte_length as "byteLength", sha256, begun_at as "begunAt",
  received_at as "receivedAt", is_sealed as "isSealed", feedback`,
);
const partColumns = sql.raw(
  'part_number as "partNumber", blob_name as "blobName", byte_length as "byteLength", sha256, received_at as "receivedAt"',
);

/** @param held for the transaction: whoever adds, seals or erases does so one after the other. */
export async function findSet(
  database: Queryable,
  { accountId, id }: EvidencePlace,
  { held = false } = {},
): Promise<EvidenceSet | null> {
  const { rows } = await sql<EvidenceSet>`
    select ${setColumns} from evidence_set where account_id = ${accountId} and verification_id = ${id}
    ${held ? sql`for update` : sql``}`.execute(database);
  return rows[0] ?? null;
}

/** Begins a set with its key. One that was begun meanwhile stays as it is. */
export async function insertSet(
  database: Queryable,
  { accountId, id }: EvidencePlace,
  { wrappedKey, now }: { readonly wrappedKey: Uint8Array; readonly now: Date },
): Promise<void> {
  await sql`
    insert into evidence_set (account_id, verification_id, wrapped_key, created_at)
    values (${accountId}, ${id}, ${wrappedKey}, ${now}) on conflict do nothing`.execute(database);
}

export async function listItems(
  database: Queryable,
  { accountId, id }: EvidencePlace,
  { held = false } = {},
): Promise<readonly ItemRow[]> {
  const { rows } = await sql<ItemRow>`
    select ${itemColumns} from evidence_item where account_id = ${accountId} and verification_id = ${id} order by item_number
    ${held ? sql`for update` : sql``}`.execute(database);
  return rows;
}

export async function findItem(
  database: Queryable,
  { accountId, id }: EvidencePlace,
  itemNumber: number,
): Promise<ItemRow | null> {
  const { rows } = await sql<ItemRow>`
    select ${itemColumns} from evidence_item
    where account_id = ${accountId} and verification_id = ${id} and item_number = ${itemNumber}`.execute(database);
  return rows[0] ?? null;
}

export async function listParts(
  database: Queryable,
  { accountId, id }: EvidencePlace,
  itemNumber: number,
): Promise<readonly PartRow[]> {
  const { rows } = await sql<PartRow>`
    select ${partColumns} from evidence_part
    where account_id = ${accountId} and verification_id = ${id} and item_number = ${itemNumber} order by part_number`.execute(
    database,
  );
  return rows;
}

/** Names of all blobs that a verification's items know. */
export async function blobNames(database: Queryable, { accountId, id }: EvidencePlace): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ name: string }>`
    select blob_name as name from evidence_part where account_id = ${accountId} and verification_id = ${id}`.execute(
    database,
  );
  return new Set(rows.map(({ name }) => name));
}

export async function insertItem(
  transaction: Queryable,
  { accountId, id }: EvidencePlace,
  item: Pick<ItemRow, 'itemNumber' | 'kind' | 'state' | 'mediaType' | 'byteLength' | 'begunAt'> & {
    readonly round: number;
    readonly name?: string;
    readonly sha256?: Uint8Array;
    readonly receivedAt?: Date;
  },
): Promise<void> {
  await sql`
    insert into evidence_item (account_id, verification_id, item_number, round, kind, name, state, media_type, byte_length, sha256, begun_at, received_at)
    values (${accountId}, ${id}, ${item.itemNumber}, ${item.round}, ${item.kind}, ${item.name ?? null}, ${item.state}, ${item.mediaType},
      ${item.byteLength}, ${item.sha256 ?? null}, ${item.begunAt}, ${item.receivedAt ?? null})`.execute(transaction);
}

export async function insertPart(
  transaction: Queryable,
  { accountId, id }: EvidencePlace,
  itemNumber: number,
  part: Omit<PartRow, 'sha256'> & { readonly sha256: Uint8Array },
): Promise<void> {
  await sql`
    insert into evidence_part (account_id, verification_id, item_number, part_number, blob_name, byte_length, sha256, received_at)
    values (${accountId}, ${id}, ${itemNumber}, ${part.partNumber}, ${part.blobName}, ${part.byteLength}, ${part.sha256},
      ${part.receivedAt})`.execute(transaction);
}

export async function addToLength(
  transaction: Queryable,
  { accountId, id }: EvidencePlace,
  itemNumber: number,
  byteLength: number,
): Promise<void> {
  await sql`
    update evidence_item set byte_length = byte_length + ${byteLength}
    where account_id = ${accountId} and verification_id = ${id} and item_number = ${itemNumber}`.execute(transaction);
}

/** Recordings of a kind that are not finished will not be. */
export async function closeRecordings(
  transaction: Queryable,
  { accountId, id }: EvidencePlace,
  kind: EvidenceKind,
): Promise<void> {
  await sql`
    update evidence_item set state = 'closed'
    where account_id = ${accountId} and verification_id = ${id} and kind = ${kind} and state = 'receiving'`.execute(
    transaction,
  );
}

export async function finishItem(
  transaction: Queryable,
  { accountId, id }: EvidencePlace,
  itemNumber: number,
  whole: { readonly mediaType: MediaType; readonly sha256: Uint8Array; readonly receivedAt: Date },
): Promise<void> {
  await sql`
    update evidence_item set state = 'kept', media_type = ${whole.mediaType}, sha256 = ${whole.sha256}, received_at = ${whole.receivedAt}
    where account_id = ${accountId} and verification_id = ${id} and item_number = ${itemNumber} and state = 'receiving'`.execute(
    transaction,
  );
}

export async function writeFeedback(
  database: Queryable,
  { accountId, id }: EvidencePlace,
  itemNumber: number,
  feedback: Feedback,
): Promise<void> {
  await sql`
    update evidence_item set feedback = ${feedback}
    where account_id = ${accountId} and verification_id = ${id} and item_number = ${itemNumber}`.execute(database);
}

export async function writeSeal(
  transaction: Queryable,
  { accountId, id }: EvidencePlace,
  seal: {
    readonly round: number;
    readonly itemNumbers: readonly number[];
    readonly sha256: Uint8Array;
    readonly now: Date;
  },
): Promise<void> {
  await sql`
    update evidence_item set is_sealed = true
    where account_id = ${accountId} and verification_id = ${id} and item_number = any(${seal.itemNumbers}::integer[])`.execute(
    transaction,
  );
  await sql`
    update evidence_set set sealed_at = ${seal.now}, sealed_sha256 = ${seal.sha256}
    where account_id = ${accountId} and verification_id = ${id}`.execute(transaction);
  await sql`
    insert into evidence_round (account_id, verification_id, round, opened_at, sealed_at, sealed_sha256)
    select account_id, verification_id, ${seal.round}, created_at, ${seal.now}, ${seal.sha256} from evidence_set
    where account_id = ${accountId} and verification_id = ${id}
    on conflict (account_id, verification_id, round) do update
      set sealed_at = excluded.sealed_at, sealed_sha256 = excluded.sealed_sha256`.execute(transaction);
}

export async function listRounds(database: Queryable, { accountId, id }: EvidencePlace): Promise<readonly RoundRow[]> {
  const { rows } = await sql<RoundRow>`
    select round, carried, sealed_at as "sealedAt", sealed_sha256 as "sealedSha256", closed_at as "closedAt" from evidence_round
    where account_id = ${accountId} and verification_id = ${id} order by round`.execute(database);
  return rows;
}

export async function insertRound(
  transaction: Queryable,
  { accountId, id }: EvidencePlace,
  { round, carried, now }: { readonly round: number; readonly carried: readonly number[]; readonly now: Date },
): Promise<void> {
  await sql`
    insert into evidence_round (account_id, verification_id, round, carried, opened_at)
    values (${accountId}, ${id}, ${round}, ${carried}::integer[], ${now})`.execute(transaction);
}

/** Takes nothing more for the round that is open. Recordings under way are not finished any more. */
export async function closeRound(transaction: Queryable, { accountId, id }: EvidencePlace, now: Date): Promise<void> {
  const { rows } = await sql<{ round: number }>`
    update evidence_round set closed_at = ${now}
    where account_id = ${accountId} and verification_id = ${id} and sealed_at is null and closed_at is null
    returning round`.execute(transaction);
  for (const { round } of rows)
    await sql`
      update evidence_item set state = 'closed'
      where account_id = ${accountId} and verification_id = ${id} and round = ${round} and state = 'receiving'`.execute(
      transaction,
    );
}

/** What does not count any more: its parts are forgotten, what it was is not. @returns the blobs to remove. */
export async function discardItems(
  transaction: Queryable,
  { accountId, id }: EvidencePlace,
  itemNumbers: readonly number[],
): Promise<readonly string[]> {
  await sql`
    update evidence_item set state = 'discarded'
    where account_id = ${accountId} and verification_id = ${id} and item_number = any(${itemNumbers}::integer[])`.execute(
    transaction,
  );
  const { rows } = await sql<{ name: string }>`
    delete from evidence_part where account_id = ${accountId} and verification_id = ${id}
      and item_number = any(${itemNumbers}::integer[]) returning blob_name as name`.execute(transaction);
  return rows.map(({ name }) => name);
}

export async function writeRecord(
  transaction: Queryable,
  { accountId, id }: EvidencePlace,
  record: { readonly name: string; readonly sealedText: Uint8Array; readonly now: Date },
): Promise<void> {
  await sql`
    insert into evidence_record (account_id, verification_id, name, sealed_text, kept_at)
    values (${accountId}, ${id}, ${record.name}, ${record.sealedText}, ${record.now})
    on conflict (account_id, verification_id, name) do update set sealed_text = excluded.sealed_text, kept_at = excluded.kept_at`.execute(
    transaction,
  );
}

export async function findRecord(
  database: Queryable,
  { accountId, id }: EvidencePlace,
  name: string,
): Promise<Buffer | null> {
  const { rows } = await sql<{ sealedText: Buffer }>`
    select sealed_text as "sealedText" from evidence_record
    where account_id = ${accountId} and verification_id = ${id} and name = ${name}`.execute(database);
  return rows[0]?.sealedText ?? null;
}

/** Verifications of an account that have evidence, in the order of their IDs: a page after `after`. */
export async function listSets(
  database: Queryable,
  accountId: AccountId,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly VerificationId[]> {
  const { rows } = await sql<{ id: VerificationId }>`
    select verification_id as id from evidence_set where account_id = ${accountId} and verification_id > ${after}
    order by verification_id limit ${limit}`.execute(database);
  return rows.map(({ id }) => id);
}

/** A kept row as what it says to others. */
export const itemOf = (row: ItemRow): EvidenceItem => ({
  itemNumber: row.itemNumber,
  kind: row.kind as EvidenceKind,
  mediaType: row.mediaType as MediaType,
  byteLength: row.byteLength,
  sha256: row.sha256!.toString('hex'),
  begunAt: row.begunAt,
  receivedAt: row.receivedAt!,
  feedback: row.feedback,
});

/**
 * Of each kind the last piece of a round that is whole: what counts. What is carried over counts where nothing of its kind came.
 */
export function countedItems(
  rows: readonly ItemRow[],
  { round, carried }: { readonly round: number; readonly carried: readonly number[] },
): readonly ItemRow[] {
  const counted = new Map<ItemKind, ItemRow>();
  const whole = rows.filter((row) => row.state === 'kept' && row.kind !== 'exhibit');
  for (const row of whole) if (carried.includes(row.itemNumber)) counted.set(row.kind, row);
  for (const row of whole) if (row.round === round) counted.set(row.kind, row);
  return [...counted.values()].sort((a, b) => a.itemNumber - b.itemNumber);
}
