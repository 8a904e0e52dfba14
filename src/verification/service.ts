import type { Account } from '../access/account.ts';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import type { Result } from '../kernel/result.ts';
import type { Phone } from './phone.ts';
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
  { readonly kind: 'unknown-verification' } | { readonly kind: 'not-validated'; readonly verification: Verification };

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

/** What the outside may ask of the life of verifications. All of it within one account. */
export type VerificationService = {
  accept(
    account: Account,
    wanted: NewVerification,
    idempotency: IdempotencyKey | null,
  ): Promise<Result<Accepted, AcceptRefusal>>;
  availableHundredths(account: AccountId): Promise<number>;
  report(account: AccountId, id: VerificationId): Promise<VerificationReport | null>;
  /** The signed PDF. */
  certificate(account: AccountId, id: VerificationId): Promise<Result<Uint8Array, CertificateRefusal>>;
  cancel(account: Account, id: VerificationId): Promise<Result<{ availableHundredths: number }, CancelRefusal>>;
  resend(account: Account, id: VerificationId): Promise<Result<{ availableHundredths: number }, ResendRefusal>>;
};

/** Answers the account whose API user and token these are, or null. The same work whatever is wrong. */
export type Authenticate = (apiUser: string, apiToken: string) => Promise<Account | null>;

/** The rule against hammering, per client address and user, and never by user alone. Answers from memory. */
export type Throttle = {
  /** Seconds to wait when this caller is blocked now, else null. */
  blockedForSeconds(addressKey: string, apiUser: string): number | null;
  /** Notes a failed authentication. */
  failed(addressKey: string, apiUser: string): void;
  /** Notes that a caller's credentials were right. */
  succeeded(addressKey: string, apiUser: string): void;
  /** Notes a call that asks the same again; answers the seconds to wait when it is one too many, else null. */
  polled(addressKey: string, apiUser: string, question: string): number | null;
};

/** Thrown when the store cannot be reached: nothing is known of the call's outcome beyond what its docstring says. */
export class StoreUnreachable extends Error {
  override readonly name = 'StoreUnreachable';
}
