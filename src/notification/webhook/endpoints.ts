import type { AccountId, VerificationId } from '../../kernel/id.ts';
import type { Result } from '../../kernel/result.ts';
import type { Milestone } from '../../verification/verification.ts';
import type { BodyEncoding } from './body.ts';
import type { EgressRefusal } from './egress-rules.ts';
import type { EgressTrouble } from './egress.ts';
import type { SigningSecret } from './signature.ts';

/** How a receiver wants values: all of them texts, or as what they are. */
export const payloads = ['strings', 'typed'] as const;
export type Payload = (typeof payloads)[number];

/** What a company says of its receiver. */
export type EndpointSettings = {
  readonly url: string;
  readonly encoding: BodyEncoding;
  readonly payload: Payload;
  /** Basic authentication as the contract has it; null: none. */
  readonly credentials: { readonly user: string; readonly password: string } | null;
};

/** Why an endpoint is told nothing: it answered 410, it failed for days, or somebody said so. */
export const disabledReasons = ['gone', 'failing', 'by-hand'] as const;
export type DisabledReason = (typeof disabledReasons)[number];

/** The one endpoint of an account, as it may be shown: without password and secrets. */
export type SavedEndpoint = {
  readonly url: string;
  readonly encoding: BodyEncoding;
  readonly payload: Payload;
  /** Of Basic authentication; null: none. */
  readonly user: string | null;
  readonly savedAt: Date;
  /** Null: it is told what happens. */
  readonly disabled: { readonly reason: DisabledReason; readonly since: Date } | null;
  /** Since when no delivery succeeded although some were tried; null: the last one did. */
  readonly failingSince: Date | null;
  /** Since when the secret that signs is in use. */
  readonly secretSince: Date;
  /** Until when the one before signs besides it; null: one signs. */
  readonly previousSecretUntil: Date | null;
  readonly waiting: number;
  readonly dead: number;
};

/** Why a receiver did not prove that it wants to be told. */
export type ChallengeRefusal =
  /** It answered, and not with success. */
  | { readonly kind: 'challenge-refused'; readonly status: number }
  /** It answered with success without showing that it knows what was asked: see [Note: Proof of control]. */
  | { readonly kind: 'challenge-unanswered' };

/** No user, a colon in it, control characters, or more than can be meant. */
export type CredentialsRefusal = { readonly kind: 'credentials-unreadable' };

export type SaveRefusal = CredentialsRefusal | EgressRefusal | EgressTrouble | ChallengeRefusal;
export type NoEndpoint = { readonly kind: 'no-endpoint' };
export type NoDelivery = { readonly kind: 'no-delivery' };

/** One change of one verification, as it is told to the account's endpoint. */
export type DeliveryName = { readonly accountId: AccountId; readonly id: VerificationId; readonly eventNumber: number };

/**
 * `new`: no worker has it yet. `waiting`: a worker has it. `held`: behind a dead letter of the same verification. `dead`: not tried again by
 * itself. `passed-over`: given up by somebody, or its endpoint was removed.
 */
export const deliveryStates = ['new', 'waiting', 'held', 'delivered', 'dead', 'passed-over'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export type DeliveryRecord = DeliveryName & {
  /** The same in every attempt, and what the receiver tells repetitions by. */
  readonly webhookId: string;
  readonly milestone: Milestone;
  readonly happenedAt: Date;
  readonly state: DeliveryState;
  readonly attempts: number;
  /** When its schedule has the next attempt, while it waits. */
  readonly dueAt: Date;
  /** When it was delivered, died or was passed over; null: not yet. */
  readonly settledAt: Date | null;
};

/** One attempt: what was sent, but for the password, and what came back. */
export type AttemptRecord = {
  /** From 1. */
  readonly number: number;
  readonly beganAt: Date;
  readonly durationMs: number;
  /** `delivered`, `gone`, `http-500`, `timeout`, `not-connected:ECONNREFUSED` … */
  readonly outcome: string;
  readonly status: number | null;
  readonly request: {
    readonly url: string;
    /** Without `authorization`. */
    readonly headers: Readonly<Record<string, string>>;
    /** Composed again from the event. */
    readonly body: string;
    /** Whether that is what was sent, by its digest: after an erasure it is not. */
    readonly isAsSent: boolean;
    readonly bodySha256: string;
  };
  /** The beginning of the reply; null: none came, it was empty, or it was erased with the evidence. */
  readonly reply: string | null;
};

/** What an endpoint answered to a test. */
export type TestOutcome = {
  readonly webhookId: string;
  readonly durationMs: number;
  /** As in `AttemptRecord`. */
  readonly outcome: string;
  readonly status: number | null;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  readonly reply: string | null;
};

/** Something that somebody of the account should know. The same again while it is not dismissed is counted, not repeated. */
export type Notice = {
  readonly kind: 'disabled-gone' | 'disabled-failing' | 'dead-letter';
  readonly number: number;
  readonly raisedAt: Date;
  readonly latestAt: Date;
  readonly count: number;
  readonly dismissedAt: Date | null;
};

/** Writes beside a deed, in the deed's own transaction, where something was done: neither is there without the other. */
export type Beside<Transaction> = (transaction: Transaction) => Promise<void>;

/** What the command line and the panel do with endpoints and deliveries. Everything is of one account. */
export type Endpoints<Transaction = unknown> = {
  /**
   * Saves the endpoint once its receiver proved that it wants to be told. What waits for the one before goes to it.
   * @param secret what signs from now on, for a receiver that was given it before; default: the account's, or a new one.
   * @returns the secret that signs, to be shown once; null: the account had one, and keeps it.
   */
  saveEndpoint(
    accountId: AccountId,
    settings: EndpointSettings,
    secret?: SigningSecret | null,
    beside?: Beside<Transaction>,
  ): Promise<Result<{ readonly endpoint: SavedEndpoint; readonly secret: SigningSecret | null }, SaveRefusal>>;
  endpointOf(accountId: AccountId): Promise<SavedEndpoint | null>;
  /** A new secret signs from now on; the one before signs besides it for so many hours (0: not at all), an older one no more. */
  rotateSecret(
    accountId: AccountId,
    overlapHours: number,
    beside?: Beside<Transaction>,
  ): Promise<Result<{ readonly secret: SigningSecret; readonly previousUntil: Date | null }, NoEndpoint>>;
  /** Tells it again what happens, and at once what has waited meanwhile. */
  enableEndpoint(accountId: AccountId, beside?: Beside<Transaction>): Promise<Result<SavedEndpoint, NoEndpoint>>;
  /** What happens is kept for it until it is enabled. */
  disableEndpoint(accountId: AccountId, beside?: Beside<Transaction>): Promise<Result<SavedEndpoint, NoEndpoint>>;
  /** Nothing is kept from now on, and what waits is passed over. @returns whether there was one. */
  removeEndpoint(accountId: AccountId, beside?: Beside<Transaction>): Promise<boolean>;
  /** Posts a callback about nobody, marked as a test, once. */
  testDelivery(accountId: AccountId): Promise<Result<TestOutcome, NoEndpoint>>;

  /** In their order. */
  deliveriesOf(accountId: AccountId, id: VerificationId): Promise<readonly DeliveryRecord[]>;
  /** Of the whole account in these states, the latest first. */
  latestDeliveries(
    accountId: AccountId,
    query: { readonly states: readonly DeliveryState[]; readonly limit: number },
  ): Promise<readonly DeliveryRecord[]>;
  /** In their order. */
  attemptsOf(delivery: DeliveryName): Promise<readonly AttemptRecord[]>;
  /** Tries it now, whatever became of it before: a dead letter, one that waits, or once more one that was delivered. */
  deliverAgain(
    delivery: DeliveryName,
    beside?: Beside<Transaction>,
  ): Promise<Result<DeliveryRecord, NoDelivery | NoEndpoint>>;
  /** Gives a dead letter up, so that what happened to the verification afterwards is told. */
  passOver(delivery: DeliveryName, beside?: Beside<Transaction>): Promise<Result<DeliveryRecord, NoDelivery>>;
  /** Tells everything that happened at or after the instant once more, also what happened while there was no endpoint. @returns how many. */
  replaySince(accountId: AccountId, since: Date, beside?: Beside<Transaction>): Promise<Result<number, NoEndpoint>>;

  noticesOf(accountId: AccountId): Promise<readonly Notice[]>;
  dismissNotice(
    accountId: AccountId,
    notice: Pick<Notice, 'kind' | 'number'>,
    beside?: Beside<Transaction>,
  ): Promise<boolean>;
};

/** `cb_1234567890_299846332_5`: of the delivery, the same in every attempt. */
export const webhookIdOf = ({ accountId, id, eventNumber }: DeliveryName): string =>
  `cb_${accountId}_${id}_${eventNumber}`;

/** @param webhookId as `webhookIdOf` made it. */
export function deliveryNameOf(webhookId: string): DeliveryName {
  const [, accountId, id, eventNumber] = webhookId.split('_').map(Number);
  return { accountId: accountId as AccountId, id: id as VerificationId, eventNumber: eventNumber! };
}
