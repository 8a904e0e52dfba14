import { type Kysely, type Transaction, sql } from 'kysely';
import type { AccountId, VerificationId } from '../../kernel/id.ts';
import type { DeliveryState, Payload } from './endpoints.ts';

type Database = Kysely<unknown>;

/** A delivery as a worker takes it in hand. */
export type LoadedDelivery = {
  readonly id: VerificationId;
  readonly eventNumber: number;
  readonly attempts: number;
  readonly failures: number;
  readonly dueAt: Date;
};

type Row = {
  readonly verification_id: number;
  readonly event_number: number;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly failures: number;
  readonly due_at: Date;
  readonly told_at: Date;
};

/** In the order in which things happened; of one verification, in the order of its events. */
const inOrder = (rows: readonly Row[]): readonly LoadedDelivery[] =>
  rows
    .toSorted(
      (a, b) =>
        a.told_at.getTime() - b.told_at.getTime() ||
        a.verification_id - b.verification_id ||
        a.event_number - b.event_number,
    )
    .map((row) => ({
      id: row.verification_id as VerificationId,
      eventNumber: row.event_number,
      attempts: row.attempts,
      failures: row.failures,
      dueAt: row.due_at,
    }));

/** What a worker had in hand that has the turn no longer. */
export async function loadLeftBehind(database: Database, accountId: AccountId): Promise<readonly LoadedDelivery[]> {
  const { rows } = await sql<Row>`
    select verification_id, event_number, state, attempts, failures, due_at, told_at
    from callback_delivery where account_id = ${accountId} and state = 'waiting'`.execute(database);
  return inOrder(rows);
}

/**
 * Takes the oldest that no worker has in hand. What is behind a dead letter of its verification is held and not returned.
 * @returns those to be delivered, and whether there may be more.
 */
export async function loadNew(
  database: Database,
  accountId: AccountId,
  most: number,
): Promise<{ readonly loaded: readonly LoadedDelivery[]; readonly hasMore: boolean }> {
  const { rows } = await sql<Row>`
    with picked as (
      select verification_id, event_number from callback_delivery where account_id = ${accountId} and state = 'new'
      order by told_at, verification_id, event_number limit ${most} for update)
    update callback_delivery d set state = case when exists (
        select from callback_delivery b where b.account_id = ${accountId} and b.verification_id = d.verification_id
          and b.event_number < d.event_number and b.state in ('dead', 'held')) then 'held' else 'waiting' end
    from picked p where d.account_id = ${accountId} and d.verification_id = p.verification_id and d.event_number = p.event_number
    returning d.verification_id, d.event_number, d.state, d.attempts, d.failures, d.due_at, d.told_at`.execute(
    database,
  );
  return { loaded: inOrder(rows.filter(({ state }) => state === 'waiting')), hasMore: rows.length === most };
}

/** What became of a delivery with its latest attempt. */
export type Outcome = {
  readonly id: VerificationId;
  readonly eventNumber: number;
  readonly state: 'waiting' | 'delivered' | 'dead';
  readonly attempts: number;
  /** Null: as it was. */
  readonly failures: number | null;
  readonly dueAt: Date | null;
  readonly at: Date;
};

export type MadeAttempt = {
  readonly id: VerificationId;
  readonly eventNumber: number;
  readonly number: number;
  readonly beganAt: Date;
  readonly durationMs: number;
  readonly outcome: string;
  readonly status: number | null;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Payload;
  readonly bodySha256: Buffer;
  readonly sealedReply: Buffer | null;
};

/**
 * Writes down attempts and what became of their deliveries, in one statement. What is no longer in a worker's hand is left as it is: somebody
 * wants it delivered again.
 */
export async function writeOutcomes(
  database: Database | Transaction<unknown>,
  accountId: AccountId,
  outcomes: readonly Outcome[],
  attempts: readonly MadeAttempt[],
): Promise<void> {
  const outcomeRows = JSON.stringify(
    outcomes.map(({ id, eventNumber, state, attempts: made, failures, dueAt, at }) => ({
      v: id,
      e: eventNumber,
      s: state,
      a: made,
      f: failures,
      d: dueAt,
      t: state === 'waiting' ? null : at,
    })),
  );
  const attemptRows = JSON.stringify(
    attempts.map((one) => ({
      v: one.id,
      e: one.eventNumber,
      n: one.number,
      b: one.beganAt,
      ms: one.durationMs,
      o: one.outcome,
      s: one.status,
      u: one.url,
      h: one.headers,
      p: one.payload,
      d: one.bodySha256.toString('hex'),
      r: one.sealedReply?.toString('hex') ?? null,
    })),
  );
  await sql`
    with settled as (
      update callback_delivery d set state = o.s, attempts = greatest(d.attempts, o.a), failures = coalesce(o.f, d.failures),
        due_at = coalesce(o.d, d.due_at), settled_at = o.t
      from json_to_recordset(${outcomeRows}::json) as o (v integer, e integer, s text, a integer, f integer, d timestamptz, t timestamptz)
      where d.account_id = ${accountId} and d.verification_id = o.v and d.event_number = o.e and d.state = 'waiting')
    insert into callback_attempt (account_id, verification_id, event_number, attempt_number, began_at, duration_ms, outcome, status, url,
      headers, payload, body_sha256, sealed_reply)
    select ${accountId}, v, e, n, b, ms, o, s, u, h, p, decode(d, 'hex'), decode(r, 'hex')
    from json_to_recordset(${attemptRows}::json) as a
      (v integer, e integer, n integer, b timestamptz, ms integer, o text, s integer, u text, h jsonb, p text, d text, r text)
    on conflict do nothing`.execute(database);
}

/** What comes after a dead letter is held, so that nobody is told of it before. */
export async function holdBehind(
  transaction: Transaction<unknown>,
  accountId: AccountId,
  { id, eventNumber }: { readonly id: VerificationId; readonly eventNumber: number },
): Promise<void> {
  await sql`
    update callback_delivery set state = 'held'
    where account_id = ${accountId} and verification_id = ${id} and event_number > ${eventNumber} and state in ('new', 'waiting')
      and exists (select from callback_delivery where account_id = ${accountId} and verification_id = ${id}
        and event_number = ${eventNumber} and state = 'dead')`.execute(transaction);
}

/** When the oldest delivery happened that an enabled endpoint still waits for; null: none waits. */
export async function oldestWaiting(database: Database): Promise<Date | null> {
  const { rows } = await sql<{ told_at: Date | null }>`
    select min(d.told_at) as told_at from callback_endpoint e cross join lateral (
      (select told_at from callback_delivery where account_id = e.account_id and state = 'new' order by told_at limit 1) union all
      (select told_at from callback_delivery where account_id = e.account_id and state = 'waiting' order by told_at limit 1)) d
    where e.disabled_reason is null`.execute(database);
  return rows[0]?.told_at ?? null;
}
