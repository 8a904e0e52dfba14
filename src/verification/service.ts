import type { Account } from '../access/account.ts';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { Result } from '../kernel/result.ts';
import type { Phone } from './phone.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { Verification } from './verification.ts';

/** What a company asks for, parsed and priced: every value is one that the account may use. */
export type NewVerification = {
  readonly phone: Phone;
  readonly sender: string;
  readonly messageTemplate: string;
  /** Segments of the SMS with a link of the usual length in it. */
  readonly segments: number;
  readonly sendAt: Date;
  readonly sendAtText: string | null;
  readonly requestedNumber: string | null;
  readonly reference: string | null;
  /** Which test applicant it is, in accounts in test mode and only there. */
  readonly rehearsal: Rehearsal | null;
};

/** A client's own key for a call, so that a retry after a lost answer neither charges nor texts again. */
export type IdempotencyKey = {
  /** 1 to 255 printable characters, as the client sent them. */
  readonly key: string;
  /** SHA-256 of the call's parameters, order and encoding removed. */
  readonly parametersDigest: Uint8Array;
};

export type Accepted = { readonly id: VerificationId; readonly availableHundredths: number };

export type AcceptRefusal =
  | { readonly kind: 'credits-exhausted'; readonly neededHundredths: number; readonly availableHundredths: number }
  | { readonly kind: 'idempotency-key-reused' };

export type CertificateRefusal =
  | { readonly kind: 'unknown-verification' }
  | { readonly kind: 'not-validated'; readonly verification: Verification }
  /** It was there and is kept no longer. */
  | { readonly kind: 'certificate-erased' };

export type CancelRefusal =
  { readonly kind: 'unknown-verification' } | { readonly kind: 'too-late'; readonly verification: Verification };

export type ResendRefusal =
  | { readonly kind: 'unknown-verification' }
  | { readonly kind: 'too-late'; readonly verification: Verification }
  | { readonly kind: 'resent-too-often'; readonly most: number };

/** Where an invitation stands, as far as the gateway told. */
export type InvitationProgress = {
  readonly number: number;
  readonly state: 'waiting' | 'handed-over' | 'delivered' | 'undeliverable';
  readonly segments: number;
  readonly updatedAt: Date;
};

export type VerificationReport = {
  readonly verification: Verification;
  readonly invitation: InvitationProgress | null;
};

/** Writes beside a deed, in the deed's own transaction: neither is there without the other. */
export type BesideDeed<Transaction> = (transaction: Transaction, id: VerificationId) => Promise<void>;

/** What the outside may ask of the life of verifications. All of it within one account. */
export type VerificationService<Transaction = unknown> = {
  /** @param beside is not called for an answer that an earlier call under the same key was given. */
  accept(
    account: Account,
    wanted: NewVerification,
    idempotency: IdempotencyKey | null,
    beside?: BesideDeed<Transaction>,
  ): Promise<Result<Accepted, AcceptRefusal>>;
  availableHundredths(account: AccountId): Promise<number>;
  report(account: AccountId, id: VerificationId): Promise<VerificationReport | null>;
  /** The signed PDF: the same bytes on every call. */
  certificate(account: AccountId, id: VerificationId): Promise<Result<Uint8Array, CertificateRefusal>>;
  cancel(
    account: Account,
    id: VerificationId,
    beside?: BesideDeed<Transaction>,
  ): Promise<Result<{ availableHundredths: number }, CancelRefusal>>;
  resend(
    account: Account,
    id: VerificationId,
    beside?: BesideDeed<Transaction>,
  ): Promise<Result<{ availableHundredths: number }, ResendRefusal>>;
};

/** Thrown when the store cannot be reached: nothing is known of the call's outcome beyond what its docstring says. */
export class StoreUnreachable extends Error {
  override readonly name = 'StoreUnreachable';
}
