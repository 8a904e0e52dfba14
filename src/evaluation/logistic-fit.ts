/** One face for a fit: its inputs, whether it has the attribute, and whose face it is. */
export type Example = { readonly inputs: readonly number[]; readonly isPositive: boolean; readonly person: string };

/** Log-odds = offset + Σ weight · input, on inputs as they come (not standardised). */
export type LogisticFit = { readonly weights: readonly number[]; readonly offset: number };

/** Pull of the standardised weights towards 0: keeps inputs that say the same from cancelling each other. */
const ridge = 0.01;
const maxNewtonSteps = 50;
const smallestStep = 1e-9;

/**
 * Ridge logistic regression by Newton's method. Both classes weigh half each, however many examples they have, and a person
 * weighs by the square root of their number of examples in a class, so that one much photographed man does not decide.
 * @param examples both classes must occur.
 */
export function fitLogistic(examples: readonly Example[]): LogisticFit {
  const size = examples[0]!.inputs.length;
  const { mean, spread } = moments(examples, size);
  const rows = examples.map(({ inputs }) => [...inputs.map((value, k) => (value - mean[k]!) / spread[k]!), 1]);
  const shares = sharesOf(examples);
  const standardised = new Array<number>(size + 1).fill(0);
  for (let step = 0; step < maxNewtonSteps; step++) {
    const move = newtonStep(rows, examples, shares, standardised);
    for (let k = 0; k <= size; k++) standardised[k]! -= move[k]!;
    if (Math.max(...move.map(Math.abs)) < smallestStep) break;
  }
  const weights = spread.map((deviation, k) => standardised[k]! / deviation);
  const offset = weights.reduce((sum, weight, k) => sum - weight * mean[k]!, standardised[size]!);
  return { weights, offset };
}

export const logOdds = ({ weights, offset }: LogisticFit, inputs: readonly number[]): number =>
  weights.reduce((sum, weight, k) => sum + weight * inputs[k]!, offset);

function moments(examples: readonly Example[], size: number): { mean: number[]; spread: number[] } {
  const over = Array.from({ length: size }, (_, k) => examples.map(({ inputs }) => inputs[k]!));
  const mean = over.map((values) => values.reduce((sum, value) => sum + value, 0) / values.length);
  const spread = over.map(
    (values, k) => Math.sqrt(values.reduce((sum, value) => sum + (value - mean[k]!) ** 2, 0) / values.length) + 1e-6,
  );
  return { mean, spread };
}

/** Each example's share in the loss; they add up to 1, a half for each class. */
function sharesOf(examples: readonly Example[]): number[] {
  const group = ({ isPositive, person }: Example): string => `${isPositive ? '+' : '-'}${person}`;
  const counts = new Map<string, number>();
  for (const example of examples) counts.set(group(example), (counts.get(group(example)) ?? 0) + 1);
  const raw = examples.map((example) => 1 / Math.sqrt(counts.get(group(example))!));
  const total = { yes: 0, no: 0 };
  examples.forEach(({ isPositive }, i) => (total[isPositive ? 'yes' : 'no'] += raw[i]!));
  return examples.map(({ isPositive }, i) => raw[i]! / total[isPositive ? 'yes' : 'no'] / 2);
}

/** Inverse of the Hessian times the gradient; the offset (the last one) is not pulled towards 0. */
function newtonStep(
  rows: readonly (readonly number[])[],
  examples: readonly Example[],
  shares: readonly number[],
  at: readonly number[],
): number[] {
  const size = at.length;
  // Each row holds the Hessian's row and, last, the gradient.
  const system = Array.from({ length: size }, () => new Array<number>(size + 1).fill(0));
  rows.forEach((row, i) => {
    const odds = row.reduce((sum, value, k) => sum + value * at[k]!, 0);
    const probability = 1 / (1 + Math.exp(-odds));
    const slope = (probability - (examples[i]!.isPositive ? 1 : 0)) * shares[i]!;
    const curve = probability * (1 - probability) * shares[i]!;
    for (let a = 0; a < size; a++) {
      system[a]![size]! += slope * row[a]!;
      for (let b = 0; b < size; b++) system[a]![b]! += curve * row[a]! * row[b]!;
    }
  });
  for (let k = 0; k < size - 1; k++) {
    system[k]![size]! += ridge * at[k]!;
    system[k]![k]! += ridge;
  }
  system[size - 1]![size - 1]! += 1e-9;
  return solved(system);
}

/** Gauss–Jordan on a positive definite system, whose diagonal never vanishes. */
function solved(system: number[][]): number[] {
  const size = system.length;
  for (let column = 0; column < size; column++) {
    const head = system[column]!;
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = system[row]![column]! / head[column]!;
      for (let k = column; k <= size; k++) system[row]![k]! -= factor * head[k]!;
    }
  }
  return system.map((row, k) => row[size]! / row[k]!);
}
