import { type Kysely, type Transaction, sql } from 'kysely';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import { type AskedPiece, type Milestone, type Verification, askedPieces } from './verification.ts';
import { type Row, columns, verificationOf } from './verification.store.ts';

/** One milestone of one verification, by its number, from 1. */
export type EventName = { readonly id: VerificationId; readonly eventNumber: number };

/**
 * Verifications as they were when a milestone was reached: what is told later says what was true then. The opening lies with the event; what
 * came with later steps is left out, and what came with earlier ones never changes, but for erasures.
 * @returns what is there, in no order.
 */
export async function verificationsAt(
  database: Kysely<unknown> | Transaction<unknown>,
  accountId: AccountId,
  events: readonly EventName[],
): Promise<readonly (EventName & { readonly verification: Verification })[]> {
  const { rows } = await sql<Row & EventRow>`
    with event as (
      select verification_id as event_of, event_number, state as milestone, happened_at, opening as opening_then
      from verification_event
      where account_id = ${accountId} and (verification_id, event_number) in (
        select * from unnest(${events.map(({ id }) => id)}::integer[], ${events.map(({ eventNumber }) => eventNumber)}::integer[])))
    select ${columns}, event_number, milestone, happened_at, opening_then
    from event join verification on verification_id = event_of where account_id = ${accountId}`.execute(database);
  return rows.map(({ event_number, milestone, happened_at, opening_then, ...row }) => ({
    id: row.verification_id as VerificationId,
    eventNumber: event_number,
    verification: verificationOf({
      ...row,
      ...stateAt(milestone),
      updated_at: happened_at,
      opening: opening_then,
    }),
  }));
}

type EventRow = {
  readonly event_number: number;
  readonly milestone: Milestone;
  readonly happened_at: Date;
  readonly opening_then: unknown;
};

function stateAt(milestone: Milestone): { readonly state: Verification['state']; readonly asks_for?: AskedPiece } {
  const piece = askedPieces.find((one) => milestone === `${one}-asked`);
  return piece === undefined ? { state: milestone as Verification['state'] } : { state: 'capturing', asks_for: piece };
}
