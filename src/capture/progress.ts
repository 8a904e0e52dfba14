import type { Account } from '../access/account.ts';
import type { EvidenceItem, EvidenceKind, Feedback } from '../evidence/evidence.ts';
import { MS_PER_DAY, MS_PER_SECOND, later } from '../kernel/instant.ts';
import { type Reachable, endsAt } from '../verification/steps.ts';
import type { Capturing, DocumentKind, Opened, Sent, Verification } from '../verification/verification.ts';
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

export type Taken = {
  readonly items: readonly EvidenceItem[];
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
  verification: Opened | Capturing,
  taken: Taken,
  { asksPlace, now }: { readonly asksPlace: boolean; readonly now: Date },
): Progress {
  const documentKind = verification.state === 'capturing' ? verification.documentKind : null;
  const { left, retryAfterMs } = attemptsLeft(taken.attempts, now);
  const whole = taken.attempts.filter(({ endedAt, voidReason }) => endedAt !== null && voidReason === null);
  const item = (kind: EvidenceKind): EvidenceItem | undefined => taken.items.find((found) => found.kind === kind);
  const faceItem = whole.some(({ itemNumber }) => itemNumber === item('face-video')?.itemNumber)
    ? item('face-video')
    : undefined;
  const face = pieceState(faceItem, { mayRetake: left > 0, now });
  const front = pieceState(item('front'), { mayRetake: taken.frontTakes < MOST_TAKES, now });
  const hasBack = documentKind !== null && piecesOf(documentKind).includes('back');
  const back = hasBack ? pieceState(item('back'), { mayRetake: taken.backTakes < MOST_TAKES, now }) : null;
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

/** Why nothing can be done by a link any more; null: it can. */
export function stopReasonOf(verification: Verification, now: Date): 'expired' | 'used' | 'cancelled' | null {
  switch (verification.state) {
    case 'requested':
      return null;
    case 'invited':
    case 'opened':
    case 'capturing':
      return endsAt(verification) <= now ? 'expired' : null;
    case 'submitted':
    case 'assessed':
    case 'approved':
    case 'validated':
    case 'rejected':
      return 'used';
    case 'lapsed':
      return verification.lapseReason === 'cancelled' ? 'cancelled' : 'expired';
  }
}

export const elsewhereState = (account: AskerAccount): CaptureState => ({ at: 'elsewhere', ...aboutOf(account) });

export function welcomeState(account: AskerAccount, expiresAt: Date): CaptureState {
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
    expiresAt: expiresAt.toISOString(),
  };
}

export function capturingState(
  account: AskerAccount,
  verification: Opened | Capturing,
  progress: Progress,
): CaptureState {
  const { face, front, back, wanted, faceAttemptsLeft, retryAfterMs } = progress;
  return {
    at: 'capturing',
    ...aboutOf(account),
    wanted,
    documentKind: verification.state === 'capturing' ? verification.documentKind : null,
    pieces: { face, front, back },
    faceAttemptsLeft,
    retryAfterSeconds: retryAfterMs === null ? null : Math.ceil(retryAfterMs / MS_PER_SECOND),
    asksPlace: account.settings.asksPlace,
  };
}

const RECEIPT_KINDS = { 'face-video': 'face-video', front: 'document-front', back: 'document-back' } as const;

export function sentState(account: AskerAccount, verification: Sent, items: readonly EvidenceItem[]): CaptureState {
  const { submittedAt, opening, id } = verification;
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
