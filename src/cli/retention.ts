import type { Kysely } from 'kysely';
import { listAccounts } from '../access/account.store.ts';
import { type ErasureParts, eraseDueEvidence } from '../evidence/erase-evidence.job.ts';
import { type RetentionPolicy, UNFINISHED_DAYS } from '../evidence/retention.ts';
import type { AccountId } from '../kernel/id.ts';
import { MS_PER_DAY, type Clock, later } from '../kernel/instant.ts';
import { forgetReplies } from '../notification/webhook/record.store.ts';
import type { Blobs } from '../storage/blobs.ts';
import { forgetPerson, forgetUnfilmed } from '../verification/forget.store.ts';
import { type Rounds, startRounds } from './rounds.ts';

export const erasureParts = (database: Kysely<unknown>, blobs: Blobs, clock: Clock): ErasureParts => ({
  database,
  blobs,
  clock,
  forget: forgetEverywhere,
});

/** In every room that knows something of a person. */
const forgetEverywhere: ErasureParts['forget'] = async (transaction, place) => {
  await forgetPerson(transaction, place);
  await forgetReplies(transaction, place);
};

const FORGOTTEN_AT_ONCE = 200;

/** Forgets whoever was asked and never came, when their evidence would have been erased. @returns how many. */
export async function forgetWhoNeverCame(
  { database, clock }: Pick<ErasureParts, 'database' | 'clock'>,
  accounts: readonly { readonly id: AccountId; readonly policy: RetentionPolicy }[],
): Promise<number> {
  let count = 0;
  for (const { id, policy } of accounts) {
    const lapsedBy = later(clock(), -Math.min(UNFINISHED_DAYS, policy.evidenceDays) * MS_PER_DAY);
    for (let forgotten = FORGOTTEN_AT_ONCE; forgotten === FORGOTTEN_AT_ONCE; count += forgotten)
      forgotten = await forgetUnfilmed(database, id, { lapsedBy, limit: FORGOTTEN_AT_ONCE, forget: forgetEverywhere });
  }
  return count;
}

/** Erases evidence whose time has come, every hour. Several processes may: each set is erased once. */
export function startRetention(
  erasure: ErasureParts,
  { onErased, onError }: { readonly onErased: (count: number) => void; readonly onError: (error: unknown) => void },
): Rounds {
  return startRounds(async (isStopping) => {
    const accounts = async () =>
      (await listAccounts(erasure.database)).map(({ id, settings }) => ({ id, policy: settings }));
    const count = await eraseDueEvidence({ ...erasure, accounts, onErased: () => {}, onError, isStopping });
    if (count > 0) onErased(count);
    if (!isStopping()) await forgetWhoNeverCame(erasure, await accounts());
  }, onError);
}
