/** The value below which `share` of the values lie (0 … 1), or null of nothing. Nearest rank, no interpolation. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}

export const median = (values: readonly number[]): number | null => quantile(values, 0.5);

/** The mean of those that are there, or null when none is. */
export function meanOf(values: readonly (number | null)[]): number | null {
  let sum = 0;
  let count = 0;
  for (const value of values)
    if (value !== null) {
      sum += value;
      count++;
    }
  return count === 0 ? null : sum / count;
}
