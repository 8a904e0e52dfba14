import { type Kysely, type Transaction, sql } from 'kysely';
import { z } from 'zod';
import type { EvidencePlace } from '../evidence/evidence.ts';
import type { DrawnChallenge, ShownWindow } from './challenge.ts';
import type { FaceAttempt, TakenChunk, VoidReason } from './face-attempt.ts';
import { gestureSchema, voidReasons } from './protocol.schema.ts';

type Queryable = Kysely<unknown> | Transaction<unknown>;

const ONE_ROW = 1n;

const challengeSchema = z.object({
  baselineMs: z.number(),
  withoutTurning: z.boolean(),
  steps: z.array(
    z.object({
      pauseMs: z.number(),
      show: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('gesture'), gesture: gestureSchema, forMs: z.number() }),
        z.object({ kind: z.literal('flash'), colours: z.array(z.string()), colourMs: z.number(), forMs: z.number() }),
      ]),
    }),
  ),
}) satisfies z.ZodType<DrawnChallenge>;

const rowSchema = z.object({
  attemptNumber: z.number(),
  round: z.number(),
  begunAt: z.date(),
  challenge: challengeSchema,
  toldAtMs: z.array(z.number()),
  itemNumber: z.number().nullable(),
  chunks: z.number(),
  recordedMs: z.number(),
  beginsByMs: z.number().nullable(),
  shown: z.array(z.object({ fromMs: z.number(), toMs: z.number() })).nullable(),
  endedAt: z.date().nullable(),
  voidReason: z.enum(voidReasons).nullable(),
}) satisfies z.ZodType<FaceAttempt>;

/** All attempts of a verification, oldest first. */
export async function listAttempts(database: Queryable, { accountId, id }: EvidencePlace): Promise<FaceAttempt[]> {
  const { rows } = await sql`
    select attempt_number as "attemptNumber", round, begun_at as "begunAt", challenge, told_at_ms as "toldAtMs", item_number as "itemNumber",
      chunks, recorded_ms as "recordedMs", begins_by_ms as "beginsByMs", shown, ended_at as "endedAt", void_reason as "voidReason"
    from face_attempt where account_id = ${accountId} and verification_id = ${id} order by attempt_number`.execute(
    database,
  );
  return rows.map((row) => rowSchema.parse(row));
}

/**
 * Writes a new attempt down; one that was under way is void from then on.
 * @returns its number, or null when another one was begun at the same moment.
 */
export async function insertAttempt(
  transaction: Transaction<unknown>,
  { accountId, id }: EvidencePlace,
  {
    attemptNumber,
    round,
    challenge,
    now,
  }: Pick<FaceAttempt, 'attemptNumber' | 'round'> & { readonly challenge: DrawnChallenge; readonly now: Date },
): Promise<boolean> {
  await sql`
    update face_attempt set ended_at = ${now}, void_reason = 'replaced'
    where account_id = ${accountId} and verification_id = ${id} and ended_at is null`.execute(transaction);
  const inserted = await sql`
    insert into face_attempt (account_id, verification_id, attempt_number, round, begun_at, challenge)
    values (${accountId}, ${id}, ${attemptNumber}, ${round}, ${now}, ${JSON.stringify(challenge)}::jsonb)
    on conflict do nothing`.execute(transaction);
  return inserted.numAffectedRows === ONE_ROW;
}

/** @returns whether it was this call that noted it; another may have been first. */
export async function noteTold(
  database: Queryable,
  { accountId, id }: EvidencePlace,
  attempt: FaceAttempt,
  toldAtMs: readonly number[],
): Promise<boolean> {
  const updated = await sql`
    update face_attempt set told_at_ms = ${toldAtMs}
    where account_id = ${accountId} and verification_id = ${id} and attempt_number = ${attempt.attemptNumber}
      and ended_at is null and cardinality(told_at_ms) = ${attempt.toldAtMs.length}`.execute(database);
  return updated.numAffectedRows === ONE_ROW;
}

export async function noteRecording(
  database: Queryable,
  { accountId, id }: EvidencePlace,
  attempt: FaceAttempt,
  itemNumber: number,
): Promise<boolean> {
  const updated = await sql`
    update face_attempt set item_number = ${itemNumber}
    where account_id = ${accountId} and verification_id = ${id} and attempt_number = ${attempt.attemptNumber}
      and ended_at is null and item_number is null`.execute(database);
  return updated.numAffectedRows === ONE_ROW;
}

/** @returns whether it was this call that noted it. */
export async function noteChunk(
  database: Queryable,
  { accountId, id }: EvidencePlace,
  attempt: FaceAttempt,
  { chunks, recordedMs, beginsByMs }: TakenChunk,
): Promise<boolean> {
  const updated = await sql`
    update face_attempt set chunks = ${chunks}, recorded_ms = ${recordedMs}, begins_by_ms = ${beginsByMs}
    where account_id = ${accountId} and verification_id = ${id} and attempt_number = ${attempt.attemptNumber}
      and ended_at is null and chunks = ${attempt.chunks}`.execute(database);
  return updated.numAffectedRows === ONE_ROW;
}

/** Nothing more is taken for it. What has ended already stays as it ended. */
export async function noteVoid(
  database: Queryable,
  { accountId, id }: EvidencePlace,
  attempt: FaceAttempt,
  { why, now }: { readonly why: VoidReason; readonly now: Date },
): Promise<void> {
  await sql`
    update face_attempt set ended_at = ${now}, void_reason = ${why}
    where account_id = ${accountId} and verification_id = ${id} and attempt_number = ${attempt.attemptNumber}
      and ended_at is null`.execute(database);
}

/** @returns whether it was this call that ended it. */
export async function noteWhole(
  transaction: Transaction<unknown>,
  { accountId, id }: EvidencePlace,
  attempt: FaceAttempt,
  { shown, now }: { readonly shown: readonly ShownWindow[]; readonly now: Date },
): Promise<boolean> {
  const updated = await sql`
    update face_attempt set shown = ${JSON.stringify(shown)}::jsonb, ended_at = ${now}
    where account_id = ${accountId} and verification_id = ${id} and attempt_number = ${attempt.attemptNumber}
      and ended_at is null`.execute(transaction);
  return updated.numAffectedRows === ONE_ROW;
}
