import type { LedgerEntry } from '../credits/ledger.ts';
import { MS_PER_HOUR, later } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Assessment } from './assessment.ts';
import type { Job } from './jobs.ts';
import { FORGOTTEN_PHONE } from './phone.ts';
import type { Rehearsal } from './rehearsal.ts';
import { type EndedRetake, MOST_RETAKES, type RetakeEnd, type WantedRetake } from './retake.ts';
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
  type RetakeAsked,
  type Retaken,
  type Retaking,
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
export type Reachable = Invited | Opened | Capturing | RetakeAsked | Retaking;

export const isReachable = (verification: Verification): verification is Reachable => {
  const { state } = verification;
  return isUnderWay(verification) || state === 'invited' || state === 'retake-asked';
};

/** Somebody has begun, and everything has not come yet. */
export type UnderWay = Opened | Capturing | Retaking;

export const isUnderWay = (verification: Verification): verification is UnderWay =>
  verification.state === 'opened' || isFilming(verification);

/** Evidence is being asked for and taken. */
export const isFilming = (verification: Verification): verification is Capturing | Retaking =>
  verification.state === 'capturing' || verification.state === 'retaking';

/** The kind of document that evidence is taken of now; null: not said yet. */
export function documentKindNow(verification: UnderWay): DocumentKind | null {
  if (verification.state === 'opened') return null;
  return verification.state === 'retaking' ? verification.retake.documentKind : verification.documentKind;
}

/** Whoever has begun by the time a link runs out may finish within this. */
export const FINISH_WITHIN_MS = 2 * MS_PER_HOUR;

/** When nothing more can come. */
export const endsAt = (verification: Reachable): Date =>
  isUnderWay(verification) ? later(verification.linkExpiresAt, FINISH_WITHIN_MS) : verification.linkExpiresAt;

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
      ...('retake' in before ? unmeasured(before) : before),
      state: 'lapsed',
      lapsedAt: now,
      lapseReason,
      updatedAt: now,
      opening: openingOf(before),
      asksFor: 'asksFor' in before ? before.asksFor : null,
      measured: 'retake' in before ? { ...measuredOf(before), retakes: withRetake(before, lapseReason, now) } : null,
    },
    entries: before.state === 'requested' ? moved('void', before) : [],
    jobs: [],
  };
}

/** What is measured lies apart in what has ended, and nothing is to be taken again any more. */
function unmeasured({
  retake: _retake,
  retakes: _retakes,
  submittedAt: _sent,
  assessedAt: _at,
  assessment: _found,
  ...rest
}: RetakeAsked | Retaking) {
  return rest;
}

const measuredOf = ({ submittedAt, assessedAt, assessment }: RetakeAsked | Retaking) => ({
  submittedAt,
  assessedAt,
  assessment,
});

/** The company takes its request back, as long as the applicant has not sent everything. */
export function cancelled(before: Verification, now: Date): Result<Step<Lapsed>, CancelRefusal> {
  return before.state === 'requested' || isReachable(before)
    ? ok(lapsed(before, 'cancelled', now))
    : refuse({ kind: 'too-late', verification: before });
}

/** The first message and three more: enough for a lost SMS, too few to pester anybody. */
export const MOST_INVITATIONS = 4;

/** Messages that brought the link that is open now. */
const messagesSent = (of: Reachable): number =>
  'retake' in of ? of.invitations - of.retake.invitation + 1 : of.invitations;

/** Whether the message may be sent once more, as far as their number goes. */
export const mayBeResent = (verification: Verification): verification is Reachable =>
  isReachable(verification) && verification.phone !== FORGOTTEN_PHONE && messagesSent(verification) < MOST_INVITATIONS;

/** The company wants the message sent once more. It costs no further credit; a test applicant gets none. */
export function resent(before: Verification, now: Date): Result<Step<Reachable>, ResendRefusal> {
  if (!isReachable(before) || before.phone === FORGOTTEN_PHONE)
    return refuse({ kind: 'too-late', verification: before });
  if (!mayBeResent(before)) return refuse({ kind: 'resent-too-often', most: MOST_INVITATIONS });
  const invitation = before.invitations + 1;
  return ok({
    next: { ...before, invitations: invitation, updatedAt: now },
    entries: [],
    jobs: before.rehearsal === null ? [messageJob(before, invitation, now)] : [],
  });
}

const messageJob = ({ accountId, id }: VerificationBase, invitation: number, at: Date): Job => ({
  kind: 'send-invitation',
  accountId,
  id,
  invitation,
  isBulk: false,
  at,
});

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
export function openedAgain<Before extends UnderWay>(
  before: Before,
  access: Access,
  device: Device | null,
): Step<Before> {
  const opening = { ...withAccess(before.opening, access), device: device ?? before.opening.device };
  return unpaid({ ...before, updatedAt: access.at, opening });
}

/** None are left where the evidence was erased. */
const withAccess = (opening: Opening, access: Access): Opening => {
  const [first, ...others] = [...opening.accesses, access];
  return { ...opening, accesses: [first!, ...others.slice(1 - MOST_ACCESSES)] };
};

/**
 * A piece of evidence is asked for. What was asked for earlier may be taken again, but is not asked for again: each is told once.
 * @returns null when that is no news.
 */
export function askedFor(before: UnderWay, piece: AskedPiece, now: Date): Step<Capturing> | null {
  if (before.state === 'retaking') return null;
  const reached = before.state === 'capturing' ? askedPieces.indexOf(before.asksFor) : -1;
  const documentKind = before.state === 'capturing' ? before.documentKind : null;
  return askedPieces.indexOf(piece) <= reached
    ? null
    : unpaid<Capturing>({ ...before, state: 'capturing', asksFor: piece, documentKind, updatedAt: now });
}

export const withDocumentKind = <Before extends Capturing | Retaking>(
  before: Before,
  documentKind: DocumentKind,
  now: Date,
): Step<Before> =>
  unpaid(
    before.state === 'retaking'
      ? { ...before, retake: { ...before.retake, documentKind }, updatedAt: now }
      : { ...before, documentKind, updatedAt: now },
  );

export const withPlace = <Before extends Capturing | Retaking>(
  before: Before,
  place: Place | 'declined',
  now: Date,
): Step<Before> => unpaid({ ...before, opening: { ...before.opening, place }, updatedAt: now });

/** The applicant did something that changes nothing else. */
export const touched = <Before extends Capturing | Retaking>(before: Before, now: Date): Step<Before> =>
  unpaid({ ...before, updatedAt: now });

/** Everything is there, and sealed in the same transaction. */
export const submitted = (before: Capturing, now: Date): Step<Submitted> => ({
  ...unpaid<Submitted>({ ...before, state: 'submitted', submittedAt: now, updatedAt: now }),
  jobs: [measuringJob(before, now)],
});

const measuringJob = (of: Capturing | Retaking, at: Date): Job =>
  of.rehearsal === null ? { kind: 'run-engine', accountId: of.accountId, id: of.id, at } : rehearsalJob(of, at);

/** The engine has looked. What follows is a person's or the policy's to say. */
export const assessed = (before: Submitted | Retaken, assessment: Assessment, now: Date): Step<Assessed> => ({
  ...unpaid<Assessed>({
    ...(before.state === 'retaken' ? withoutRetake(before, 'assessed', now) : { ...before, retakes: [] }),
    state: 'assessed',
    assessedAt: now,
    updatedAt: now,
    assessment,
  }),
  jobs: [
    before.rehearsal === null
      ? { kind: 'apply-policy', accountId: before.accountId, id: before.id, at: now }
      : rehearsalJob(before, now),
  ],
});

export type RetakeRefusal =
  | { readonly kind: 'too-late' }
  /** Nobody knows any more whom to ask. */
  | { readonly kind: 'evidence-erased' }
  | { readonly kind: 'retaken-too-often' }
  /** A test applicant brings what it always brings. */
  | { readonly kind: 'test-applicant' };

/** Somebody who rules wants evidence once more. A further link is sent; it costs no further credit. */
export function retakeAsked(
  before: Verification,
  { scope, reason, askedBy }: WantedRetake & { readonly askedBy: string },
  now: Date,
): Result<Step<RetakeAsked>, RetakeRefusal> {
  if (before.state !== 'assessed') return refuse({ kind: 'too-late' });
  if (before.rehearsal !== null) return refuse({ kind: 'test-applicant' });
  if (before.phone === FORGOTTEN_PHONE) return refuse({ kind: 'evidence-erased' });
  if (before.retakes.length >= MOST_RETAKES) return refuse({ kind: 'retaken-too-often' });
  const invitation = before.invitations + 1;
  const linkExpiresAt = later(now, before.linkLifetimeHours * MS_PER_HOUR);
  const next: RetakeAsked = {
    ...before,
    state: 'retake-asked',
    retake: { scope, reason, askedAt: now, askedBy, invitation },
    invitations: invitation,
    linkExpiresAt,
    updatedAt: now,
  };
  return ok({ next, entries: [], jobs: [messageJob(next, invitation, now), lapseJob(next)] });
}

/** The applicant consents anew, on whatever device. The first access stays the first. */
export function retakeBegun(
  before: RetakeAsked,
  { consent, device, access }: { readonly consent: Consent; readonly device: Device; readonly access: Access },
  now: Date,
): Step<Retaking> {
  const documentKind = before.retake.scope === 'face' ? before.documentKind : null;
  const next: Retaking = {
    ...before,
    state: 'retaking',
    updatedAt: now,
    opening: { ...withAccess(before.opening, access), consent, device },
    retake: { ...before.retake, begunAt: now, documentKind },
  };
  return { next, entries: [], jobs: [lapseJob(next)] };
}

/** Everything that was to be taken again is there, and sealed in the same transaction. */
export const retaken = (before: Retaking, now: Date): Step<Retaken> => ({
  ...unpaid<Retaken>({
    ...before,
    state: 'retaken',
    retake: { ...before.retake, submittedAt: now },
    updatedAt: now,
  }),
  jobs: [measuringJob(before, now)],
});

/** Nobody came in time, or the message reached nobody: the case waits at the desk with what was assessed before. */
export const retakeLapsed = (
  before: RetakeAsked | Retaking,
  as: 'expired' | 'undeliverable',
  now: Date,
): Step<Assessed> => {
  const { retake: _, ...rest } = before;
  return unpaid({ ...rest, state: 'assessed', retakes: withRetake(before, as, now), updatedAt: now });
};

/** The link ran out. */
export const expired = (before: Reachable, now: Date): Step<Lapsed | Assessed> =>
  'retake' in before ? retakeLapsed(before, 'expired', now) : lapsed(before, 'expired', now);

function withRetake(of: RetakeAsked | Retaking | Retaken, as: RetakeEnd, at: Date): readonly EndedRetake[] {
  const { scope, reason, askedAt, askedBy, invitation } = of.retake;
  const before = { submittedAt: of.submittedAt, assessedAt: of.assessedAt };
  return [...of.retakes, { scope, reason, askedAt, askedBy, invitation, ended: { as, at }, before }];
}

/** What the further round brought takes the place of what stood before. */
function withoutRetake(before: Retaken, as: 'assessed', at: Date) {
  const { retake, ...rest } = before;
  const { submittedAt, documentKind } = retake;
  return { ...rest, submittedAt, documentKind, retakes: withRetake(before, as, at) };
}

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
