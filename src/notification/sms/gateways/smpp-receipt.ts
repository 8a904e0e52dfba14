import type { DeliveryStatus } from '../gateway.ts';

/** `message_state`. Source: SMPP v3.4, section 5.2.28; 0 and 9: v5.0, section 4.7.15. */
const STATUS_OF_STATE: Readonly<Record<number, DeliveryStatus>> = {
  0: 'underway', // SCHEDULED
  1: 'underway', // ENROUTE
  2: 'delivered',
  3: 'expired',
  4: 'undeliverable', // DELETED
  5: 'undeliverable',
  6: 'underway', // ACCEPTED
  7: 'unknown',
  8: 'rejected',
  9: 'undeliverable', // SKIPPED
};

/** The words of a receipt's text. Source: SMPP v3.4, appendix B. */
const STATUS_OF_WORD: Readonly<Record<string, DeliveryStatus>> = {
  ENROUTE: 'underway',
  ACCEPTD: 'underway',
  BUFFERD: 'underway',
  DELIVRD: 'delivered',
  EXPIRED: 'expired',
  DELETED: 'undeliverable',
  UNDELIV: 'undeliverable',
  FAILED: 'undeliverable',
  REJECTD: 'rejected',
  UNKNOWN: 'unknown',
};

/** How a centre writes its message IDs in one place: as they are, or as a number that it writes otherwise in the other place. */
export const messageIdForms = ['text', 'decimal', 'hexadecimal'] as const;
export type MessageIdForm = (typeof messageIdForms)[number];

/** One form for both places. Some centres answer a submission in hexadecimal and send receipts in decimal. */
export function messageIdOf(written: string, form: MessageIdForm): string {
  if (form === 'decimal' && /^\d+$/.test(written)) return BigInt(written).toString();
  if (form === 'hexadecimal' && /^[0-9a-f]+$/i.test(written)) return BigInt(`0x${written}`).toString();
  return written;
}

/** The parts of a `deliver_sm` that may make it a receipt. */
export type Delivered = {
  readonly esmClass: number;
  readonly text: string;
  /** TLV `receipted_message_id`, if there. */
  readonly receiptedMessageId: string | undefined;
  /** TLV `message_state`, if there. */
  readonly messageState: number | undefined;
};

/**
 * The receipt in a delivered message: its TLVs where there are any, else its text (`id:… stat:…`). Null when it is no receipt: then
 * somebody wrote to us. Only the centre sets the marks in `esm_class` and the TLVs, so that a subscriber cannot write a receipt.
 */
export function readReceipt(
  { esmClass, text, receiptedMessageId, messageState }: Delivered,
  form: MessageIdForm,
): { readonly gatewayMessageId: string; readonly status: DeliveryStatus } | null {
  const kind = (esmClass >> 2) & 0xf; // 1: delivery receipt, 8: intermediate notification. Source: SMPP v3.4, section 5.2.12
  if (kind !== 1 && kind !== 8 && receiptedMessageId === undefined) return null;
  const id = receiptedMessageId ?? /\bid:\s*(\S+)/i.exec(text)?.[1];
  if (id === undefined || id === '') return null;
  const word = /\bstat:\s*([A-Z]+)/i.exec(text)?.[1]?.toUpperCase() ?? '';
  const status = (messageState === undefined ? STATUS_OF_WORD[word] : STATUS_OF_STATE[messageState]) ?? 'unknown';
  return { gatewayMessageId: messageIdOf(id, form), status };
}
