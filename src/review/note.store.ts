import { type Kysely, type Transaction, sql } from 'kysely';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { CasePlace } from './review.ts';

/** Small texts under a verification's own key, erased with its evidence. */
export type SealedRecords = {
  keepRecord(
    transaction: Transaction<unknown>,
    place: CasePlace,
    name: string,
    text: string,
  ): Promise<Result<void, unknown>>;
  readRecord(place: CasePlace, name: string): Promise<string | null>;
};

export type CaseNote = { readonly at: Date; readonly userId: string; readonly text: string };

const recordName = (number: number): string => `review-note-${number}`;

/** Notes what somebody has to say of a case. Its text may name the person, so it lies sealed with the evidence. */
export async function addNote(
  within: Transaction<unknown>,
  { keepRecord }: Pick<SealedRecords, 'keepRecord'>,
  place: CasePlace,
  { userId, text, now }: { readonly userId: string; readonly text: string; readonly now: Date },
): Promise<Result<void, { readonly kind: 'evidence-erased' }>> {
  const { accountId, id } = place;
  await sql`select 1 from verification where account_id = ${accountId} and verification_id = ${id} for update`.execute(
    within,
  );
  const { rows } = await sql<{ number: number }>`
    insert into review_note (account_id, verification_id, note_number, user_id, noted_at)
    select ${accountId}, ${id}, coalesce(max(note_number), 0) + 1, ${userId}, ${now} from review_note
    where account_id = ${accountId} and verification_id = ${id} returning note_number as number`.execute(within);
  const kept = await keepRecord(within, place, recordName(rows[0]!.number), text);
  return kept.ok ? ok(undefined) : refuse({ kind: 'evidence-erased' });
}

/** In their order. Those of erased evidence are gone. */
export async function notesOf(
  database: Kysely<unknown>,
  { readRecord }: Pick<SealedRecords, 'readRecord'>,
  place: CasePlace,
): Promise<readonly CaseNote[]> {
  const { rows } = await sql<{ number: number; userId: string; at: Date }>`
    select note_number as number, user_id as "userId", noted_at as at from review_note
    where account_id = ${place.accountId} and verification_id = ${place.id} order by note_number`.execute(database);
  const notes: CaseNote[] = [];
  for (const { number, userId, at } of rows) {
    const text = await readRecord(place, recordName(number));
    if (text !== null) notes.push({ at, userId, text });
  }
  return notes;
}
