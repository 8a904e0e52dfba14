import { type Kysely, sql } from 'kysely';
import type { AccountId, VerificationId } from '../../kernel/id.ts';
import type { DeliveryName, DeliveryState } from './endpoints.ts';

type Database = Kysely<unknown>;

/**
 * [Note: A queue over accounts]
 * A worker has many accounts in hand, and what becomes of their deliveries is written many at once: a trip to the server and a commit for
 * each would be most of what a delivery costs. So the statements of this file take deliveries of several accounts. Each row is named whole,
 * account first; what is read comes back with its account; and a statement changes nothing but the rows that it names.
 */

/** A delivery as a worker takes it in hand. */
export type LoadedDelivery = DeliveryName & {
  readonly attempts: number;
  readonly failures: number;
  readonly dueAt: Date;
};

type Row = {
  readonly account_id: number;
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
      accountId: row.account_id as AccountId,
      id: row.verification_id as VerificationId,
      eventNumber: row.event_number,
      attempts: row.attempts,
      failures: row.failures,
      dueAt: row.due_at,
    }));

/** What a worker had in hand that has the turns no longer. */
export async function loadLeftBehind(
  database: Database,
  accountIds: readonly AccountId[],
): Promise<readonly LoadedDelivery[]> {
  const { rows } = await sql<Row>`
    select account_id, verification_id, event_number, state, attempts, failures, due_at, told_at
    from callback_delivery where account_id = any(${accountIds}) and state = 'waiting'`.execute(database);
  return inOrder(rows);
}

/**
 * Takes the oldest of each account that no worker has in hand. What is behind a dead letter of its verification is held and not returned.
 * Of an account whose turn is somebody else's by now nothing is taken: it would lie in hands that may not deliver it.
 * @param most of each account.
 * @returns those to be delivered, and the accounts that may have more.
 */
export async function loadNew(
  database: Database,
  accountIds: readonly AccountId[],
  { holder, most }: { readonly holder: string; readonly most: number },
): Promise<{ readonly loaded: readonly LoadedDelivery[]; readonly haveMore: ReadonlySet<AccountId> }> {
  const { rows } = await sql<Row>`
    with picked as (
      select d.* from callback_turn t cross join lateral (
        select account_id, verification_id, event_number from callback_delivery
        where account_id = t.account_id and state = 'new'
        order by told_at, verification_id, event_number limit ${most}) d
      where t.account_id = any(${accountIds}) and t.holder = ${holder}::uuid)
    update callback_delivery d set state = case when exists (
        select from callback_delivery b where b.account_id = d.account_id and b.verification_id = d.verification_id
          and b.event_number < d.event_number and b.state in ('dead', 'held')) then 'held' else 'waiting' end
    from picked p where d.account_id = p.account_id and d.verification_id = p.verification_id and d.event_number = p.event_number
      and d.state = 'new'
    returning d.account_id, d.verification_id, d.event_number, d.state, d.attempts, d.failures, d.due_at, d.told_at`.execute(
    database,
  );
  const taken = Map.groupBy(rows, (row) => row.account_id as AccountId);
  return {
    loaded: inOrder(rows.filter(({ state }) => state === 'waiting')),
    haveMore: new Set([...taken].filter(([, { length }]) => length === most).map(([accountId]) => accountId)),
  };
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
