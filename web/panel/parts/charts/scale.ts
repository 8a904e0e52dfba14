/**
 * Round numbers for an axis from 0: at most `most` steps, of 1, 2 or 5 times a power of ten.
 * @returns the ticks, 0 first; the last is not below `highest`.
 */
export function ticksTo(highest: number, most = 4): readonly number[] {
  if (highest <= 0) return [0, 1];
  const rough = highest / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough)!;
  const whole = Math.max(1, step);
  const count = Math.ceil(highest / whole);
  return Array.from({ length: count + 1 }, (_, at) => at * whole);
}
