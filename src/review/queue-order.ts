import { MS_PER_MINUTE } from '../kernel/instant.ts';
import type { Outcome } from '../verification/assessment.ts';

/**
 * How much earlier than its age a case is looked at. What speaks against somebody may be an attack under way, so it goes first; but nobody is
 * overtaken by what came half an hour later: behind every case there is a person who waits.
 */
export const headStartMs: Readonly<Record<Outcome, number>> = {
  refuse: 30 * MS_PER_MINUTE,
  review: 10 * MS_PER_MINUTE,
  pass: 0,
};

export type Waiting = { readonly id: number; readonly outcome: Outcome; readonly assessedAt: Date };

/** By age and risk, the most urgent first. */
export const byUrgency = (waiting: readonly Waiting[]): readonly Waiting[] =>
  waiting.toSorted((a, b) => urgentSince(a) - urgentSince(b) || a.id - b.id);

const urgentSince = ({ outcome, assessedAt }: Waiting): number => assessedAt.getTime() - headStartMs[outcome];
