import type { LedgerEntry } from '../credits/ledger.ts';
import { MS_PER_HOUR, later } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Job } from './jobs.ts';
import type { CancelRefusal, ResendRefusal } from './service.ts';
import type { Invited, LapseReason, Lapsed, Requested, Verification, VerificationBase } from './verification.ts';

/** What a legal step implies: the state after it, the money it moves, the work it starts. The step itself does nothing. */
export type Step<Next extends Verification> = {
  readonly next: Next;
  readonly entries: readonly LedgerEntry[];
  readonly jobs: readonly Job[];
};

export type Accepting = Omit<VerificationBase, 'requestedAt' | 'updatedAt' | 'invitations'>;

/** A request is accepted: its credit is reserved and its invitation is due at `sendAt`. */
export function accepted(wanted: Accepting, now: Date): Step<Requested> {
  const next: Requested = { ...wanted, state: 'requested', requestedAt: now, updatedAt: now, invitations: 1 };
  return {
    next,
    entries: [{ kind: 'reserve', hundredths: wanted.reservedHundredths, verificationId: wanted.id }],
    jobs: [{ kind: 'send-invitation', accountId: wanted.accountId, id: wanted.id, invitation: 1, at: wanted.sendAt }],
  };
}

/** The gateway took the first message: the reservation is posted and the link begins to run out. */
export function invited(before: Requested, now: Date): Step<Invited> {
  const linkExpiresAt = later(now, before.linkLifetimeHours * MS_PER_HOUR);
  return {
    next: { ...before, state: 'invited', invitedAt: now, updatedAt: now, linkExpiresAt },
    entries: [{ kind: 'post', hundredths: before.reservedHundredths, verificationId: before.id }],
    jobs: [{ kind: 'lapse-expired', accountId: before.accountId, id: before.id, at: linkExpiresAt }],
  };
}

/** The gateway took a further message: the link runs anew. */
export function invitedAgain(before: Invited, now: Date): Step<Invited> {
  const linkExpiresAt = later(now, before.linkLifetimeHours * MS_PER_HOUR);
  return {
    next: { ...before, updatedAt: now, linkExpiresAt },
    entries: [],
    jobs: [{ kind: 'lapse-expired', accountId: before.accountId, id: before.id, at: linkExpiresAt }],
  };
}

/** Nothing more will come of it. What was only reserved is given back; what was posted stays spent. */
export function lapsed(before: Requested | Invited, lapseReason: LapseReason, now: Date): Step<Lapsed> {
  return {
    next: { ...before, state: 'lapsed', lapsedAt: now, lapseReason, updatedAt: now },
    entries:
      before.state === 'requested'
        ? [{ kind: 'void', hundredths: before.reservedHundredths, verificationId: before.id }]
        : [],
    jobs: [],
  };
}

/** The company takes its request back, as long as the applicant has not sent anything. */
export function cancelled(before: Verification, now: Date): Result<Step<Lapsed>, CancelRefusal> {
  return before.state === 'lapsed'
    ? refuse({ kind: 'too-late', verification: before })
    : ok(lapsed(before, 'cancelled', now));
}

/** The first message and three more: enough for a lost SMS, too few to pester anybody. */
export const MOST_INVITATIONS = 4;

/** The company wants the message sent once more. It costs no further credit. */
export function resent(before: Verification, now: Date): Result<Step<Invited>, ResendRefusal> {
  if (before.state !== 'invited') return refuse({ kind: 'too-late', verification: before });
  if (before.invitations >= MOST_INVITATIONS) return refuse({ kind: 'resent-too-often', most: MOST_INVITATIONS });
  const invitation = before.invitations + 1;
  return ok({
    next: { ...before, invitations: invitation, updatedAt: now },
    entries: [],
    jobs: [{ kind: 'send-invitation', accountId: before.accountId, id: before.id, invitation, at: now }],
  });
}
