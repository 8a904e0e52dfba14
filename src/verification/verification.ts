import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { Assessment } from './assessment.ts';
import type { Phone } from './phone.ts';
import type { Rehearsal } from './rehearsal.ts';
import { type AskedRetake, type BegunRetake, type EndedRetake, type SentRetake, judgedRound } from './retake.ts';
import type { Ruling } from './ruling.ts';

/** What is true of a verification from the moment it is accepted. */
export type VerificationBase = {
  readonly accountId: AccountId;
  readonly id: VerificationId;
  readonly requestedAt: Date;
  readonly updatedAt: Date;
  readonly phone: Phone;
  /** Sender of the SMS, as shown on the applicant's phone. */
  readonly sender: string;
  /** The message as asked for, `[LINK]` not yet replaced. */
  readonly messageTemplate: string;
  /** When the invitation is due, and the words it was asked with, in Spanish time; null: at once. */
  readonly sendAt: Date;
  readonly sendAtText: string | null;
  /** The document number that the applicant's document must carry; null: any. */
  readonly requestedNumber: string | null;
  /** The client's own reference, echoed. */
  readonly reference: string | null;
  /** What was reserved for it, hundredths of a credit; 0 for a test. */
  readonly reservedHundredths: number;
  readonly linkLifetimeHours: number;
  /** How often an invitation was asked for: 1, and one more with each resend. */
  readonly invitations: number;
  /** What a test applicant is to do; null: a person is asked for. See [Note: Test applicants]. */
  readonly rehearsal: Rehearsal | null;
};

/** Accepted, credit reserved; perhaps scheduled. The invitation is not yet with the gateway. */
export type Requested = VerificationBase & { readonly state: 'requested' };

/** What is true once the SMS gateway took the message and the credit is posted. */
type InvitationSent = { readonly invitedAt: Date; readonly linkExpiresAt: Date };

export type Invited = VerificationBase & InvitationSent & { readonly state: 'invited' };

/** From where somebody came, as far as the trusted proxies tell. */
export type Access = { readonly at: Date; readonly address: string; readonly port: number | null };

/** Degrees (WGS 84), metres. */
export type Place = {
  readonly latitude: number;
  readonly longitude: number;
  readonly altitudeM: number | null;
  readonly accuracyM: number;
};

/** `Chrome 92.0.4515.131`, `Android 11`, `360 x 800`: as the browser tells. */
export type Device = { readonly browser: string; readonly system: string; readonly display: string };

/** The version of the notice that was consented to, and the language it was shown in. */
export type Consent = { readonly textVersion: string; readonly language: string };

/** What the applicant brought by beginning. */
export type Opening = {
  readonly openedAt: Date;
  readonly consent: Consent;
  readonly device: Device;
  /** The first one is that which began it; further ones come with every return. */
  readonly accesses: readonly Access[];
  /** null: not asked yet. */
  readonly place: Place | 'declined' | null;
};

type Begun = VerificationBase & InvitationSent & { readonly opening: Opening };

/** The applicant followed the link, made a gesture and consented. */
export type Opened = Begun & { readonly state: 'opened' };

/** The pieces in the order in which they are asked for. */
export const askedPieces = ['face', 'front', 'back'] as const;
export type AskedPiece = (typeof askedPieces)[number];

export const documentKinds = ['id-card', 'passport', 'other'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** What is known once the camera runs. */
type Asked = {
  /** The furthest piece that was asked for. An earlier one may be taken again meanwhile; this stays. */
  readonly asksFor: AskedPiece;
  /** null: not said yet. */
  readonly documentKind: DocumentKind | null;
};

/** Evidence is being asked for. */
export type Capturing = Begun & Asked & { readonly state: 'capturing' };

type Sealed = Begun & Asked & { readonly submittedAt: Date };

/** Everything that was asked for has come, and nothing more is taken. */
export type Sent = Extract<Verification, Sealed>;

export const isSent = (verification: Verification): verification is Sent => 'submittedAt' in verification;

/** The evidence is complete and sealed; the engine is to look at it. */
export type Submitted = Sealed & { readonly state: 'submitted' };

type Measured = Sealed & {
  readonly assessedAt: Date;
  readonly assessment: Assessment;
  /** Those that are over, oldest first; see [Note: Retakes]. */
  readonly retakes: readonly EndedRetake[];
};

/** What was assessed in one round. */
export type AssessedRound = Pick<Measured, 'submittedAt' | 'assessedAt' | 'assessment'>;

/** Findings and outcome are there; the account's policy or a person rules. */
export type Assessed = Measured & { readonly state: 'assessed' };

/** Something is to be taken again; its link is on its way or out. What was assessed before stands meanwhile. */
export type RetakeAsked = Measured & { readonly state: 'retake-asked'; readonly retake: AskedRetake };

/** Somebody came by that link and takes it again. */
export type Retaking = Measured & { readonly state: 'retaking'; readonly retake: BegunRetake };

/** All of it has come; the engine is to look at it. */
export type Retaken = Measured & { readonly state: 'retaken'; readonly retake: SentRetake };

type Ruled = Measured & { readonly ruling: Ruling };

/** Accepted; its certificate is being made. Nobody is told before that is there. */
export type Approved = Ruled & { readonly state: 'approved' };

/** Accepted, and the signed certificate is there to be fetched. Final. */
export type Validated = Ruled & { readonly state: 'validated'; readonly validatedAt: Date };

/** Rejected by a person. Final. */
export type Rejected = Ruled & { readonly state: 'rejected' };

export const lapseReasons = ['cancelled', 'undeliverable', 'expired'] as const;
export type LapseReason = (typeof lapseReasons)[number];

/** Nothing more will come of it. */
export type Lapsed = VerificationBase & {
  readonly state: 'lapsed';
  readonly lapsedAt: Date;
  readonly lapseReason: LapseReason;
  /** How far it had come: null where nobody had begun. */
  readonly opening: Opening | null;
  readonly asksFor: AskedPiece | null;
  /** What was assessed, where it ended while something was to be taken again. */
  readonly measured: (AssessedRound & Pick<Measured, 'retakes'>) | null;
};

export type Verification =
  | Requested
  | Invited
  | Opened
  | Capturing
  | Submitted
  | Assessed
  | RetakeAsked
  | Retaking
  | Retaken
  | Approved
  | Validated
  | Rejected
  | Lapsed;
export type VerificationState = Verification['state'];

/**
 * What is written down of the way, each step once: the states, with the pieces of evidence told apart, and so that what is back at the desk
 * because nobody came to take it again is not taken for newly assessed.
 */
export type Milestone = Exclude<VerificationState, 'capturing'> | `${AskedPiece}-asked` | 'retake-lapsed';

export function milestoneOf(verification: Verification): Milestone {
  if (verification.state === 'capturing') return `${verification.asksFor}-asked`;
  if (verification.state !== 'assessed') return verification.state;
  const ended = verification.retakes.at(-1)?.ended.as ?? 'assessed';
  return ended === 'assessed' ? 'assessed' : 'retake-lapsed';
}

/** The applicant's traces, whatever became of the request; null: nobody has begun. */
export const openingOf = (verification: Verification): Opening | null =>
  'opening' in verification ? verification.opening : null;

/** What the engine found, once it has looked. */
export function assessmentOf(verification: Verification): Assessment | null {
  if ('assessment' in verification) return verification.assessment;
  return verification.state === 'lapsed' ? (verification.measured?.assessment ?? null) : null;
}

/** The retakes that are over; see [Note: Retakes]. */
export function retakesOf(verification: Verification): readonly EndedRetake[] {
  if ('retakes' in verification) return verification.retakes;
  return verification.state === 'lapsed' ? (verification.measured?.retakes ?? []) : [];
}

/** The round whose assessment stands, or whose will. */
export const roundOf = (verification: Verification): number => judgedRound(retakesOf(verification));

/** The round that is asked for by the latest link, whatever came of it. */
export const linkedRoundOf = (verification: Verification): number =>
  retakesOf(verification).length + ('retake' in verification ? 2 : 1);

/** Nothing changes any more. */
export const isFinal = ({ state }: Verification): boolean =>
  state === 'validated' || state === 'rejected' || state === 'lapsed';
