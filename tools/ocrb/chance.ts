import { seededRandom } from '../../src/kernel/random.ts';

/** Seeded chance in the shapes that rendering asks for. */
export type Chance = {
  /** A number in [0, 1). */
  unit(): number;
  between(low: number, high: number): number;
  /** A whole number in [0, count). */
  below(count: number): number;
  /** Around 0, within ±3, of deviation 1: a sum of three uniform numbers. */
  bell(): number;
  happens(probability: number): boolean;
  pick<Item>(list: ArrayLike<Item>): Item;
};

export function chanceOf(seed: number): Chance {
  const unit = seededRandom(seed);
  return {
    unit,
    between: (low, high) => low + (high - low) * unit(),
    below: (count) => Math.floor(unit() * count),
    bell: () => (unit() + unit() + unit() - 1.5) * 2,
    happens: (probability) => unit() < probability,
    pick: (list) => list[Math.floor(unit() * list.length)]!,
  };
}
