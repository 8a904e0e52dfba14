import type { Clock } from '../../kernel/instant.ts';
import type { Phone } from '../../verification/phone.ts';

/** What a gateway is asked to hand over: one SMS, in however many segments. */
export type OutgoingMessage = {
  /** Names the message in every attempt to send it, 1–32 characters of 0–9 and a–z. Means nothing to anybody else. */
  readonly reference: string;
  readonly to: Phone;
  readonly sender: string;
  readonly text: string;
};

/** What became of an attempt. `code` is the gateway's word for why: stable, short, nothing personal in it. */
export type HandOver =
  /** The gateway has it. IDs as its receipts will name them, one a part; empty where the gateway names none. */
  | { readonly kind: 'accepted'; readonly gatewayMessageIds: readonly string[] }
  /** It never will be taken as it is. */
  | { readonly kind: 'refused'; readonly code: string }
  /** Certainly not taken now; the same message may be taken later. */
  | { readonly kind: 'postponed'; readonly code: string; readonly retryAfterMs?: number }
  /** It may have been taken: the answer never came, or a part of it was taken and another was not. */
  | { readonly kind: 'unknown'; readonly code: string };

export const deliveryStatuses = ['delivered', 'undeliverable', 'expired', 'rejected', 'unknown', 'underway'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** What the network said later of one part. The same receipt may come twice, late, or before the hand-over is known. */
export type DeliveryReceipt = {
  readonly gatewayMessageId: string;
  readonly status: DeliveryStatus;
  /** When it was received here. */
  readonly at: Date;
};

export type SmsGateway = {
  readonly name: string;
  /**
   * One attempt. The same reference again is the same message: what is known to be taken is not sent again. Never throws for what a
   * gateway or a network does.
   */
  send(message: OutgoingMessage): Promise<HandOver>;
  /** Lets attempts under way end, takes no new ones, and lets go of its connections. */
  close(): Promise<void>;
};

/** Where a gateway says what happens to it. Facts are words of its own and numbers, nothing of a message. */
export type GatewayLog = Record<
  'info' | 'warn',
  (sentence: string, facts?: Readonly<Record<string, string | number | boolean | null>>) => void
>;

/** A message that waits in the outbox for somebody to look at it. */
export type WaitingMessage = {
  /** The link in the text, or null. */
  readonly link: string | null;
  /** The link as a QR code in half-block characters, for a terminal, or null. */
  readonly terminalQr: string | null;
};

/** What a gateway is handed when it is opened. */
export type GatewayPorts = {
  /** Throws when the receipt cannot be stored now, or not yet be told to belong to a message; a gateway that can asks for it again. */
  readonly onReceipt: (receipt: DeliveryReceipt) => Promise<void>;
  /** Called by the outbox for each new message. */
  readonly onWaiting: (waiting: WaitingMessage) => void;
  readonly clock: Clock;
  readonly log: GatewayLog;
};
