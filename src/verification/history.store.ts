import { type Kysely, type Transaction, sql } from 'kysely';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { Assessment } from './assessment.ts';
import { type AskedPiece, type AssessedRound, type Milestone, type Verification, askedPieces } from './verification.ts';
import { type Row, columns, verificationOf } from './verification.store.ts';

/** One milestone of one verification, by its number, from 1. */
export type EventName = { readonly id: VerificationId; readonly eventNumber: number };

/**
 * Verifications as they were when a milestone was reached: what is told later says what was true then. The opening lies with the event; what
 * came with later steps is left out, and what came with earlier ones never changes, but for erasures. An assessment lies with its round.
 * @returns what is there, in no order.
 */
export async function verificationsAt(
  database: Kysely<unknown> | Transaction<unknown>,
  accountId: AccountId,
  events: readonly EventName[],
): Promise<readonly (EventName & { readonly verification: Verification })[]> {
  const { rows } = await sql<Row & EventRow>`
    with event as (
      select verification_id as event_of, event_number, state as milestone, happened_at, opening as opening_then, round as round_then
      from verification_event
      where account_id = ${accountId} and (verification_id, event_number) in (
        select * from unnest(${events.map(({ id }) => id)}::integer[], ${events.map(({ eventNumber }) => eventNumber)}::integer[])))
    select v.*, event_number, milestone, happened_at, opening_then, r.submitted_at as submitted_then, r.assessed_at as assessed_then,
      r.assessment as assessment_then
    from event
    join (select ${columns} from verification) v on v.verification_id = event_of and v.account_id = ${accountId}
    left join verification_round r on r.account_id = ${accountId} and r.verification_id = event_of and r.round = round_then`.execute(
    database,
  );
  return rows.map(
    ({
      event_number,
      milestone,
      happened_at,
      opening_then,
      submitted_then,
      assessed_then,
      assessment_then,
      ...row
    }) => ({
      id: row.verification_id as VerificationId,
      eventNumber: event_number,
      verification: verificationOf({
        ...row,
        ...stateAt(milestone),
        updated_at: happened_at,
        opening: opening_then,
        submitted_at: submitted_then ?? row.submitted_at,
        assessed_at: assessed_then ?? row.assessed_at,
        assessment: assessment_then ?? row.assessment,
      }),
    }),
  );
}

/** What was assessed in a round that no longer stands; null: there is none such. */
export async function findRound(
  database: Kysely<unknown> | Transaction<unknown>,
  { accountId, id }: { readonly accountId: AccountId; readonly id: VerificationId },
  round: number,
): Promise<AssessedRound | null> {
  const { rows } = await sql<AssessedRound>`
    select submitted_at as "submittedAt", assessed_at as "assessedAt", assessment from verification_round
    where account_id = ${accountId} and verification_id = ${id} and round = ${round}`.execute(database);
  return rows[0] ?? null;
}

type EventRow = {
  readonly event_number: number;
  readonly milestone: Milestone;
  readonly happened_at: Date;
  readonly opening_then: unknown;
  /** null: that round's assessment stands. */
  readonly submitted_then: Date | null;
  readonly assessed_then: Date | null;
  readonly assessment_then: Assessment | null;
};

function stateAt(milestone: Milestone): { readonly state: Verification['state']; readonly asks_for?: AskedPiece } {
  const piece = askedPieces.find((one) => milestone === `${one}-asked`);
  if (piece !== undefined) return { state: 'capturing', asks_for: piece };
  // Nobody is told of a retake before it is assessed: until then what stood before stands.
  const stands = milestone.startsWith('retak') ? 'assessed' : milestone;
  return { state: stands as Verification['state'] };
}
