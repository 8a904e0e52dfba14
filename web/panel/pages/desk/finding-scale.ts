/** The line a score is held against, as the service tells it. */
export type Line = { readonly at: number; readonly passes: 'at-or-above' | 'below' };

/** A small scale: where the score, the line and the good side stand, 0 … 1 from the left. */
export type Scale = {
  readonly score: number;
  readonly line: number | null;
  /** The stretch that passes; null: nothing is asked of it. */
  readonly passes: readonly [from: number, to: number] | null;
  readonly ends: readonly [low: number, high: number];
};

/** Scores that live between fixed ends. */
const SHARES: readonly string[] = [
  'liveness/face-found',
  'liveness/one-face',
  'liveness/bare-face',
  'liveness/pad-rgb',
  'liveness/bezel',
  'liveness/moire-background',
  'liveness/loop',
  'liveness/boomerang',
  'liveness/challenge',
  'face/portrait',
  'document/fields',
  'document/confidence',
  'document/zone',
];
const COSINES: readonly string[] = ['liveness/same-person', 'liveness/flash'];

/** Round ends, so that scales of one check look alike from case to case; a score far off widens its own. */
export function scaleOf(check: string, score: number, line: Line | null): Scale {
  const [low, high] = endsOf(check, score, line);
  const place = (value: number): number => Math.min(1, Math.max(0, (value - low) / (high - low)));
  const at = line === null ? null : place(line.at);
  return {
    score: place(score),
    line: at,
    passes: line === null || at === null ? null : line.passes === 'below' ? [0, at] : [at, 1],
    ends: [low, high],
  };
}

function endsOf(check: string, score: number, line: Line | null): readonly [number, number] {
  if (check === 'similarity') return [0, 100];
  if (SHARES.includes(check) && score >= 0 && score <= 1) return [0, 1];
  if (COSINES.includes(check) && score >= -1 && score <= 1) return [-1, 1];
  // A cross-check holds or does not.
  if (line === null && (score === 0 || score === 1)) return [0, 1];
  const most = Math.max(Math.abs(score), Math.abs(line?.at ?? 0) * 2, 1e-9);
  const high = roundUp(most);
  return [score < 0 || (line?.at ?? 0) < 0 ? -high : 0, high];
}

function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= value * (1 - 1e-9)) ?? value;
}

/** As many digits as tell the score from its line: at least two, at most four behind the point. */
export function digitsFor(score: number, line: Line | null): number {
  if (Number.isInteger(score) && (line === null || Number.isInteger(line.at))) return 0;
  const apart = line === null ? 1 : Math.abs(score - line.at);
  for (let digits = 2; digits < 4; digits++) if (apart === 0 || apart >= 10 ** -digits / 2) return digits;
  return 4;
}
