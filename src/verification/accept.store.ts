import { type Transaction, sql } from 'kysely';
import type { Balances, LedgerEntry } from '../credits/ledger.ts';
import { MS_PER_DAY, later } from '../kernel/instant.ts';
import type { AccountId } from '../kernel/id.ts';
import type { Result } from '../kernel/result.ts';
import { type Acceptance, type Candidate, type Remembered, decide } from './accept.ts';
import type { AcceptRefusal, Accepted } from './service.ts';
import type { Writers } from './verification.store.ts';

/** For how long a call under the same key is given the same answer. */
const KEY_LIFETIME_MS = MS_PER_DAY;

export type LedgerOfBatch = {
  hold(
    transaction: Transaction<unknown>,
    accountId: AccountId,
  ): Promise<Balances & { readonly lastEntryNumber: number }>;
  write(
    transaction: Transaction<unknown>,
    accountId: AccountId,
    written: {
      readonly entries: readonly LedgerEntry[];
      readonly after: Balances;
      readonly firstNumber: number;
      readonly now: Date;
    },
  ): Promise<void>;
};

export type Batch = {
  readonly candidates: readonly Candidate[];
  readonly now: Date;
  /** Told the outcomes before the COMMIT: what will be true if it succeeds, should its answer be lost. */
  readonly onDecided: (outcomes: Outcomes) => void;
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
  { database, enqueue }: Pick<Writers, 'database' | 'enqueue'>,
  ledger: LedgerOfBatch,
  accountId: AccountId,
  { candidates, now, onDecided }: Batch,
): Promise<Outcomes> {
  return database.transaction().execute(async (transaction) => {
    const held = await ledger.hold(transaction, accountId);
    const acceptance = decide(candidates, held, await rememberedOf(transaction, accountId, candidates, now), now);
    onDecided(acceptance.outcomes);
    if (acceptance.accepted.length > 0) {
      await writeVerifications(transaction, accountId, acceptance.accepted);
      const firstNumber = held.lastEntryNumber + 1;
      const { entries, after } = acceptance;
      await ledger.write(transaction, accountId, { entries, after, firstNumber, now });
      await remember(transaction, accountId, acceptance.accepted, now);
      await enqueue(transaction, acceptance.jobs);
    }
    return acceptance.outcomes;
  });
}

async function rememberedOf(
  transaction: Transaction<unknown>,
  accountId: AccountId,
  candidates: readonly Candidate[],
  now: Date,
): Promise<ReadonlyMap<string, Remembered>> {
  const digests = candidates.flatMap(({ key }) => (key === null ? [] : [key.digest]));
  if (digests.length === 0) return new Map();
  await sql`
    delete from idempotency_key where account_id = ${accountId} and created_at < ${later(now, -KEY_LIFETIME_MS)}`.execute(
    transaction,
  );
  const { rows } = await sql<Remembered & { keyDigest: string }>`
    select encode(key_digest, 'hex') as "keyDigest", encode(parameters_digest, 'hex') as "parametersDigest",
      verification_id as id, available_hundredths as "availableHundredths"
    from idempotency_key
    where account_id = ${accountId} and key_digest = any(select decode(value, 'hex') from jsonb_array_elements_text(${JSON.stringify(digests)}::jsonb))`.execute(
    transaction,
  );
  return new Map(rows.map(({ keyDigest, ...remembered }) => [keyDigest, remembered]));
}

async function writeVerifications(
  transaction: Transaction<unknown>,
  accountId: AccountId,
  accepted: Acceptance['accepted'],
): Promise<void> {
  const rows = accepted.map(({ candidate, next }) => ({
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
  }));
  const written = await sql`
    insert into verification (account_id, verification_id, state, call_id, requested_at, updated_at, phone, sender, message_template,
      send_at, send_at_text, requested_number, reference, reserved_hundredths, link_lifetime_hours)
    select ${accountId}, verification_id, state, call_id, requested_at, requested_at, phone, sender, message_template,
      send_at, send_at_text, requested_number, reference, reserved_hundredths, link_lifetime_hours
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as v (verification_id integer, state text, call_id uuid,
      requested_at timestamptz, phone text, sender text, message_template text, send_at timestamptz, send_at_text text,
      requested_number text, reference text, reserved_hundredths bigint, link_lifetime_hours integer)
    on conflict do nothing`.execute(transaction);
  if (Number(written.numAffectedRows) !== rows.length) throw new AcceptanceCollision();
}

async function remember(
  transaction: Transaction<unknown>,
  accountId: AccountId,
  accepted: Acceptance['accepted'],
  now: Date,
): Promise<void> {
  const rows = accepted.flatMap(({ candidate: { key }, next, available }) =>
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
  if (rows.length === 0) return;
  const written = await sql`
    insert into idempotency_key (account_id, key_digest, parameters_digest, verification_id, available_hundredths, created_at)
    select ${accountId}, decode(key, 'hex'), decode(parameters, 'hex'), verification_id, available_hundredths, ${now}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as k (key text, parameters text, verification_id integer, available_hundredths bigint)
    on conflict do nothing`.execute(transaction);
  if (Number(written.numAffectedRows) !== rows.length) throw new AcceptanceCollision();
}

/**
 * Whether a batch whose COMMIT was not answered was committed after all. Waits for the account's books first: a transaction that is still
 * being committed by a server that we lost holds them, so the answer is final. Found by the IDs that were drawn and the calls' own marks, so
 * that another call's ID is never taken for ours.
 */
export function wasCommitted(
  { database }: Pick<Writers, 'database'>,
  ledger: Pick<LedgerOfBatch, 'hold'>,
  accountId: AccountId,
  candidates: readonly Candidate[],
): Promise<boolean> {
  const wanted = candidates.map(({ accepting, callId }) => ({ verification_id: accepting.id, call_id: callId }));
  return database.transaction().execute(async (transaction) => {
    await ledger.hold(transaction, accountId);
    const { rows } = await sql`
      select 1 from verification v
      join jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w (verification_id integer, call_id uuid)
        on v.verification_id = w.verification_id and v.call_id = w.call_id
      where v.account_id = ${accountId} limit 1`.execute(transaction);
    return rows.length > 0;
  });
}
