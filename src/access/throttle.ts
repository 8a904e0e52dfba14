import { MS_PER_SECOND, type Clock } from '../kernel/instant.ts';
import { AttemptWindow, MOST_REMEMBERED } from './attempt-window.ts';
import type { Throttle } from './doors.ts';

/**
 * [Note: Blocking]
 * The contract treats repeated wrong or empty connections as spam and blocks them for a while. Counted for a client address *together with*
 * the user it names, never for a user alone: otherwise anybody could lock a customer out by failing in its name. An address that fails in
 * many names is no longer heard under names that never succeeded from it; customers behind the same address go on working.
 * Failures are counted over all processes of a database (`throttleOver`). Who is blocked is kept in memory as well, so that a blocked caller
 * costs no look-up. Memory is bounded: the oldest counts go first. Polls are counted by each process for itself: they cost, and give nothing.
 */
export const blockingRule = {
  /** Failed authentications of one address and user; the next call is refused. */
  failures: 10,
  failuresWithinSeconds: 300,
  /** Failed authentications of one address under any names. */
  failuresOfAddress: 100,
  blockedForSeconds: 300,
  /** The same question from one address and user: its credits, one certificate, one report. */
  polls: 30,
  pollsWithinSeconds: 60,
  pollsBlockedForSeconds: 60,
} as const;

export type BlockingRule = { readonly [Key in keyof typeof blockingRule]: number };

/** What one process remembers of callers. */
export type LocalThrottle = Throttle & {
  /** Blocks what was counted elsewhere: a name from an address, or the address under names that were never right; null. */
  block(addressKey: string, name: string | null, untilMs: number): void;
  /** Hears an address under this name again, as if it had never failed. */
  unblock(addressKey: string, name: string): void;
  /** Was right elsewhere: heard whatever else comes from the address. */
  know(addressKey: string, name: string): void;
  /** Whether the last call heard here was right. */
  wasRight(addressKey: string, name: string): boolean;
  forgetRight(addressKey: string, name: string): void;
};

/** The rule at work in one process alone. Times run by the clock that is handed in. */
export function throttleInMemory(clock: Clock, rule: BlockingRule = blockingRule): LocalThrottle {
  const failuresOf = new AttemptWindow(rule.failures, rule.failuresWithinSeconds, rule.blockedForSeconds);
  const failuresOfAddress = new AttemptWindow(
    rule.failuresOfAddress,
    rule.failuresWithinSeconds,
    rule.blockedForSeconds,
  );
  // One more than is allowed is what blocks: the call that asks too often is itself refused.
  const polls = new AttemptWindow(rule.polls + 1, rule.pollsWithinSeconds, rule.pollsBlockedForSeconds);
  const known = new Set<string>();
  const lastWasGood = new Set<string>();
  const turnsOf = new Map<string, Promise<void>>();
  const now = (): number => clock().getTime();
  const pairOf = (addressKey: string, apiUser: string): string => `${addressKey} ${apiUser}`;
  const secondsOf = (ms: number): number | null => (ms > 0 ? Math.ceil(ms / MS_PER_SECOND) : null);

  return {
    blockedForSeconds(addressKey, apiUser) {
      const pair = pairOf(addressKey, apiUser);
      const ofPair = failuresOf.blockedForMs(pair, now());
      const ofAddress = known.has(pair) ? 0 : failuresOfAddress.blockedForMs(addressKey, now());
      return secondsOf(Math.max(ofPair, ofAddress));
    },
    async turn(addressKey, apiUser) {
      const pair = pairOf(addressKey, apiUser);
      if (lastWasGood.has(pair)) return () => {};
      const before = turnsOf.get(pair);
      let end = (): void => {};
      const mine = new Promise<void>((resolve) => (end = resolve));
      turnsOf.set(pair, mine);
      await before;
      return () => {
        end();
        if (turnsOf.get(pair) === mine) turnsOf.delete(pair);
      };
    },
    failed(addressKey, apiUser) {
      lastWasGood.delete(pairOf(addressKey, apiUser));
      failuresOf.note(pairOf(addressKey, apiUser), now());
      failuresOfAddress.note(addressKey, now());
      return null;
    },
    succeeded(addressKey, apiUser) {
      const pair = pairOf(addressKey, apiUser);
      failuresOf.forget(pair);
      remember(known, pair);
      remember(lastWasGood, pair);
    },
    polled(addressKey, apiUser, question) {
      const key = `${pairOf(addressKey, apiUser)} ${question}`;
      // While blocked nothing is counted: the block ends when it said it would.
      if (polls.blockedForMs(key, now()) === 0) polls.note(key, now());
      return secondsOf(polls.blockedForMs(key, now()));
    },
    block(addressKey, name, untilMs) {
      if (name === null) failuresOfAddress.block(addressKey, untilMs);
      else failuresOf.block(pairOf(addressKey, name), untilMs);
    },
    know: (addressKey, name) => remember(known, pairOf(addressKey, name)),
    wasRight: (addressKey, name) => lastWasGood.has(pairOf(addressKey, name)),
    forgetRight: (addressKey, name) => void lastWasGood.delete(pairOf(addressKey, name)),
    unblock(addressKey, apiUser) {
      const pair = pairOf(addressKey, apiUser);
      failuresOf.forget(pair);
      // Its whole address may be blocked for what it did under other names: under this one it is heard.
      remember(known, pair);
    },
  };
}

/** Adds to what is remembered, the oldest going first. */
function remember(pairs: Set<string>, pair: string): void {
  pairs.delete(pair);
  if (pairs.size >= MOST_REMEMBERED) pairs.delete(pairs.keys().next().value!);
  pairs.add(pair);
}
