import type { LedgerEntry } from '../credits/ledger.ts';
import { MS_PER_HOUR, later } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Assessment } from './assessment.ts';
import type { Job } from './jobs.ts';
import { FORGOTTEN_PHONE } from './phone.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { RejectionReason, Ruler } from './ruling.ts';
import type { CancelRefusal, ResendRefusal } from './service.ts';
import {
  type Access,
  type Approved,
  type AskedPiece,
  type Assessed,
  type Capturing,
  type Consent,
  type Device,
  type DocumentKind,
  type Invited,
  type LapseReason,
  type Lapsed,
  type Opened,
  type Opening,
  type Place,
  type Rejected,
  type Requested,
  type Submitted,
  type Validated,
  type Verification,
  type VerificationBase,
  askedPieces,
  openingOf,
} from './verification.ts';

/** What a legal step implies: the state after it, the money it moves, the work it starts. The step itself does nothing. */
export type Step<Next extends Verification> = {
  readonly next: Next;
  readonly entries: readonly LedgerEntry[];
  readonly jobs: readonly Job[];
};

export type Accepting = Omit<VerificationBase, 'requestedAt' | 'updatedAt' | 'invitations'>;

/** A request is accepted: its credit is reserved and its invitation is due at `sendAt`. */
export function accepted(wanted: Accepting, now: Date, { isBulk = false } = {}): Step<Requested> {
  const next: Requested = { ...wanted, state: 'requested', requestedAt: now, updatedAt: now, invitations: 1 };
  return {
    next,
    entries: moved('reserve', next),
    jobs:
      next.rehearsal === null
        ? [{ kind: 'send-invitation', accountId: next.accountId, id: next.id, invitation: 1, isBulk, at: next.sendAt }]
        : [rehearsalJob(next, next.sendAt)],
  };
}

/** What costs nothing moves nothing. */
const moved = (
  kind: 'reserve' | 'post' | 'void',
  { reservedHundredths: hundredths, id: verificationId }: VerificationBase,
): LedgerEntry[] => (hundredths === 0 ? [] : [{ kind, hundredths, verificationId }]);

const rehearsalJob = ({ accountId, id }: VerificationBase, at: Date): Job => ({
  kind: 'run-test-applicant',
  accountId,
  id,
  at,
});

/** The gateway took the first message: the reservation is posted and the link begins to run out. */
export function invited(before: Requested, now: Date): Step<Invited> {
  const linkExpiresAt = later(now, before.linkLifetimeHours * MS_PER_HOUR);
  return {
    next: { ...before, state: 'invited', invitedAt: now, updatedAt: now, linkExpiresAt },
    entries: moved('post', before),
    jobs: [{ kind: 'lapse-expired', accountId: before.accountId, id: before.id, at: linkExpiresAt }],
  };
}

/** Somebody may still come by the link, or come back. */
export type Reachable = Invited | Opened | Capturing;

export const isReachable = (verification: Verification): verification is Reachable =>
  verification.state === 'invited' || verification.state === 'opened' || verification.state === 'capturing';

/** Whoever has begun by the time a link runs out may finish within this. */
export const FINISH_WITHIN_MS = 2 * MS_PER_HOUR;

/** When nothing more can come. */
export const endsAt = (verification: Reachable): Date =>
  verification.state === 'invited' ? verification.linkExpiresAt : later(verification.linkExpiresAt, FINISH_WITHIN_MS);

const lapseJob = (of: Reachable): Job => ({
  kind: 'lapse-expired',
  accountId: of.accountId,
  id: of.id,
  at: endsAt(of),
});

/** The gateway took a further message: the link runs anew. */
export function invitedAgain<Before extends Reachable>(before: Before, now: Date): Step<Before> {
  const linkExpiresAt = later(now, before.linkLifetimeHours * MS_PER_HOUR);
  const next = { ...before, updatedAt: now, linkExpiresAt };
  return { next, entries: [], jobs: [lapseJob(next)] };
}

/** Nothing more will come of it. What was only reserved is given back; what was posted stays spent. */
export function lapsed(before: Requested | Reachable, lapseReason: LapseReason, now: Date): Step<Lapsed> {
  return {
    next: {
      ...before,
      state: 'lapsed',
      lapsedAt: now,
      lapseReason,
      updatedAt: now,
      opening: openingOf(before),
      asksFor: before.state === 'capturing' ? before.asksFor : null,
    },
    entries: before.state === 'requested' ? moved('void', before) : [],
    jobs: [],
  };
}

/** The company takes its request back, as long as the applicant has not sent everything. */
export function cancelled(before: Verification, now: Date): Result<Step<Lapsed>, CancelRefusal> {
  return before.state === 'requested' || isReachable(before)
    ? ok(lapsed(before, 'cancelled', now))
    : refuse({ kind: 'too-late', verification: before });
}

/** The first message and three more: enough for a lost SMS, too few to pester anybody. */
export const MOST_INVITATIONS = 4;

/** The company wants the message sent once more. It costs no further credit; a test applicant gets none. */
export function resent(before: Verification, now: Date): Result<Step<Reachable>, ResendRefusal> {
  if (!isReachable(before) || before.phone === FORGOTTEN_PHONE)
    return refuse({ kind: 'too-late', verification: before });
  if (before.invitations >= MOST_INVITATIONS) return refuse({ kind: 'resent-too-often', most: MOST_INVITATIONS });
  const invitation = before.invitations + 1;
  return ok({
    next: { ...before, invitations: invitation, updatedAt: now },
    entries: [],
    jobs:
      before.rehearsal === null
        ? [{ kind: 'send-invitation', accountId: before.accountId, id: before.id, invitation, isBulk: false, at: now }]
        : [],
  });
}

/** The applicant consents on a device of theirs. */
export function opened(
  before: Invited,
  { consent, device, access }: { readonly consent: Consent; readonly device: Device; readonly access: Access },
  now: Date,
): Step<Opened> {
  const opening: Opening = { openedAt: now, consent, device, accesses: [access], place: null };
  const next: Opened = { ...before, state: 'opened', updatedAt: now, opening };
  return { next, entries: [], jobs: [lapseJob(next)] };
}

/** Accesses that are kept: the first, and the latest of those that followed. */
const MOST_ACCESSES = 50;

/** The applicant comes back, or goes on with a device that a further message reached. Nobody is told of it again. */
export function openedAgain<Before extends Opened | Capturing>(
  before: Before,
  access: Access,
  device: Device | null,
): Step<Before> {
  const [first, ...others] = before.opening.accesses;
  const accesses = [first!, ...[...others, access].slice(1 - MOST_ACCESSES)];
  const opening = { ...before.opening, accesses, device: device ?? before.opening.device };
  return unpaid({ ...before, updatedAt: access.at, opening });
}

/**
 * A piece of evidence is asked for. What was asked for earlier may be taken again, but is not asked for again: each is told once.
 * @returns null when that is no news.
 */
export function askedFor(before: Opened | Capturing, piece: AskedPiece, now: Date): Step<Capturing> | null {
  const reached = before.state === 'capturing' ? askedPieces.indexOf(before.asksFor) : -1;
  const documentKind = before.state === 'capturing' ? before.documentKind : null;
  return askedPieces.indexOf(piece) <= reached
    ? null
    : unpaid<Capturing>({ ...before, state: 'capturing', asksFor: piece, documentKind, updatedAt: now });
}

export const withDocumentKind = (before: Capturing, documentKind: DocumentKind, now: Date): Step<Capturing> =>
  unpaid({ ...before, documentKind, updatedAt: now });

export const withPlace = (before: Capturing, place: Place | 'declined', now: Date): Step<Capturing> =>
  unpaid({ ...before, opening: { ...before.opening, place }, updatedAt: now });

/** The applicant did something that changes nothing else. */
export const touched = <Before extends Capturing>(before: Before, now: Date): Step<Before> =>
  unpaid({ ...before, updatedAt: now });

/** Everything is there, and sealed in the same transaction. */
export const submitted = (before: Capturing, now: Date): Step<Submitted> => ({
  ...unpaid<Submitted>({ ...before, state: 'submitted', submittedAt: now, updatedAt: now }),
  jobs: [
    before.rehearsal === null
      ? { kind: 'run-engine', accountId: before.accountId, id: before.id, at: now }
      : rehearsalJob(before, now),
  ],
});

/** The engine has looked. What follows is a person's or the policy's to say. */
export const assessed = (before: Submitted, assessment: Assessment, now: Date): Step<Assessed> => ({
  ...unpaid<Assessed>({ ...before, state: 'assessed', assessedAt: now, updatedAt: now, assessment }),
  jobs: [
    before.rehearsal === null
      ? { kind: 'apply-policy', accountId: before.accountId, id: before.id, at: now }
      : rehearsalJob(before, now),
  ],
});

/** It is accepted: the certificate is made next, and others are told when that is there. */
export const approved = (before: Assessed, by: Ruler, now: Date): Step<Approved> => ({
  ...unpaid<Approved>({ ...before, state: 'approved', updatedAt: now, ruling: { ruledAt: now, by, rejection: null } }),
  jobs: [{ kind: 'issue-certificate', accountId: before.accountId, id: before.id, at: now }],
});

/** A person says no. The policy never does. */
export const rejected = (
  before: Assessed,
  by: Extract<Ruler, { kind: 'person' }>,
  rejection: RejectionReason,
  now: Date,
): Step<Rejected> => unpaid({ ...before, state: 'rejected', updatedAt: now, ruling: { ruledAt: now, by, rejection } });

/** The certificate is kept, on the disk, before anybody hears of it. */
export const validated = (before: Approved, now: Date): Step<Validated> =>
  unpaid({ ...before, state: 'validated', updatedAt: now, validatedAt: now });

/**
 * Has a test applicant do something else from here on.
 * @returns null for a person: nobody is made a test who was not one when it was accepted.
 */
export const rehearsedAnew = <Before extends Verification>(
  before: Before,
  rehearsal: Rehearsal,
  now: Date,
): Step<Before> | null =>
  before.rehearsal === null
    ? null
    : { next: { ...before, rehearsal, updatedAt: now }, entries: [], jobs: [rehearsalJob(before, now)] };

/** A step that moves no money and starts no work. */
const unpaid = <Next extends Verification>(next: Next): Step<Next> => ({ next, entries: [], jobs: [] });
