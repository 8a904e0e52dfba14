import type { Transaction } from 'kysely';
import type { AccountId } from '../kernel/id.ts';
import type { Clock } from '../kernel/instant.ts';
import { keepFigures } from './kept-figures.store.ts';

export type FigureKeeping = {
  readonly clock: Clock;
  readonly within: <Answer>(
    accountId: AccountId,
    run: (walled: Transaction<unknown>) => Promise<Answer>,
  ) => Promise<Answer>;
  readonly accounts: () => Promise<readonly AccountId[]>;
  readonly isStopping: () => boolean;
  /** One account that cannot be counted leaves the others alone. */
  readonly onError: (error: unknown) => void;
};

/** Counts the numbers of every account anew where they changed. @returns how many days were counted. */
export async function keepAllFigures({ clock, within, accounts, isStopping, onError }: FigureKeeping): Promise<number> {
  let count = 0;
  for (const accountId of await accounts()) {
    if (isStopping()) break;
    try {
      count += await keepFigures({
        within: (run) => within(accountId, run),
        accountId,
        now: clock(),
        isStopping,
      });
    } catch (error) {
      onError(error);
    }
  }
  return count;
}
