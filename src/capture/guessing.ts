import { AttemptWindow, MOST_REMEMBERED } from '../access/attempt-window.ts';
import { type Clock, MS_PER_SECOND } from '../kernel/instant.ts';

/**
 * [Note: Guessing links]
 * 136 bits cannot be guessed; that an address tries is still no reason to look up each of its tries. After some links that never were, it is
 * heard only for links that it has shown to exist, so that others behind the same address go on. Kept in memory; each process counts for itself.
 */
export const guessingRule = { misses: 30, withinSeconds: 300, blockedForSeconds: 300 } as const;

export type Guessing = {
  /** Seconds to wait when this address is not heard for this link now, else null. */
  blockedForSeconds(addressKey: string, tokenDigest: string): number | null;
  missed(addressKey: string): void;
  found(addressKey: string, tokenDigest: string): void;
};

export function guessingInMemory(clock: Clock): Guessing {
  const misses = new AttemptWindow(guessingRule.misses, guessingRule.withinSeconds, guessingRule.blockedForSeconds);
  const known = new Set<string>();
  const now = (): number => clock().getTime();
  return {
    blockedForSeconds(addressKey, tokenDigest) {
      if (known.has(`${addressKey} ${tokenDigest}`)) return null;
      const ms = misses.blockedForMs(addressKey, now());
      return ms > 0 ? Math.ceil(ms / MS_PER_SECOND) : null;
    },
    missed: (addressKey) => misses.note(addressKey, now()),
    found(addressKey, tokenDigest) {
      const pair = `${addressKey} ${tokenDigest}`;
      if (known.has(pair)) return;
      if (known.size >= MOST_REMEMBERED) known.delete(known.keys().next().value!);
      known.add(pair);
    },
  };
}
