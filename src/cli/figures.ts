import type { Kysely } from 'kysely';
import { listAccounts } from '../access/account.store.ts';
import { MS_PER_MINUTE, type Clock } from '../kernel/instant.ts';
import { keepAllFigures } from '../panel/keep-figures.job.ts';
import { withinAccount } from '../storage/account-wall.client.ts';
import { type Rounds, startRounds } from './rounds.ts';

/** Days that changed lately are counted for whoever asks: the less often this runs, the more of them there are. */
const EVERY_MS = 5 * MS_PER_MINUTE;

/** Keeps the numbers that the panel shows counted. Several processes may. */
export function startFigureKeeping({
  database,
  clock,
  onError,
}: {
  readonly database: Kysely<unknown>;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}): Rounds {
  const round = async (isStopping: () => boolean): Promise<void> => {
    await keepAllFigures({
      clock,
      within: (accountId, run) => withinAccount(database, accountId, run),
      accounts: async () => (await listAccounts(database)).map(({ id }) => id),
      isStopping,
      onError,
    });
  };
  return startRounds(round, onError, { everyMs: EVERY_MS });
}
