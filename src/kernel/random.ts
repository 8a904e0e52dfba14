/** A source of numbers in [0, 1). Pure code is handed one; only a door may make it from real chance. */
export type Random = () => number;

/**
 * A repeatable stream (mulberry32): the same seed gives the same numbers on every machine.
 * For simulations, fixtures and evaluation; never for secrets.
 * @param seed any 32-bit integer.
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
