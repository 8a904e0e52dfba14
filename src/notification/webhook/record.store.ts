import { type Kysely, type RawBuilder, type Transaction, sql } from 'kysely';
import type { AccountId, VerificationId } from '../../kernel/id.ts';
import type { Milestone } from '../../verification/verification.ts';
import { type DeliveryName, type DeliveryRecord, type DeliveryState, webhookIdOf } from './endpoints.ts';
import { toldMilestones } from './tell.store.ts';
import type { KeptAttempt } from './unwritten.ts';

type Queryable = Kysely<unknown> | Transaction<unknown>;

type Row = {
  readonly account_id: number;
  readonly verification_id: number;
  readonly event_number: number;
  readonly milestone: Milestone;
  readonly happened_at: Date;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly due_at: Date;
  readonly settled_at: Date | null;
};

async function listDeliveries(
  database: Queryable,
  accountId: AccountId,
  rest: RawBuilder<unknown>,
): Promise<readonly DeliveryRecord[]> {
  const { rows } = await sql<Row>`
    select d.account_id, d.verification_id, d.event_number, e.state as milestone, e.happened_at, d.state, d.attempts, d.due_at, d.settled_at
    from callback_delivery d join verification_event e
      on e.account_id = ${accountId} and e.verification_id = d.verification_id and e.event_number = d.event_number
    where d.account_id = ${accountId} and ${rest}`.execute(database);
  return rows.map((row) => {
    const name = {
      accountId: row.account_id as AccountId,
      id: row.verification_id as VerificationId,
      eventNumber: row.event_number,
    };
    return {
      ...name,
      webhookId: webhookIdOf(name),
      milestone: row.milestone,
      happenedAt: row.happened_at,
      state: row.state,
      attempts: row.attempts,
      dueAt: row.due_at,
      settledAt: row.settled_at,
    };
  });
}

export const listOfVerification = (
  database: Queryable,
  accountId: AccountId,
  id: VerificationId,
): Promise<readonly DeliveryRecord[]> =>
  listDeliveries(database, accountId, sql`d.verification_id = ${id} order by d.event_number`);

export const listLatest = (
  database: Queryable,
  accountId: AccountId,
  { states, limit }: { readonly states: readonly DeliveryState[]; readonly limit: number },
): Promise<readonly DeliveryRecord[]> =>
  listDeliveries(
    database,
    accountId,
    sql`d.state = any(${states}) order by d.told_at desc, d.verification_id, d.event_number desc limit ${limit}`,
  );

export async function findDelivery(
  database: Queryable,
  { accountId, id, eventNumber }: DeliveryName,
): Promise<DeliveryRecord | null> {
  const found = await listDeliveries(
    database,
    accountId,
    sql`d.verification_id = ${id} and d.event_number = ${eventNumber}`,
  );
  return found[0] ?? null;
}

export async function countByState(
  database: Queryable,
  accountId: AccountId,
): Promise<{ readonly waiting: number; readonly dead: number }> {
  const { rows } = await sql<{ waiting: number; dead: number }>`
    select count(*) filter (where state in ('new', 'waiting', 'held')) as waiting, count(*) filter (where state = 'dead') as dead
    from callback_delivery where account_id = ${accountId} and state in ('new', 'waiting', 'held', 'dead')`.execute(
    database,
  );
  return rows[0]!;
}

export async function listAttempts(
  database: Queryable,
  { accountId, id, eventNumber }: DeliveryName,
): Promise<readonly KeptAttempt[]> {
  const { rows } = await sql<KeptAttempt>`
    select attempt_number as number, began_at as "beganAt", duration_ms as "durationMs", outcome, status, url, headers, payload,
      body_sha256 as "bodySha256", sealed_reply as "sealedReply"
    from callback_attempt
    where account_id = ${accountId} and verification_id = ${id} and event_number = ${eventNumber}
    order by attempt_number`.execute(database);
  return rows;
}

/** Puts a delivery at the beginning of its schedule; where a dead letter stops its verification, everything that it stops goes with it. */
export async function writeAgain(
  database: Queryable,
  { accountId, id, eventNumber }: DeliveryName,
  now: Date,
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    with asked as (
      select state in ('dead', 'held') as is_stopped from callback_delivery
      where account_id = ${accountId} and verification_id = ${id} and event_number = ${eventNumber})
    update callback_delivery d set state = 'new', failures = 0, due_at = ${now}, settled_at = null
    from asked where account_id = ${accountId} and verification_id = ${id}
      and (event_number = ${eventNumber} or (asked.is_stopped and d.state in ('dead', 'held')))`.execute(database);
  return (numAffectedRows ?? 0n) > 0n;
}

/** @returns whether it was a dead letter. What it stopped goes. */
export async function writePassedOver(
  database: Queryable,
  { accountId, id, eventNumber }: DeliveryName,
  now: Date,
): Promise<boolean> {
  const { rows } = await sql`
    with given_up as (
      update callback_delivery set state = 'passed-over', settled_at = ${now}
      where account_id = ${accountId} and verification_id = ${id} and event_number = ${eventNumber} and state = 'dead'
      returning event_number),
    released as (
      update callback_delivery d set state = 'new', failures = 0, due_at = ${now} from given_up
      where account_id = ${accountId} and verification_id = ${id} and d.event_number > given_up.event_number and d.state = 'held')
    select from given_up`.execute(database);
  return rows.length === 1;
}

/** The endpoint was removed: nobody is left who waits. */
export async function writeAllPassedOver(database: Queryable, accountId: AccountId, now: Date): Promise<void> {
  await sql`
    update callback_delivery set state = 'passed-over', settled_at = ${now}
    where account_id = ${accountId} and state in ('new', 'waiting', 'held', 'dead')`.execute(database);
}

/** What waits begins its schedule anew: the endpoint is another one, or enabled again. Dead letters stay. */
export async function writeAllDue(database: Queryable, accountId: AccountId, now: Date): Promise<void> {
  await sql`
    update callback_delivery set failures = 0, due_at = ${now}, state = 'new'
    where account_id = ${accountId} and state in ('new', 'waiting')`.execute(database);
}

/** @returns how many changes are told (again). */
export async function writeReplay(database: Queryable, accountId: AccountId, since: Date, now: Date): Promise<number> {
  const { numAffectedRows } = await sql`
    insert into callback_delivery (account_id, verification_id, event_number, told_at, state, due_at)
    select ${accountId}, verification_id, event_number,
      max(happened_at) over (partition by verification_id order by event_number), 'new', ${now}
    from verification_event
    where account_id = ${accountId} and happened_at >= ${since} and state = any(${toldMilestones})
    on conflict (account_id, verification_id, event_number) do update
      set state = 'new', failures = 0, due_at = excluded.due_at, settled_at = null`.execute(database);
  return Number(numAffectedRows ?? 0n);
}

/** What receivers replied may name the person: it goes with the evidence. */
export async function forgetReplies(
  transaction: Transaction<unknown>,
  { accountId, id }: { readonly accountId: AccountId; readonly id: VerificationId },
): Promise<void> {
  await sql`
    update callback_attempt set sealed_reply = null
    where account_id = ${accountId} and verification_id = ${id} and sealed_reply is not null`.execute(transaction);
}
