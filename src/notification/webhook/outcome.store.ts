import { type Kysely, type Transaction, sql } from 'kysely';
import { raiseNotice, writeDisabled, writeFailingSince } from './endpoint.store.ts';
import type { DeliveryName } from './endpoints.ts';
import type { MadeAttempt, Outcome, UnwrittenOf } from './unwritten.ts';

/** What is written of an account. */
export type ToWrite = UnwrittenOf & {
  /** Where it is not what the database has: since when the endpoint fails, or null. */
  readonly turned: { readonly failingSince: Date | null } | null;
};

/** Attempts in one statement. */
const MOST_TOGETHER = 500;
const WRITERS = 4;

/**
 * Writes down what happened, many accounts in one statement: see [Note: A queue over accounts]. Of which an endpoint is to be disabled, fails
 * from now on or has a dead letter is written by itself.
 * @returns what could not be written, and why: everything where the database is away, else what it does not take.
 */
export async function writeHappened(
  database: Kysely<unknown>,
  happened: readonly ToWrite[],
  now: Date,
): Promise<{ readonly unwritten: readonly ToWrite[]; readonly errors: readonly unknown[] }> {
  const batches = batchesOf(happened);
  const unwritten: ToWrite[] = [];
  const errors: unknown[] = [];
  const writer = async (): Promise<void> => {
    for (let batch = batches.pop(); batch !== undefined; batch = batches.pop())
      try {
        await writeBatch(database, batch, now);
      } catch (error) {
        // What the database does not take of one account keeps no other from being written.
        if (batch.length > 1 && isRefused(error)) batches.push(...batch.map((one) => [one]));
        else {
          unwritten.push(...batch);
          errors.push(error);
        }
      }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return { unwritten, errors };
}

const isByItself = ({ dead, disabled, turned }: ToWrite): boolean =>
  dead.length > 0 || disabled !== null || turned !== null;

function batchesOf(happened: readonly ToWrite[]): ToWrite[][] {
  const batches: ToWrite[][] = happened.filter(isByItself).map((one) => [one]);
  let together: ToWrite[] = [];
  let attempts = 0;
  for (const one of happened) {
    if (isByItself(one)) continue;
    if (together.length === 0 || attempts + one.attempts.length > MOST_TOGETHER) {
      batches.push((together = []));
      attempts = 0;
    }
    together.push(one);
    attempts += one.attempts.length;
  }
  return batches;
}

/** SQLSTATE of data or of a constraint: the same statement fails again. */
const isRefused = (error: unknown): boolean => /^2[23]/.test(String((error as { readonly code?: unknown }).code));

async function writeBatch(database: Kysely<unknown>, batch: readonly ToWrite[], now: Date): Promise<void> {
  const outcomes = batch.flatMap((one) => [...one.outcomes.values()]);
  const attempts = batch.flatMap((one) => one.attempts);
  if (!batch.some(isByItself)) return writeOutcomes(database, outcomes, attempts);
  await database.transaction().execute(async (transaction) => {
    await writeOutcomes(transaction, outcomes, attempts);
    for (const { accountId, dead, disabled, turned } of batch) {
      for (const letter of dead) {
        await holdBehind(transaction, letter);
        await raiseNotice(transaction, accountId, 'dead-letter', now);
      }
      if (turned !== null) await writeFailingSince(transaction, accountId, turned.failingSince);
      if (disabled !== null && (await writeDisabled(transaction, accountId, disabled, now)))
        await raiseNotice(transaction, accountId, `disabled-${disabled}`, now);
    }
  });
}

/**
 * Writes down attempts and what became of their deliveries, in one statement: both or neither. What is no longer in a worker's hand is left as it is: somebody wants it
 * delivered again.
 */
async function writeOutcomes(
  database: Kysely<unknown> | Transaction<unknown>,
  outcomes: readonly Outcome[],
  attempts: readonly MadeAttempt[],
): Promise<void> {
  const outcomeRows = JSON.stringify(
    outcomes.map(({ accountId, id, eventNumber, state, attempts: made, failures, dueAt, at }) => ({
      c: accountId,
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
      c: one.accountId,
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
      from json_to_recordset(${outcomeRows}::json) as o
        (c bigint, v integer, e integer, s text, a integer, f integer, d timestamptz, t timestamptz)
      where d.account_id = o.c and d.verification_id = o.v and d.event_number = o.e and d.state = 'waiting')
    insert into callback_attempt (account_id, verification_id, event_number, attempt_number, began_at, duration_ms, outcome, status, url,
      headers, payload, body_sha256, sealed_reply)
    select c, v, e, n, b, ms, o, s, u, h, p, decode(d, 'hex'), decode(r, 'hex')
    from json_to_recordset(${attemptRows}::json) as a (c bigint, v integer, e integer, n integer, b timestamptz, ms integer, o text,
      s integer, u text, h jsonb, p text, d text, r text)
    on conflict do nothing`.execute(database);
}

/** What comes after a dead letter is held, so that nobody is told of it before. */
async function holdBehind(
  transaction: Transaction<unknown>,
  { accountId, id, eventNumber }: DeliveryName,
): Promise<void> {
  await sql`
    update callback_delivery set state = 'held'
    where account_id = ${accountId} and verification_id = ${id} and event_number > ${eventNumber} and state in ('new', 'waiting')
      and exists (select from callback_delivery where account_id = ${accountId} and verification_id = ${id}
        and event_number = ${eventNumber} and state = 'dead')`.execute(transaction);
}
