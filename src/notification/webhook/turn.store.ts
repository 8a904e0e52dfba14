import { type Kysely, sql } from 'kysely';
import type { AccountId } from '../../kernel/id.ts';

/**
 * [Note: Turns]
 * The deliveries of an account are in the hands of one worker process at a time: order, pauses and the state of the endpoint are one matter.
 * A turn runs out unless it is kept, so that another process goes on where one died, and it is given back when nothing is left. A process
 * that goes on although its turn ran out, because it was stopped for a while, repeats deliveries and skips none: each of its own steps
 * still waits for the success of the one before.
 */
type Database = Kysely<unknown>;

/** Turns run by the clock of the database, which is the one that all processes share. */
const untilMs = (holdMs: number) => sql`clock_timestamp() + ${holdMs} * interval '1 millisecond'`;

/** An account that there is something to do for: in the hands of whoever asks, or in nobody's. */
export type Calling = { readonly accountId: AccountId; readonly isMine: boolean };

/**
 * Accounts with deliveries that no worker has loaded, or that a worker left behind. Turns are a queue, and a queue is looked at as a whole:
 * here one row of each endpoint and the ends of two indexes are read, whatever waits.
 */
export async function findCalling(database: Database, holder: string): Promise<readonly Calling[]> {
  const { rows } = await sql<{ account_id: number; is_mine: boolean }>`
    select e.account_id, t.holder is not distinct from ${holder}::uuid as is_mine
    from callback_endpoint e left join callback_turn t on t.account_id = e.account_id
    where e.disabled_reason is null
      and (t.holder is null or t.holder = ${holder}::uuid or t.held_until < clock_timestamp())
      and (exists (select from callback_delivery d where d.account_id = e.account_id and d.state = 'new')
        or (t.holder is distinct from ${holder}::uuid
          and exists (select from callback_delivery d where d.account_id = e.account_id and d.state = 'waiting')))`.execute(
    database,
  );
  return rows.map((row) => ({ accountId: row.account_id as AccountId, isMine: row.is_mine }));
}

/**
 * Takes those turns that are nobody's, or not any more. Whoever takes, keeps or ends several does it in the order of the accounts: two
 * processes that want the same ones wait for each other one way round only.
 * @returns the accounts whose turn is the holder's now.
 */
export async function takeTurns(
  database: Database,
  accountIds: readonly AccountId[],
  { holder, holdMs }: { readonly holder: string; readonly holdMs: number },
): Promise<readonly AccountId[]> {
  const { rows } = await sql<{ account_id: number }>`
    insert into callback_turn (account_id, holder, held_until)
    select account_id, ${holder}::uuid, ${untilMs(holdMs)} from callback_endpoint where account_id = any(${accountIds})
    order by account_id
    on conflict (account_id) do update set holder = excluded.holder, held_until = excluded.held_until
      where callback_turn.held_until < clock_timestamp() or callback_turn.holder = excluded.holder
    returning account_id`.execute(database);
  return rows.map((row) => row.account_id as AccountId);
}

/**
 * Keeps every turn of a holder.
 * @returns those that it still has, with the versions of their endpoints, which tell whether they have changed.
 */
export async function keepTurns(
  database: Database,
  { holder, holdMs }: { readonly holder: string; readonly holdMs: number },
): Promise<ReadonlyMap<AccountId, number>> {
  const { rows } = await sql<{ account_id: number; version: number }>`
    with mine as (select account_id from callback_turn where holder = ${holder}::uuid order by account_id for update)
    update callback_turn t set held_until = ${untilMs(holdMs)} from mine join callback_endpoint e using (account_id)
    where t.account_id = mine.account_id returning t.account_id, e.version`.execute(database);
  return new Map(rows.map((row) => [row.account_id as AccountId, row.version]));
}

/** Gives turns back, so that others need not wait until they run out. */
export async function endTurns(database: Database, accountIds: readonly AccountId[], holder: string): Promise<void> {
  await sql`
    with mine as (select account_id from callback_turn
      where account_id = any(${accountIds}) and holder = ${holder}::uuid order by account_id for update)
    delete from callback_turn t using mine where t.account_id = mine.account_id`.execute(database);
}
