import { type Kysely, sql } from 'kysely';
import type { AccountId, VerificationId } from '../kernel/id.ts';

type Place = { readonly accountId: AccountId; readonly id: VerificationId };

export type EngineRun = {
  /** This one included. */
  readonly attempts: number;
  /** When the first attempt began. */
  readonly begunAt: Date;
};

/** Counts an attempt at a round before it is made: one that takes its process with it has been counted. */
export async function beginRun(
  database: Kysely<unknown>,
  { accountId, id }: Place,
  { round, now }: { readonly round: number; readonly now: Date },
): Promise<EngineRun> {
  const { rows } = await sql<EngineRun>`
    insert into engine_run (account_id, verification_id, round, attempts, begun_at) values (${accountId}, ${id}, ${round}, 1, ${now})
    on conflict (account_id, verification_id) do update
      set attempts = case when engine_run.round = excluded.round then engine_run.attempts + 1 else 1 end,
        begun_at = case when engine_run.round = excluded.round then engine_run.begun_at else excluded.begun_at end,
        ended_at = case when engine_run.round = excluded.round then engine_run.ended_at end,
        failure = case when engine_run.round = excluded.round then engine_run.failure end,
        round = excluded.round
    returning attempts, begun_at as "begunAt"`.execute(database);
  return rows[0]!;
}

/** @param failure slug; null when it came to an end. */
export async function endRun(
  database: Kysely<unknown>,
  { accountId, id }: Place,
  { failure, now }: { readonly failure: string | null; readonly now: Date },
): Promise<void> {
  await sql`
    update engine_run set ended_at = ${now}, failure = ${failure}
    where account_id = ${accountId} and verification_id = ${id}`.execute(database);
}

/** An attempt that could not be made. */
export async function uncountAttempt(database: Kysely<unknown>, { accountId, id }: Place): Promise<void> {
  await sql`
    update engine_run set attempts = greatest(attempts - 1, 1)
    where account_id = ${accountId} and verification_id = ${id}`.execute(database);
}
