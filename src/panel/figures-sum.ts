import { MS_PER_DAY } from '../kernel/instant.ts';
import { type Figures, funnelSteps } from './figures.schema.ts';

/** Days of Spain's time, both included: `YYYY-MM-DD`. */
export type Span = { readonly from: string; readonly to: string };

/**
 * What was counted, by the name of the counter: such that the counts of several days add up. Where things of a kind are told apart, the name ends
 * with which one it is: `lapse expired`, `reason not-live`. Durations are counted by the power of `1 + DURATION_STEP` that they reach, of
 * seconds and one more (`decided 311`): medians that are made of that are right within that step.
 */
export type Tally = Readonly<Record<string, number>>;

/** By day; one on which nothing was counted is not there. */
export type DayTallies = ReadonlyMap<string, Tally>;

/** 2 % of a duration. */
export const DURATION_STEP = 0.02;

const numberOf = (day: string): number => Date.parse(`${day}T00:00:00Z`) / MS_PER_DAY;
const dayOf = (number: number): string => new Date(number * MS_PER_DAY).toISOString().slice(0, 10);

/** Every day of it. */
export function daysOf({ from, to }: Span): readonly string[] {
  const first = numberOf(from);
  return Array.from({ length: Math.max(0, numberOf(to) - first + 1) }, (_, at) => dayOf(first + at));
}

export const dayBefore = (day: string): string => dayOf(numberOf(day) - 1);
export const dayAfter = (day: string): string => dayOf(numberOf(day) + 1);

/** The span as parts of at most so many days. */
export function partsOf({ from, to }: Span, mostDays: number): readonly Span[] {
  const parts: Span[] = [];
  for (let at = numberOf(from); at <= numberOf(to); at += mostDays)
    parts.push({ from: dayOf(at), to: dayOf(Math.min(numberOf(to), at + mostDays - 1)) });
  return parts;
}

/** Days as spans: those that follow each other are one. */
export function spansOf(days: Iterable<string>): readonly Span[] {
  const spans: { from: string; to: string }[] = [];
  for (const day of [...new Set(days)].sort()) {
    const last = spans.at(-1);
    if (last !== undefined && dayAfter(last.to) === day) last.to = day;
    else spans.push({ from: day, to: day });
  }
  return spans;
}

/** All together. */
export function added(tallies: Iterable<Tally>): Tally {
  const sum: Record<string, number> = {};
  for (const tally of tallies)
    for (const [counter, count] of Object.entries(tally)) sum[counter] = (sum[counter] ?? 0) + count;
  return sum;
}

/** Counters of a kind by which one it is, the most frequent first. */
export const kindsOf = (tally: Tally, kind: string): readonly { readonly which: string; readonly count: number }[] =>
  Object.entries(tally)
    .filter(([counter]) => counter.startsWith(`${kind} `))
    .map(([counter, count]) => ({ which: counter.slice(kind.length + 1), count }))
    .sort((a, b) => b.count - a.count || (a.which < b.which ? -1 : 1));

/** Seconds that so large a share of the durations of a kind does not exceed; null: there are none. */
export function quantileOf(tally: Tally, kind: string, share: number): number | null {
  const ordered = kindsOf(tally, kind)
    .map(({ which, count }) => ({ power: Number(which), count }))
    .sort((a, b) => a.power - b.power);
  const all = ordered.reduce((total, { count }) => total + count, 0);
  let passed = 0;
  for (const { power, count } of ordered) {
    passed += count;
    // The middle of what reaches this power.
    if (passed >= share * all) return Math.max(0, (1 + DURATION_STEP) ** (power + 0.5) - 1);
  }
  return null;
}

export type Counted = { readonly requests: DayTallies; readonly rulings: DayTallies; readonly callbacks: DayTallies };

/** What was counted of a span, as people read it. */
export function figuresFrom(
  span: Span,
  { requests, rulings, callbacks }: Counted,
  { hasEndpoint, now }: { readonly hasEndpoint: boolean; readonly now: Date },
): Figures {
  const all = added(requests.values());
  const reasons = (kind: string) => kindsOf(all, kind).map(({ which, count }) => ({ reason: which, count }));
  const count = (tally: Tally | undefined, counter: string): number => tally?.[counter] ?? 0;
  return {
    ...span,
    days: daysOf(span).map((day) => {
      const of = requests.get(day);
      return {
        day,
        requested: count(of, 'requested'),
        validated: count(of, 'validated'),
        rejected: count(of, 'rejected'),
        lapsed: count(of, 'lapsed'),
      };
    }),
    funnel: funnelSteps.map((step) => ({ step, count: count(all, step) })),
    decisions: {
      byPolicy: count(all, 'ruled-by policy'),
      byPersons: count(all, 'ruled-by person'),
      medianSeconds: quantileOf(all, 'decided', 0.5),
      p90Seconds: quantileOf(all, 'decided', 0.9),
      medianSecondsOnCase: quantileOf(added(rulings.values()), 'on-case', 0.5),
    },
    rejections: reasons('rejection'),
    lapses: reasons('lapse'),
    reasons: kindsOf(all, 'reason').map(({ which, count: times }) => ({ slug: which, count: times })),
    callbacks: callbackHealth(added(callbacks.values()), hasEndpoint, now),
  };
}

function callbackHealth(all: Tally, hasEndpoint: boolean, now: Date): Figures['callbacks'] {
  const { told = 0, delivered = 0, waiting = 0, dead = 0, attempts = 0 } = all;
  if (!hasEndpoint && told === 0) return null;
  return {
    delivered,
    waiting,
    dead,
    attempts,
    failedAttempts: Math.max(0, attempts - delivered),
    medianSeconds: quantileOf(all, 'took', 0.5),
    asOf: now.toISOString(),
  };
}
