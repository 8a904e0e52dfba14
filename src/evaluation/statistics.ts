import type { Random } from '../kernel/random.ts';

/** A share that was counted, with its 95 % confidence interval; `rate` is NaN when nothing was counted. */
export type Rate = {
  readonly errors: number;
  readonly trials: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
};

/**
 * A counted share with its Wilson score interval, 95 %: close to nominal for small counts, and never outside [0, 1].
 * It takes the trials for independent; for pairs of pictures of the same few people they are not: see `bootstrapRate`.
 */
export function rateOf(errors: number, trials: number): Rate {
  if (trials === 0) return { errors, trials, rate: NaN, low: 0, high: 1 };
  const z2 = 1.959964 ** 2;
  const rate = errors / trials;
  const centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials);
  const half =
    (Math.sqrt(z2) / (1 + z2 / trials)) * Math.sqrt((rate * (1 - rate)) / trials + z2 / (4 * trials * trials));
  return {
    errors,
    trials,
    rate,
    low: errors === 0 ? 0 : Math.max(0, centre - half),
    high: errors === trials ? 1 : Math.min(1, centre + half),
  };
}

/**
 * The exact (Clopper–Pearson) 95 % interval of a counted share: it never covers less than it says, which is what a claim
 * such as "none in 17" needs.
 */
export function exactInterval(errors: number, trials: number): readonly [low: number, high: number] {
  if (trials === 0) return [0, 1];
  const tail = 0.025;
  const low = errors === 0 ? 0 : solveRising((p) => 1 - binomialAtMost(errors - 1, trials, p), tail);
  const high = errors === trials ? 1 : solveRising((p) => 1 - binomialAtMost(errors, trials, p), 1 - tail);
  return [low, high];
}

/** P(X ≤ k) for X binomial(n, p), summed in logarithms so that large n neither under- nor overflows. */
function binomialAtMost(k: number, n: number, p: number): number {
  if (p <= 0) return 1;
  if (p >= 1) return k >= n ? 1 : 0;
  let logTerm = n * Math.log1p(-p);
  const logOdds = Math.log(p) - Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log((n - i + 1) / i) + logOdds;
    sum += Math.exp(logTerm);
  }
  return Math.min(1, sum);
}

/** Where a function that rises over [0, 1] reaches `value`. */
function solveRising(rising: (p: number) => number, value: number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < value) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Comparison scores, higher = more alike: of pairs that are the same person, and of pairs that are not. */
export type Scores = { readonly genuine: Float64Array; readonly impostor: Float64Array };

/** Copies and sorts, as the functions below need it. */
export const sortedScores = (genuine: readonly number[], impostor: readonly number[]): Scores => ({
  genuine: Float64Array.from(genuine).sort(),
  impostor: Float64Array.from(impostor).sort(),
});

/** One point of the curve: a pair matches when its score is ≥ `threshold`. */
export type ErrorPoint = { readonly threshold: number; readonly fmr: number; readonly fnmr: number };

/** False match rate: the share of impostor scores ≥ `threshold`. False non-match rate: of genuine scores below it. */
export function errorsAt({ genuine, impostor }: Scores, threshold: number): ErrorPoint {
  return {
    threshold,
    fmr: impostor.length === 0 ? NaN : (impostor.length - countBelow(impostor, threshold)) / impostor.length,
    fnmr: genuine.length === 0 ? NaN : countBelow(genuine, threshold) / genuine.length,
  };
}

/**
 * The lowest threshold, among the scores that occur, at which the false match rate is at most `fmr`, and the errors there.
 * Conservative at ties: all impostors that share a score count as matched at it, so the threshold lies above them. When even the
 * highest impostor score is too many, the threshold lies above all of them.
 */
export function pointAtFmr(scores: Scores, fmr: number): ErrorPoint {
  const { genuine, impostor } = scores;
  const allowed = Math.floor(fmr * impostor.length + 1e-9);
  if (impostor.length === 0) return errorsAt(scores, -Infinity);
  if (allowed >= impostor.length) return errorsAt(scores, Math.min(impostor[0]!, genuine[0] ?? Infinity));
  // This impostor, and all below it, must not match: the threshold is the next higher score of either kind.
  const mustNotMatch = impostor[impostor.length - 1 - allowed]!;
  const nextGenuine = genuine[countAtMost(genuine, mustNotMatch)] ?? Infinity;
  const nextImpostor = impostor[countAtMost(impostor, mustNotMatch)] ?? Infinity;
  return errorsAt(scores, Math.min(nextGenuine, nextImpostor));
}

/** False non-match rate at a false match rate of at most `fmr`. */
export const fnmrAtFmr = (scores: Scores, fmr: number): number => pointAtFmr(scores, fmr).fnmr;

/**
 * Equal error rate: where FMR and FNMR cross, the mean of both at the threshold where they are closest. NaN without
 * scores of both kinds.
 */
export function equalErrorRate(scores: Scores): ErrorPoint & { readonly eer: number } {
  let best: ErrorPoint | null = null;
  for (const point of errorCurve(scores))
    if (best === null || Math.abs(point.fmr - point.fnmr) < Math.abs(best.fmr - best.fnmr)) best = point;
  if (best === null) return { threshold: NaN, fmr: NaN, fnmr: NaN, eer: NaN };
  return { ...best, eer: (best.fmr + best.fnmr) / 2 };
}

/** Every point at which a rate changes, by rising threshold: the ROC and DET curves are drawn from it. */
export function errorCurve(scores: Scores): ErrorPoint[] {
  const { genuine, impostor } = scores;
  if (genuine.length === 0 || impostor.length === 0) return [];
  const points: ErrorPoint[] = [];
  let g = 0;
  let i = 0;
  while (g < genuine.length || i < impostor.length) {
    const threshold = Math.min(genuine[g] ?? Infinity, impostor[i] ?? Infinity);
    points.push({
      threshold,
      fmr: (impostor.length - i) / impostor.length,
      fnmr: g / genuine.length,
    });
    while (g < genuine.length && genuine[g]! === threshold) g++;
    while (i < impostor.length && impostor[i]! === threshold) i++;
  }
  points.push({ threshold: Infinity, fmr: 0, fnmr: 1 });
  return points;
}

/** At most `count` points of a curve, its ends kept, spread evenly over its length: enough to plot. */
export function thinned<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}

/** How many of the sorted values are < `value`. */
function countBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the sorted values are ≤ `value`. */
function countAtMost(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a pair counts as an error, and between whom it was. */
export type PairOutcome = { readonly first: string; readonly second: string; readonly error: boolean };

/**
 * 95 % interval of a rate over pairs, by resampling *people* with replacement: pairs that share a person stand and fall together,
 * so intervals that take pairs for independent are far too narrow. A pair weighs as often as both of its people were drawn.
 * Deterministic for a seeded `random`. With few people it is rough, and with no error at all it can only say [0, 0]:
 * quote the exact interval over people beside it.
 * @returns the 2.5 % and 97.5 % quantiles of the resampled rates; [NaN, NaN] without pairs.
 */
export function bootstrapRate(
  pairs: readonly PairOutcome[],
  random: Random,
  rounds = 1000,
): readonly [low: number, high: number] {
  const people = [...new Set(pairs.flatMap((pair) => [pair.first, pair.second]))].sort();
  if (people.length === 0) return [NaN, NaN];
  const numberOf = new Map(people.map((person, i) => [person, i]));
  const cells = cellsOf(pairs, numberOf);
  const rates: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const drawn = new Uint16Array(people.length);
    for (let i = 0; i < people.length; i++) drawn[Math.floor(random() * people.length)]!++;
    let errors = 0;
    let trials = 0;
    for (const cell of cells) {
      const weight = cell.first === cell.second ? drawn[cell.first]! : drawn[cell.first]! * drawn[cell.second]!;
      errors += weight * cell.errors;
      trials += weight * cell.trials;
    }
    if (trials > 0) rates.push(errors / trials);
  }
  return [quantile(rates, 0.025), quantile(rates, 0.975)];
}

type Cell = { readonly first: number; readonly second: number; errors: number; trials: number };

/** Pairs between the same two people, counted together. */
function cellsOf(pairs: readonly PairOutcome[], numberOf: ReadonlyMap<string, number>): Cell[] {
  const cells = new Map<number, Cell>();
  for (const pair of pairs) {
    const first = numberOf.get(pair.first)!;
    const second = numberOf.get(pair.second)!;
    const key = Math.min(first, second) * numberOf.size + Math.max(first, second);
    let cell = cells.get(key);
    if (cell === undefined) cells.set(key, (cell = { first, second, errors: 0, trials: 0 }));
    cell.trials++;
    if (pair.error) cell.errors++;
  }
  return [...cells.values()];
}

/** The value below which the share `at` (0 … 1) of the values lies, interpolated between neighbours; NaN without values. */
export function quantile(values: readonly number[] | Float64Array, at: number): number {
  if (values.length === 0) return NaN;
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * Math.min(1, Math.max(0, at));
  const below = Math.floor(place);
  const next = sorted[Math.min(sorted.length - 1, below + 1)]!;
  return sorted[below]! + (next - sorted[below]!) * (place - below);
}

export type Histogram = { readonly from: number; readonly to: number; readonly counts: readonly number[] };

/** Counts in `bins` equal bins over [from, to]; values outside fall into the first or the last bin. */
export function histogram(values: Iterable<number>, from: number, to: number, bins: number): Histogram {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value - from) / (to - from)) * bins);
    counts[Math.max(0, Math.min(bins - 1, bin))]!++;
  }
  return { from, to, counts };
}
