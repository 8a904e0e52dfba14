import type { Kysely } from 'kysely';
import { listAccounts } from '../access/account.store.ts';
import { type ErasureParts, eraseDueEvidence } from '../evidence/erase-evidence.job.ts';
import { MS_PER_HOUR, MS_PER_MINUTE, type Clock } from '../kernel/instant.ts';
import type { Blobs } from '../storage/blobs.ts';
import { forgetPerson } from '../verification/forget.store.ts';

const FIRST_AFTER_MS = MS_PER_MINUTE;
/** Policies count in days. */
const EVERY_MS = MS_PER_HOUR;

export const erasureParts = (database: Kysely<unknown>, blobs: Blobs, clock: Clock): ErasureParts => ({
  database,
  blobs,
  clock,
  forget: forgetPerson,
});

/** Erases evidence whose time has come, every hour. Several processes may: each set is erased once. */
export function startRetention(
  erasure: ErasureParts,
  { onErased, onError }: { readonly onErased: (count: number) => void; readonly onError: (error: unknown) => void },
): { stop(): Promise<void> } {
  let isStopping = false;
  let round: Promise<void> = Promise.resolve();
  const erase = async (): Promise<void> => {
    const accounts = async () =>
      (await listAccounts(erasure.database)).map(({ id, settings }) => ({ id, policy: settings }));
    try {
      const count = await eraseDueEvidence({
        ...erasure,
        accounts,
        onErased: () => {},
        onError,
        isStopping: () => isStopping,
      });
      if (count > 0) onErased(count);
    } catch (error) {
      onError(error);
    }
    if (!isStopping) timer = setTimeout(begin, EVERY_MS);
  };
  const begin = (): void => void (round = erase());
  let timer = setTimeout(begin, FIRST_AFTER_MS);
  return {
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      await round;
    },
  };
}
