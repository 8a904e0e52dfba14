import { z } from 'zod';
import { messageIdForms } from './smpp-receipt.ts';

const ascii = z.string().regex(/^[\x20-\x7e]*$/, 'must be printable ASCII');
const octet = z.int().min(0).max(255);
/** Type of number and numbering plan, as numbers of SMPP v3.4, sections 5.2.5 and 5.2.6. */
const addressing = z.strictObject({ ton: octet, npi: octet });

/** What an installation says of its SMPP account. Times are in milliseconds unless their name says otherwise. */
export const smppSettings = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  systemId: ascii.min(1).max(15),
  password: ascii.max(64), // the specification allows 8; centres give longer ones
  systemType: ascii.max(12).default(''),
  tls: z.boolean().default(false),
  /** Certificate authority to trust besides those of the system: a PEM file. */
  tlsCaFile: z.string().min(1).optional(),
  tlsServerName: z.string().min(1).optional(),
  /** How the centre's default alphabet arrives: GSM 7-bit with one septet an octet, or packed. */
  defaultAlphabet: z.enum(['gsm-7', 'gsm-7-packed']).default('gsm-7'),
  /** Longer messages: cut by us with user data headers, or whole in the TLV `message_payload`, cut by the centre. */
  longMessages: z.enum(['udh', 'payload']).default('udh'),
  serviceType: ascii.max(5).default(''),
  destination: addressing.default({ ton: 1, npi: 1 }), // international, ISDN
  senderName: addressing.default({ ton: 5, npi: 0 }), // alphanumeric
  senderNumber: addressing.default({ ton: 1, npi: 1 }),
  senderShortCode: addressing.default({ ton: 3, npi: 0 }), // network specific
  /** How message IDs are written in answers and in receipts; see `messageIdOf`. */
  responseIds: z.enum(messageIdForms).default('text'),
  receiptIds: z.enum(messageIdForms).default('text'),
  /** Meanings of `command_status` that differ from the table, by number: { "1025": "permanent" }. */
  statuses: z.record(z.string().regex(/^[1-9]\d*$/), z.enum(['permanent', 'transient'])).default({}),
  /** Submissions without an answer at any one time. */
  window: z.int().min(1).max(1000).default(10),
  connectTimeoutMs: z.int().min(100).default(10_000),
  /** How long a message waits for the link or for its place in the window before it is postponed. */
  waitMs: z.int().min(0).default(5_000),
  /** How long an answer may take before nobody knows what became of the submission. */
  responseTimeoutMs: z.int().min(100).default(30_000),
  enquireLinkMs: z.int().min(100).default(30_000),
  reconnectFromMs: z.int().min(10).default(1_000),
  reconnectUpToMs: z.int().min(10).default(60_000),
  /** When to try again what the centre was too busy for. */
  busyRetryMs: z.int().min(0).default(5_000),
});

export type SmppSettings = z.infer<typeof smppSettings>;
