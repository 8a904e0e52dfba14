import { type RawBuilder, type Transaction, sql } from 'kysely';
import type { Balances, LedgerEntry } from '../credits/ledger.ts';
import { MS_PER_DAY, later } from '../kernel/instant.ts';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { Result } from '../kernel/result.ts';
import { type Acceptance, type Candidate, type Remembered, decide } from './accept.ts';
import type { Job } from './jobs.ts';
import type { AcceptRefusal, Accepted } from './service.ts';
import type { Writers } from './verification.store.ts';

/** For how long a call under the same key is given the same answer. */
const KEY_LIFETIME_MS = MS_PER_DAY;

/** How credits are held and written, as parts of the batch's own statements. */
export type LedgerOfBatch = {
  holding(accountId: AccountId): RawBuilder<Balances & { readonly lastEntryNumber: number }>;
  entering(
    accountId: AccountId,
    written: {
      readonly entries: readonly LedgerEntry[];
      readonly after: Balances;
      readonly firstNumber: number;
      readonly now: Date;
    },
  ): RawBuilder<unknown>;
};

/** Runs a statement in the batch's transaction. */
type Run = <Row>(statement: RawBuilder<Row>) => Promise<readonly Row[]>;

export type AcceptParts = Pick<Writers, 'database'> & {
  readonly ledger: LedgerOfBatch;
  /** A transaction behind the account's wall whose first and last statements travel with BEGIN and COMMIT. */
  readonly shortTransaction: <First, Value>(
    accountId: AccountId,
    first: RawBuilder<First>,
    work: (
      rows: readonly First[],
      run: Run,
      transaction: Transaction<unknown>,
    ) => Promise<{ readonly value: Value; readonly last: string | null }>,
  ) => Promise<Value>;
  /** The statement that writes jobs, without parameters. */
  readonly jobStatement: (jobs: readonly Job[]) => Promise<string>;
};

export type Batch = {
  readonly candidates: readonly Candidate[];
  readonly now: Date;
  /** Told the outcomes before the COMMIT: what will be true if it succeeds, should its answer be lost. */
  readonly onDecided: (outcomes: Outcomes) => void;
  /** Writes beside each acceptance, in its transaction; nothing for what was refused or accepted before. */
  readonly alongside?: ((transaction: Transaction<unknown>, id: VerificationId) => Promise<void>) | undefined;
};

type Outcomes = readonly Result<Accepted, AcceptRefusal>[];

/** An ID that was drawn is taken, or a key was used by another process a moment ago: the batch is decided anew. */
export class AcceptanceCollision extends Error {
  override readonly name = 'AcceptanceCollision';
}

/**
 * Decides and writes a batch of one account's calls in one transaction: verifications, ledger, remembered answers and jobs, or nothing.
 * @throws AcceptanceCollision when it must be decided anew, with IDs drawn again.
 */
export function acceptBatch(
  { ledger, shortTransaction, jobStatement }: AcceptParts,
  accountId: AccountId,
  { candidates, now, onDecided, alongside }: Batch,
): Promise<Outcomes> {
  return shortTransaction(accountId, ledger.holding(accountId), async ([held], run, transaction) => {
    if (held === undefined) throw new Error(`account ${accountId} has no balance`);
    const acceptance = decide(candidates, held, await rememberedOf(run, accountId, candidates, now), now);
    const { outcomes, accepted, entries, jobs, after } = acceptance;
    onDecided(outcomes);
    if (accepted.length === 0) return { value: outcomes, last: null };
    const entered = ledger.entering(accountId, { entries, after, firstNumber: held.lastEntryNumber + 1, now });
    const [written] = await run(acceptanceStatement(accountId, acceptance, entered, now)).catch(asCollision);
    const keys = accepted.filter(({ candidate }) => candidate.key !== null).length;
    if (written!.verifications !== accepted.length || written!.keys !== keys) throw new AcceptanceCollision();
    if (alongside !== undefined) for (const { next } of accepted) await alongside(transaction, next.id);
    return { value: outcomes, last: await jobStatement(jobs) };
  });
}

/** An entry for a verification of somebody else's ID is refused by its index before anything is counted. */
function asCollision(error: unknown): never {
  throw (error as { code?: unknown }).code === UNIQUE_VIOLATION ? new AcceptanceCollision() : error;
}
const UNIQUE_VIOLATION = '23505';

async function rememberedOf(
  run: Run,
  accountId: AccountId,
  candidates: readonly Candidate[],
  now: Date,
): Promise<ReadonlyMap<string, Remembered>> {
  const digests = candidates.flatMap(({ key }) => (key === null ? [] : [key.digest]));
  if (digests.length === 0) return new Map();
  await run(sql`
    delete from idempotency_key where account_id = ${accountId} and created_at < ${later(now, -KEY_LIFETIME_MS)}`);
  const rows = await run(sql<Remembered & { keyDigest: string }>`
    select encode(key_digest, 'hex') as "keyDigest", encode(parameters_digest, 'hex') as "parametersDigest",
      verification_id as id, available_hundredths as "availableHundredths"
    from idempotency_key
    where account_id = ${accountId}
      and key_digest = any(select decode(value, 'hex') from jsonb_array_elements_text(${JSON.stringify(digests)}::jsonb))`);
  return new Map(rows.map(({ keyDigest, ...remembered }) => [keyDigest, remembered]));
}

/** Everything that a batch writes besides its jobs, in one statement that tells how many rows it wrote. */
function acceptanceStatement(
  accountId: AccountId,
  { accepted }: Acceptance,
  entered: RawBuilder<unknown>,
  now: Date,
): RawBuilder<{ readonly verifications: number; readonly keys: number }> {
  const verifications = accepted.map(({ candidate, next }) => ({
    verification_id: next.id,
    state: next.state,
    call_id: candidate.callId,
    requested_at: next.requestedAt,
    phone: next.phone,
    sender: next.sender,
    message_template: next.messageTemplate,
    send_at: next.sendAt,
    send_at_text: next.sendAtText,
    requested_number: next.requestedNumber,
    reference: next.reference,
    reserved_hundredths: next.reservedHundredths,
    link_lifetime_hours: next.linkLifetimeHours,
    rehearsal: next.rehearsal,
  }));
  const keys = accepted.flatMap(({ candidate: { key }, next, available }) =>
    key === null
      ? []
      : [
          {
            key: key.digest,
            parameters: key.parametersDigest,
            verification_id: next.id,
            available_hundredths: available,
          },
        ],
  );
  return sql`
    with requested as (
      insert into verification (account_id, verification_id, state, call_id, requested_at, updated_at, phone, sender, message_template,
        send_at, send_at_text, requested_number, reference, reserved_hundredths, link_lifetime_hours, rehearsal)
      select ${accountId}, verification_id, state, call_id, requested_at, requested_at, phone, sender, message_template,
        send_at, send_at_text, requested_number, reference, reserved_hundredths, link_lifetime_hours, rehearsal
      from jsonb_to_recordset(${JSON.stringify(verifications)}::jsonb) as v (verification_id integer, state text, call_id uuid,
        requested_at timestamptz, phone text, sender text, message_template text, send_at timestamptz, send_at_text text,
        requested_number text, reference text, reserved_hundredths bigint, link_lifetime_hours integer, rehearsal jsonb)
      on conflict do nothing returning 1),
    ${entered},
    remembered as (
      insert into idempotency_key (account_id, key_digest, parameters_digest, verification_id, available_hundredths, created_at)
      select ${accountId}, decode(key, 'hex'), decode(parameters, 'hex'), verification_id, available_hundredths, ${now}
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb)
        as k (key text, parameters text, verification_id integer, available_hundredths bigint)
      on conflict do nothing returning 1)
    select (select count(*) from requested) as verifications, (select count(*) from remembered) as keys`;
}

/**
 * Whether a batch whose COMMIT was not answered was committed after all. Waits for the account's books first: a transaction that is still
 * being committed by a server that we lost holds them, so the answer is final. Found by the IDs that were drawn and the calls' own marks, so
 * that another call's ID is never taken for ours.
 */
export function wasCommitted(
  { ledger, shortTransaction }: AcceptParts,
  accountId: AccountId,
  candidates: readonly Candidate[],
): Promise<boolean> {
  const wanted = candidates.map(({ accepting, callId }) => ({ verification_id: accepting.id, call_id: callId }));
  return shortTransaction(accountId, ledger.holding(accountId), async (_held, run) => {
    const rows = await run(sql`
      select 1 from verification v
      join jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w (verification_id integer, call_id uuid)
        on v.verification_id = w.verification_id and v.call_id = w.call_id
      where v.account_id = ${accountId} limit 1`);
    return { value: rows.length > 0, last: null };
  });
}
