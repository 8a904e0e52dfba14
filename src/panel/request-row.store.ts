import { type Kysely, type Transaction, sql } from 'kysely';
import type { Outcome } from '../verification/assessment.ts';
import type { RejectionReason } from '../verification/ruling.ts';
import type { AskedPiece, LapseReason, VerificationState } from '../verification/verification.ts';
import type { RequestRow } from './request.schema.ts';

export type Queryable = Kysely<unknown> | Transaction<unknown>;

/** What a list shows of a verification `v`: nothing that lies in its long JSON. */
export const rowColumns =
  sql.raw(`v.verification_id as id, v.state, v.asks_for as "asksFor", v.requested_at as "requestedAt",
  v.updated_at as "updatedAt", v.phone, v.requested_number as "requestedNumber", v.document_number as "documentNumber", v.reference,
  v.outcome, v.ruling ->> 'rejection' as rejection, v.lapse_reason as "lapseReason"`);

export type ListedRow = {
  readonly id: number;
  readonly state: VerificationState;
  readonly asksFor: AskedPiece | null;
  readonly requestedAt: Date;
  readonly updatedAt: Date;
  readonly phone: string;
  readonly requestedNumber: string | null;
  readonly documentNumber: string | null;
  readonly reference: string | null;
  readonly outcome: Outcome | null;
  readonly rejection: RejectionReason | null;
  readonly lapseReason: LapseReason | null;
};

export const requestRow = ({ id, state, asksFor, requestedAt, updatedAt, ...rest }: ListedRow): RequestRow => ({
  id: String(id),
  state,
  asksFor: state === 'capturing' ? asksFor : null,
  requestedAt: requestedAt.toISOString(),
  updatedAt: updatedAt.toISOString(),
  phone: rest.phone,
  requestedNumber: rest.requestedNumber,
  documentNumber: rest.documentNumber,
  reference: rest.reference,
  outcome: rest.outcome,
  rejection: rest.rejection,
  lapseReason: rest.lapseReason,
});

export async function rowOf(database: Queryable, accountId: number, id: number): Promise<RequestRow | null> {
  const { rows } = await sql<ListedRow>`
    select ${rowColumns} from verification v where v.account_id = ${accountId} and v.verification_id = ${id}`.execute(
    database,
  );
  return rows[0] === undefined ? null : requestRow(rows[0]);
}
