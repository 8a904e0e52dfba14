import { MS_PER_HOUR, MS_PER_MINUTE } from '../kernel/instant.ts';

const FIRST_AFTER_MS = MS_PER_MINUTE;
/** Most of what is done in rounds counts in days. */
const EVERY_MS = MS_PER_HOUR;

export type Rounds = {
  /** Waits for the round under way. */
  stop(): Promise<void>;
};

/**
 * Does something every hour unless told otherwise, for the first time a minute after the start, one round after the other.
 * @param round asks now and then whether it should come to its end.
 */
export function startRounds(
  round: (isStopping: () => boolean) => Promise<void>,
  onError: (error: unknown) => void,
  { everyMs = EVERY_MS } = {},
): Rounds {
  let isStopping = false;
  let underWay: Promise<void> = Promise.resolve();
  const once = async (): Promise<void> => {
    await round(() => isStopping).catch(onError);
    if (!isStopping) timer = setTimeout(begin, everyMs);
  };
  const begin = (): void => void (underWay = once());
  let timer = setTimeout(begin, FIRST_AFTER_MS);
  return {
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}
