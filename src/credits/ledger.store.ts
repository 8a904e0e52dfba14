import { type Kysely, type RawBuilder, type Transaction, sql } from 'kysely';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import { type Result, ok } from '../kernel/result.ts';
import {
  type Balances,
  type EntryKind,
  type LedgerEntry,
  type LedgerRefusal,
  applyEntry,
  booksOf,
  emptyBalances,
} from './ledger.ts';

type Queryable = Kysely<unknown> | Transaction<unknown>;
export type HeldBalance = Balances & { readonly lastEntryNumber: number };

/** Asks for the account's books and holds them: whoever else would move its credits waits. The account stands in it as a literal. */
export const holding = (accountId: AccountId): RawBuilder<HeldBalance> => sql<HeldBalance>`
  select funding, available, reserved, spent, last_entry_number as "lastEntryNumber"
  from credit_balance where account_id = ${sql.lit(accountId)} for update`;

/** The account's books as they stand. */
export async function balancesOf(database: Queryable, accountId: AccountId): Promise<Balances> {
  const { rows } = await sql<Balances>`
    select funding, available, reserved, spent from credit_balance where account_id = ${accountId}`.execute(database);
  return rows[0] ?? missing(accountId);
}

/**
 * Writes entries and moves the books by them, in the caller's transaction.
 * @returns the books afterwards, or the first refusal; then nothing is written.
 */
export async function enter(
  transaction: Transaction<unknown>,
  accountId: AccountId,
  entries: readonly LedgerEntry[],
  now: Date,
): Promise<Result<Balances, LedgerRefusal>> {
  if (entries.length === 0) return ok(await balancesOf(transaction, accountId));
  const held = (await holding(accountId).execute(transaction)).rows[0] ?? missing(accountId);
  let after: Balances = held;
  for (const entry of entries) {
    const applied = applyEntry(after, entry);
    if (!applied.ok) return applied;
    after = applied.value;
  }
  const written = entering(accountId, { entries, after, firstNumber: held.lastEntryNumber + 1, now });
  await sql`with ${written} select`.execute(transaction);
  return ok(after);
}

export type WrittenEntries = {
  readonly entries: readonly LedgerEntry[];
  /** The books after them, computed over books that the transaction holds. */
  readonly after: Balances;
  readonly firstNumber: number;
  readonly now: Date;
};

/** The parts of a statement's WITH clause that write entries and move the books. */
export function entering(
  accountId: AccountId,
  { entries, after, firstNumber, now }: WrittenEntries,
): RawBuilder<unknown> {
  const rows = entries.map((entry, index) => ({
    entry_number: firstNumber + index,
    kind: entry.kind,
    hundredths: entry.hundredths,
    verification_id: 'verificationId' in entry ? entry.verificationId : null,
    note: 'note' in entry ? entry.note : null,
  }));
  return sql`
    books_moved as (
      update credit_balance set funding = ${after.funding}, available = ${after.available}, reserved = ${after.reserved},
        spent = ${after.spent}, last_entry_number = ${firstNumber + entries.length - 1}
      where account_id = ${accountId}),
    entered as (
      insert into credit_entry (account_id, entry_number, kind, hundredths, verification_id, note, entered_at)
      select ${accountId}, entry_number, kind, hundredths, verification_id, note, ${now}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as entry (entry_number bigint, kind text, hundredths bigint, verification_id integer, note text))`;
}

export type StatementLine = {
  readonly entryNumber: number;
  readonly kind: EntryKind;
  readonly hundredths: number;
  readonly verificationId: VerificationId | null;
  readonly note: string | null;
  readonly enteredAt: Date;
};

/** The account's entries, newest first, below `before` where given. */
export async function statementOf(
  database: Queryable,
  accountId: AccountId,
  { before, limit }: { readonly before?: number; readonly limit: number },
): Promise<readonly StatementLine[]> {
  const { rows } = await sql<StatementLine>`
    select entry_number as "entryNumber", kind, hundredths, verification_id as "verificationId", note, entered_at as "enteredAt"
    from credit_entry where account_id = ${accountId} and entry_number < ${before ?? Number.MAX_SAFE_INTEGER}
    order by entry_number desc limit ${limit}`.execute(database);
  return rows;
}

export type LedgerCheck = {
  readonly accountId: AccountId;
  readonly entries: number;
  readonly balances: Balances;
  /** What does not hold, in words; empty when everything balances. */
  readonly faults: readonly string[];
};

/**
 * Proves one account's money from its entries alone: the books are the sum of the movements, the numbers have no gap, each verification
 * reserved once, settled at most once and for the same amount, and its state agrees with how it was settled.
 */
export async function checkLedger(database: Kysely<unknown>, accountId: AccountId): Promise<LedgerCheck> {
  return database
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (transaction) => {
      const held = await balancesOf(transaction, accountId);
      const sums = await sql<{ kind: EntryKind; hundredths: number; entries: number; first: number; last: number }>`
        select kind, sum(hundredths)::bigint as hundredths, count(*) as entries, min(entry_number) as first, max(entry_number) as last
        from credit_entry where account_id = ${accountId} group by kind`.execute(transaction);
      const counted = { ...emptyBalances } as Record<keyof Balances, number>;
      for (const { kind, hundredths } of sums.rows) {
        counted[booksOf[kind].from] -= hundredths;
        counted[booksOf[kind].to] += hundredths;
      }
      const entries = sums.rows.reduce((sum, row) => sum + row.entries, 0);
      const last = Math.max(0, ...sums.rows.map((row) => row.last));
      const faults: string[] = [];
      for (const book of ['funding', 'available', 'reserved', 'spent'] as const)
        if (counted[book] !== held[book])
          faults.push(`${book} is ${held[book]}, the entries give ${counted[book]} (hundredths)`);
      if (entries !== last) faults.push(`${entries} entries are there, the last has number ${last}`);
      faults.push(...(await unsettled(transaction, accountId)));
      return { accountId, entries, balances: held, faults };
    });
}

/** Verifications whose entries and state contradict each other. */
async function unsettled(transaction: Transaction<unknown>, accountId: AccountId): Promise<string[]> {
  const { rows } = await sql<{ verificationId: number; fault: string }>`
    select * from (
      select verification_id as "verificationId", case
        when is_test then case when reserves + settlements > 0 then 'a test that was charged' end
        when reserves <> 1 then 'reserved ' || reserves || ' times'
        when settlements > 1 then 'settled ' || settlements || ' times'
        when settled_hundredths is not null and settled_hundredths <> reserved_hundredths then 'settled for another amount than reserved'
        when state = 'requested' and settlements > 0 then 'settled before it was sent'
        when state not in ('requested', 'lapsed') and posts <> 1 then 'sent and not posted'
        when state = 'lapsed' and invited_at is null and voids <> 1 then 'lapsed unsent and not voided'
        when state = 'lapsed' and invited_at is not null and posts <> 1 then 'lapsed after sending and not posted'
      end as fault
      from (
        select v.verification_id, v.state, v.invited_at, v.reserved_hundredths, v.rehearsal is not null as is_test,
          count(*) filter (where e.kind = 'reserve') as reserves,
          count(*) filter (where e.kind = 'post') as posts,
          count(*) filter (where e.kind = 'void') as voids,
          count(*) filter (where e.kind in ('post', 'void')) as settlements,
          max(e.hundredths) filter (where e.kind in ('post', 'void')) as settled_hundredths
        from verification v
        left join credit_entry e on e.account_id = v.account_id and e.verification_id = v.verification_id
        where v.account_id = ${accountId}
        group by v.account_id, v.verification_id
      ) settled
    ) found where fault is not null order by 1 limit 20`.execute(transaction);
  return rows.map(({ verificationId, fault }) => `verification ${verificationId}: ${fault}`);
}

function missing(accountId: AccountId): never {
  throw new Error(`account ${accountId} has no balance: it was not created by this program`);
}
