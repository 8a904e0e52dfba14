import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { Phone } from './phone.ts';

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
  /** What was reserved for it, hundredths of a credit. */
  readonly reservedHundredths: number;
  readonly linkLifetimeHours: number;
  /** How often an invitation was asked for: 1, and one more with each resend. */
  readonly invitations: number;
};

/** Accepted, credit reserved; perhaps scheduled. The invitation is not yet with the gateway. */
export type Requested = VerificationBase & { readonly state: 'requested' };

/** The SMS gateway took the message; the credit is posted. */
export type Invited = VerificationBase & {
  readonly state: 'invited';
  readonly invitedAt: Date;
  readonly linkExpiresAt: Date;
};

export const lapseReasons = ['cancelled', 'undeliverable', 'expired'] as const;
export type LapseReason = (typeof lapseReasons)[number];

/** Nothing more will come of it. */
export type Lapsed = VerificationBase & {
  readonly state: 'lapsed';
  readonly lapsedAt: Date;
  readonly lapseReason: LapseReason;
};

export type Verification = Requested | Invited | Lapsed;
export type VerificationState = Verification['state'];
