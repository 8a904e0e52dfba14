/**
 * The `share` quantile, linear between the two nearest values; `NaN` when there is none. Values that are not finite are
 * left out, so that a frame without a face does not drag a session's median.
 */
export function quantile(values: Iterable<number>, share: number): number {
  const sorted = Float64Array.from([...values].filter(Number.isFinite)).sort();
  if (sorted.length === 0) return NaN;
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (at - below);
}

export const median = (values: Iterable<number>): number => quantile(values, 0.5);
