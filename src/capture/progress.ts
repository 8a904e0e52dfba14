import type { Account } from '../access/account.ts';
import type { EvidenceItem, EvidenceKind, Feedback } from '../evidence/evidence.ts';
import { MS_PER_DAY, MS_PER_SECOND, later } from '../kernel/instant.ts';
import type { RetakeScope, WantedRetake } from '../verification/retake.ts';
import { type Reachable, type UnderWay, documentKindNow, endsAt } from '../verification/steps.ts';
import {
  type DocumentKind,
  type Sent,
  type Verification,
  isSent,
  linkedRoundOf,
  retakesOf,
} from '../verification/verification.ts';
import { type FaceAttempt, attemptsLeft } from './face-attempt.ts';
import type { CaptureState, PieceProblem, PieceState, Wanted } from './protocol.schema.ts';

/** The version of the notice that the pages show. A consent to an older one is asked for again. */
export const NOTICE_VERSION = '2026-11';

/** A quick look that has not come to an end by then is not waited for: the engine looks anyway. */
export const LOOK_WITHIN_MS = 20 * MS_PER_SECOND;
/** Pictures of one side that a quick look may send back. After that the last one is taken as it is: an operator sees it. */
export const MOST_TAKES = 3;

/** The pieces that a set must have, as the evidence room names them. */
export const piecesOf = (documentKind: DocumentKind | null): readonly EvidenceKind[] =>
  documentKind === 'passport' ? ['face-video', 'front'] : ['face-video', 'front', 'back'];

/** The pieces that a retake leaves as they are. */
export const carriedBy = (scope: RetakeScope): readonly EvidenceKind[] =>
  ({ all: [], face: ['front', 'back'] as const, document: ['face-video'] as const })[scope];

/** What a retake asks for, where it is one. */
export const retakeOf = (verification: Verification): WantedRetake | null =>
  'retake' in verification ? { scope: verification.retake.scope, reason: verification.retake.reason } : null;

export type Taken = {
  readonly items: readonly EvidenceItem[];
  /** All of the verification, those of earlier rounds too. */
  readonly attempts: readonly FaceAttempt[];
  readonly frontTakes: number;
  readonly backTakes: number;
};

export type Progress = {
  readonly face: PieceState;
  readonly front: PieceState;
  /** null: the document has one side, or is not known yet. */
  readonly back: PieceState | null;
  readonly wanted: Wanted;
  readonly faceAttemptsLeft: number;
  readonly retryAfterMs: number | null;
};

/** What is there and what is wanted next. What a look sends back comes before what is not there yet. */
export function progressOf(
  verification: UnderWay,
  taken: Taken,
  { asksPlace, now }: { readonly asksPlace: boolean; readonly now: Date },
): Progress {
  const documentKind = documentKindNow(verification);
  const retake = retakeOf(verification);
  const carried = retake === null ? [] : carriedBy(retake.scope);
  const { left, retryAfterMs } = attemptsLeft(
    taken.attempts.filter(({ round }) => round === linkedRoundOf(verification)),
    now,
  );
  const whole = taken.attempts.filter(({ endedAt, voidReason }) => endedAt !== null && voidReason === null);
  const item = (kind: EvidenceKind): EvidenceItem | undefined => taken.items.find((found) => found.kind === kind);
  const faceItem = whole.some(({ itemNumber }) => itemNumber === item('face-video')?.itemNumber)
    ? item('face-video')
    : undefined;
  const stateOf = (kind: EvidenceKind, found: EvidenceItem | undefined, mayRetake: boolean): PieceState =>
    carried.includes(kind) ? { is: 'good' } : pieceState(found, { mayRetake, now });
  const face = stateOf('face-video', faceItem, left > 0);
  const front = stateOf('front', item('front'), taken.frontTakes < MOST_TAKES);
  const hasBack = documentKind !== null && piecesOf(documentKind).includes('back');
  const back = hasBack ? stateOf('back', item('back'), taken.backTakes < MOST_TAKES) : null;
  const isPlaceOpen = asksPlace && verification.opening.place === null;
  const wanted = ((): Wanted => {
    if (isWanted(face)) return 'face';
    if (documentKind === null) return 'document-kind';
    if (isWanted(front)) return 'front';
    if (back !== null && isWanted(back)) return 'back';
    if (isPlaceOpen) return 'place';
    return [face, front, back].some((piece) => piece?.is === 'checking') ? 'checks' : 'submit';
  })();
  return { face, front, back, wanted, faceAttemptsLeft: left, retryAfterMs };
}

const isWanted = (piece: PieceState): boolean => piece.is === 'missing' || piece.is === 'problem';

function pieceState(
  item: EvidenceItem | undefined,
  { mayRetake, now }: { readonly mayRetake: boolean; readonly now: Date },
): PieceState {
  if (item === undefined) return { is: 'missing' };
  if (item.feedback === null) return { is: later(item.receivedAt, LOOK_WITHIN_MS) > now ? 'checking' : 'good' };
  const problem = problemOf(item.feedback);
  return problem === null || !mayRetake ? { is: 'good' } : { is: 'problem', problem };
}

const problemOf = (feedback: Feedback): PieceProblem | null =>
  feedback === 'good' || feedback === 'not-checked' ? null : feedback;

export type AskerAccount = Pick<Account, 'name' | 'settings'>;

const aboutOf = ({ name, settings }: AskerAccount) => ({
  asker: { name, accentColour: settings.accentColour, logo: settings.logo },
  language: settings.language,
});

export const unknownState: CaptureState = { at: 'stopped', reason: 'unknown' };

export const stoppedState = (account: AskerAccount, reason: 'expired' | 'used' | 'cancelled'): CaptureState => ({
  at: 'stopped',
  reason,
  ...aboutOf(account),
});

/**
 * Why nothing can be done by a link any more; null: it can.
 * @param round what the link was sent for.
 */
export function stopReasonOf(
  verification: Verification,
  { round, now }: { readonly round: number; readonly now: Date },
): 'expired' | 'used' | 'cancelled' | null {
  if (round < linkedRoundOf(verification)) return 'used';
  switch (verification.state) {
    case 'requested':
      return null;
    case 'invited':
    case 'opened':
    case 'capturing':
    case 'retake-asked':
    case 'retaking':
      return endsAt(verification) <= now ? 'expired' : null;
    case 'submitted':
    case 'retaken':
      return 'used';
    case 'assessed':
    case 'approved':
    case 'validated':
    case 'rejected':
      return isMissedRetake(verification, round) ? 'expired' : 'used';
    case 'lapsed':
      return verification.lapseReason === 'cancelled' ? 'cancelled' : 'expired';
  }
}

/** Whether everything that a link was sent for has come, and when. null: it has not. */
export function sentAtOf(verification: Verification, round: number): Date | null {
  if (!isSent(verification)) return null;
  const retakes = retakesOf(verification);
  const asked = retakes[round - 2];
  if (asked === undefined && round > 1)
    return verification.state === 'retaken' ? verification.retake.submittedAt : null;
  if (asked !== undefined && asked.ended.as !== 'assessed') return null;
  return retakes[round - 1]?.before.submittedAt ?? verification.submittedAt;
}

/** Whether a link was for a retake that nobody came for, whatever became of the verification afterwards. */
const isMissedRetake = (verification: Verification, round: number): boolean =>
  round > 1 && retakesOf(verification)[round - 2]?.ended.as === 'expired';

export const elsewhereState = (account: AskerAccount): CaptureState => ({ at: 'elsewhere', ...aboutOf(account) });

export function welcomeState(
  account: AskerAccount,
  { expiresAt, retake }: { readonly expiresAt: Date; readonly retake: WantedRetake | null },
): CaptureState {
  const { settings } = account;
  return {
    at: 'welcome',
    ...aboutOf(account),
    notice: {
      textVersion: NOTICE_VERSION,
      purpose: settings.purpose,
      keptDays: settings.evidenceDays,
      alternative: settings.alternative,
      privacyContact: settings.privacyContact,
      privacyUrl: settings.privacyUrl,
    },
    asksPlace: settings.asksPlace,
    mayFilmOnLaptop: settings.mayFilmOnLaptop,
    retake,
    expiresAt: expiresAt.toISOString(),
  };
}

export function capturingState(account: AskerAccount, verification: UnderWay, progress: Progress): CaptureState {
  const { face, front, back, wanted, faceAttemptsLeft, retryAfterMs } = progress;
  return {
    at: 'capturing',
    ...aboutOf(account),
    wanted,
    documentKind: documentKindNow(verification),
    retake: retakeOf(verification),
    pieces: { face, front, back },
    faceAttemptsLeft,
    retryAfterSeconds: retryAfterMs === null ? null : Math.ceil(retryAfterMs / MS_PER_SECOND),
    asksPlace: account.settings.asksPlace && verification.opening.place === null,
  };
}

const RECEIPT_KINDS = { 'face-video': 'face-video', front: 'document-front', back: 'document-back' } as const;

export function sentState(
  account: AskerAccount,
  { opening, id }: Pick<Sent, 'opening' | 'id'>,
  { submittedAt, items }: { readonly submittedAt: Date; readonly items: readonly EvidenceItem[] },
): CaptureState {
  return {
    at: 'sent',
    ...aboutOf(account),
    receipt: {
      reference: String(id),
      submittedAt: submittedAt.toISOString(),
      collected: items.map(({ kind, byteLength, sha256 }) => ({ kind: RECEIPT_KINDS[kind], byteLength, sha256 })),
      placeShared: opening.place !== null && opening.place !== 'declined',
      keptUntil: later(submittedAt, account.settings.evidenceDays * MS_PER_DAY).toISOString(),
      privacyContact: account.settings.privacyContact,
    },
  };
}

/** When the link stops being of use to whoever has not begun. */
export const expiryOf = (verification: Reachable): Date => verification.linkExpiresAt;
