import { MS_PER_DAY } from '../kernel/instant.ts';
import { type Figures, funnelSteps } from './figures.schema.ts';

/** Days of Spain's time, both included: `YYYY-MM-DD`. */
export type Span = { readonly from: string; readonly to: string };

type Count = { readonly reason: string; readonly count: number };

/**
 * The numbers of a part of a span, such that those of several add up. Durations are counted by the power of `1 + DURATION_STEP` that they
 * reach, of seconds and one more: medians that are made of that are right within that step.
 */
export type PartialFigures = {
  readonly days: Figures['days'];
  readonly funnel: Readonly<Record<(typeof funnelSteps)[number], number>>;
  readonly byPolicy: number;
  readonly byPersons: number;
  readonly seconds: readonly { readonly power: number; readonly count: number }[];
  readonly rejections: readonly Count[];
  readonly lapses: readonly Count[];
  readonly reasons: readonly Count[];
};

/** 2 % of a duration. */
export const DURATION_STEP = 0.02;

/** The span as parts of at most so many days. */
export function partsOf({ from, to }: Span, mostDays: number): readonly Span[] {
  const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / MS_PER_DAY;
  const text = (number: number): string => new Date(number * MS_PER_DAY).toISOString().slice(0, 10);
  const parts: Span[] = [];
  for (let at = day(from); at <= day(to); at += mostDays)
    parts.push({ from: text(at), to: text(Math.min(day(to), at + mostDays - 1)) });
  return parts;
}

/** All parts together, but for what is not counted by request. */
export function sumOf(parts: readonly PartialFigures[]): Omit<Figures, 'from' | 'to' | 'callbacks' | 'decisions'> & {
  readonly decisions: Omit<Figures['decisions'], 'medianSecondsOnCase'>;
} {
  const sum = (of: (part: PartialFigures) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const reasons = counts(parts.flatMap((part) => part.reasons));
  const seconds = parts.flatMap((part) => part.seconds);
  return {
    days: parts.flatMap(({ days }) => days),
    funnel: funnelSteps.map((step) => ({ step, count: sum(({ funnel }) => funnel[step]) })),
    decisions: {
      byPolicy: sum(({ byPolicy }) => byPolicy),
      byPersons: sum(({ byPersons }) => byPersons),
      medianSeconds: quantileOf(seconds, 0.5),
      p90Seconds: quantileOf(seconds, 0.9),
    },
    rejections: counts(parts.flatMap((part) => part.rejections)),
    lapses: counts(parts.flatMap((part) => part.lapses)),
    reasons: reasons.map(({ reason, count }) => ({ slug: reason, count })),
  };
}

/** The most frequent first. */
function counts(rows: readonly Count[]): Count[] {
  const totals = new Map<string, number>();
  for (const { reason, count } of rows) totals.set(reason, (totals.get(reason) ?? 0) + count);
  return [...totals]
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}

/** Seconds that so large a share does not exceed; null: there are none. */
export function quantileOf(seconds: PartialFigures['seconds'], share: number): number | null {
  const ordered = seconds.toSorted((a, b) => a.power - b.power);
  const all = ordered.reduce((total, { count }) => total + count, 0);
  let passed = 0;
  for (const { power, count } of ordered) {
    passed += count;
    // The middle of what reaches this power.
    if (passed >= share * all) return Math.max(0, (1 + DURATION_STEP) ** (power + 0.5) - 1);
  }
  return null;
}
