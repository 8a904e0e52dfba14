import type { AccountId, VerificationId } from '../kernel/id.ts';
import { MS_PER_MINUTE, MS_PER_SECOND } from '../kernel/instant.ts';
import type { Decision, Proposal } from './decision.ts';

/** `supervision`: what was escalated, and what somebody else would validate against a finding. */
export const queues = ['desk', 'supervision'] as const;
export type DeskQueue = (typeof queues)[number];

/** A verification that a person has to do with. */
export type CasePlace = { readonly accountId: AccountId; readonly id: VerificationId };

/** Somebody at the desk of an account. */
export type Reviewer = { readonly accountId: AccountId; readonly userId: string };

/** How long a case stays in somebody's hands who says nothing. */
export const LEASE_MS = 5 * MS_PER_MINUTE;
/** How long a ruling can be taken back. */
export const UNDO_MS = 10 * MS_PER_SECOND;

/** A case in hand. */
export type Seat = CasePlace & {
  readonly queue: DeskQueue;
  readonly openedAt: Date;
  /** Until then nobody else gets it. */
  readonly leaseUntil: Date;
};

/** What else is known of a case in hand. */
export type CaseStanding = {
  readonly proposal: Proposal | null;
  readonly escalation: { readonly userId: string; readonly at: Date } | null;
};

/** Ruled, and to be taken back until `settlesAt`. */
export type PendingRuling = CasePlace & {
  readonly number: number;
  readonly decision: Decision;
  readonly settlesAt: Date;
  readonly becomes: 'ruled' | 'proposed';
};

/** The case is not, or no longer, in this person's hands. */
export type NotInHand = { readonly kind: 'not-in-hand' };
/** It was ruled otherwise meanwhile, or can no longer be taken back. */
export type TooLate = { readonly kind: 'too-late' };
