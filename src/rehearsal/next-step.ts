import type { Rehearsal } from '../verification/rehearsal.ts';
import type { RejectionReason } from '../verification/ruling.ts';
import {
  type AskedPiece,
  type LapseReason,
  type Verification,
  type Milestone,
  type VerificationState,
  assessmentOf,
  isFinal,
  milestoneOf,
} from '../verification/verification.ts';

/** What happens next to a test applicant. */
export type RehearsedStep =
  | { readonly kind: 'invite' }
  | { readonly kind: 'open' }
  | { readonly kind: 'ask'; readonly piece: AskedPiece }
  | { readonly kind: 'submit' }
  | { readonly kind: 'measure' }
  /** By whom follows from the findings, as for everybody: what is not green throughout, a person lets pass. */
  | { readonly kind: 'approve'; readonly by: 'policy' | 'person' }
  | { readonly kind: 'reject'; readonly reason: RejectionReason }
  | { readonly kind: 'lapse'; readonly reason: LapseReason };

/** The way, in its order; an end is beyond all of it. */
const way = [
  'requested',
  'invited',
  'opened',
  'face-asked',
  'front-asked',
  'back-asked',
  'submitted',
  'assessed',
] as const;
type Station = (typeof way)[number];

const isStation = (name: string): name is Station => (way as readonly string[]).includes(name);

/**
 * The one step from where a verification is towards where its rehearsal ends; null: it is there, beyond it, or waits for what others do.
 * Nothing else is remembered: whoever asks again after a crash gets the same answer.
 */
export function nextStep(verification: Verification): RehearsedStep | null {
  const { rehearsal } = verification;
  const here = milestoneOf(verification);
  if (rehearsal === null || isFinal(verification) || !isStation(here)) return null;
  const { ends } = rehearsal;
  if (ends.at === 'lapsed' && here === ends.after) return { kind: 'lapse', reason: ends.reason };
  const last = lastStation(rehearsal);
  if (way.indexOf(here) >= way.indexOf(last))
    return here === 'assessed' && here === last ? rulingOf(verification, ends) : null;
  return onwards[here];
}

/** The last station on the way to the end. */
function lastStation({ ends }: Rehearsal): Station {
  if (ends.at === 'lapsed') return ends.after;
  return ends.at === 'validated' || ends.at === 'rejected' ? 'assessed' : ends.at;
}

/** Every station has its step; the last one is ruled on. */
const onwards: Readonly<Record<Station, RehearsedStep | null>> = {
  requested: { kind: 'invite' },
  invited: { kind: 'open' },
  opened: { kind: 'ask', piece: 'face' },
  'face-asked': { kind: 'ask', piece: 'front' },
  'front-asked': { kind: 'ask', piece: 'back' },
  'back-asked': { kind: 'submit' },
  submitted: { kind: 'measure' },
  assessed: null,
};

function rulingOf(verification: Verification, ends: Rehearsal['ends']): RehearsedStep | null {
  if (ends.at === 'rejected') return { kind: 'reject', reason: ends.reason };
  if (ends.at !== 'validated') return null;
  return { kind: 'approve', by: assessmentOf(verification)?.outcome === 'pass' ? 'policy' : 'person' };
}

/** How far along the way something is; what is ruled on or ended is beyond it. */
export const stationOf = (milestone: Milestone | VerificationState | Rehearsal['ends']['at']): number =>
  isStation(milestone) ? way.indexOf(milestone) : way.length;
