import { z } from 'zod';
import { rejectionReasons } from '../verification/ruling.ts';
import { retakeEnds, retakeReasons, retakeScopes } from '../verification/retake.ts';
import { hundredths, instant, personSchema, requestId } from './protocol.schema.ts';

// ——— Words ———

export const requestStates = [
  'requested',
  'invited',
  'opened',
  'capturing',
  'submitted',
  'assessed', // measured; waits for a person, or for the policy a moment long
  'retake-asked', // a person asked for evidence once more; nobody has come yet
  'retaking',
  'retaken', // the further evidence is being measured
  'approved', // accepted, the certificate is being made
  'validated',
  'rejected',
  'lapsed', // cancelled, undeliverable or expired: `lapseReason`
] as const;
export const requestStateSchema = z.enum(requestStates);
export type RequestState = z.infer<typeof requestStateSchema>;

export const outcomeSchema = z.enum(['pass', 'review', 'refuse']);
export const rejectionReasonSchema = z.enum(rejectionReasons);
export { rejectionReasons };
export type { RejectionReason } from '../verification/ruling.ts';
export const retakeScopeSchema = z.enum(retakeScopes);
export const retakeReasonSchema = z.enum(retakeReasons);
export { explains, retakeReasons, retakeScopes } from '../verification/retake.ts';
export type { RetakeReason, RetakeScope } from '../verification/retake.ts';

// ——— The list ———

export const requestRowSchema = z.object({
  id: requestId,
  state: requestStateSchema,
  /** While capturing: the furthest piece that was asked for. */
  asksFor: z.enum(['face', 'front', 'back']).nullable(),
  requestedAt: instant,
  updatedAt: instant,
  /** Digits with the calling code, without a plus. Empty once the person's data were erased. */
  phone: z.string(),
  requestedNumber: z.string().nullable(),
  /** The number that was read from the document. */
  documentNumber: z.string().nullable(),
  reference: z.string().nullable(),
  outcome: outcomeSchema.nullable(),
  rejection: rejectionReasonSchema.nullable(),
  lapseReason: z.enum(['cancelled', 'undeliverable', 'expired']).nullable(),
});
export type RequestRow = z.infer<typeof requestRowSchema>;

const filters = {
  /**
   * An ID, a phone (with or without its calling code), a document number or a reference, or how one of the last three begins; at least four
   * characters for those. Capitals, blanks and hyphens do not matter. Absent: all.
   */
  text: z.string().trim().max(100).optional(),
  states: z.array(requestStateSchema).max(requestStates.length).optional(),
  /** When it was requested: from the first on, up to the second and without it. */
  from: instant.optional(),
  until: instant.optional(),
};
export const searchBody = z.strictObject({
  ...filters,
  /** `next` of the page before. */
  after: z.string().max(100).optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export type SearchBody = z.input<typeof searchBody>;

export const requestPageSchema = z.object({
  /** The newest first. */
  requests: z.array(requestRowSchema),
  /** Where the next page begins; null: there is none. */
  next: z.string().nullable(),
  /** So much begins like that that only a part was looked through: more characters find the rest. */
  isPartial: z.boolean(),
  /** Pass it to `requests/changes` to keep the list up to date from here. */
  cursor: z.string(),
});
export type RequestPage = z.infer<typeof requestPageSchema>;

export const changesQuery = z.strictObject({ since: z.string().max(100) });

/** What changed since the cursor; a request may come more than once, and again unchanged: replace by ID. */
export const requestChangesSchema = z.object({
  requests: z.array(requestRowSchema),
  cursor: z.string(),
  /** More has changed than is told: load the list again. */
  isPartial: z.boolean(),
});
export type RequestChanges = z.infer<typeof requestChangesSchema>;

/** `language` names the columns; every request that the filters find, the newest first. */
export const exportBody = z.strictObject({ ...filters, language: z.enum(['es', 'en']) });

// ——— A new one ———

export const previewBody = z.strictObject({
  /** Empty or absent: the account's own message. */
  message: z.string().max(2000).optional(),
});

export const messagePreviewSchema = z.object({
  /** As it goes out, with a link of the usual length in the place of the real one. */
  text: z.string(),
  encoding: z.enum(['gsm-7', 'ucs-2']),
  /** The text cut into the SMS that it travels in, each charged. */
  parts: z.array(z.string()),
  /** What the request costs with that message. */
  hundredths,
  availableHundredths: hundredths,
});
export type MessagePreview = z.infer<typeof messagePreviewSchema>;

export const newRequestBody = z.strictObject({
  /** Chance (a UUID), the same when the same form is sent again after a lost answer: it is accepted once. */
  key: z.uuid(),
  phone: z.string().trim().min(1).max(60),
  message: z.string().max(2000).optional(),
  sender: z.string().trim().max(40).optional(),
  requestedNumber: z.string().trim().max(40).optional(),
  /** `YYYY-MM-DD HH:mm` in Spain's time; absent: at once. */
  sendAt: z.string().trim().max(40).optional(),
  reference: z.string().trim().max(100).optional(),
});
export type NewRequestBody = z.infer<typeof newRequestBody>;

export const createdRequestSchema = z.object({ id: requestId, availableHundredths: hundredths });

// ——— One of them ———

/** Degrees (WGS 84), metres. */
export const placeSchema = z.object({
  latitude: z.number(),
  longitude: z.number(),
  altitudeM: z.number().nullable(),
  accuracyM: z.number(),
});

/** What the applicant brought by beginning. Texts are as the browser said them. */
export const openingSchema = z.object({
  openedAt: instant,
  consent: z.object({ textVersion: z.string(), language: z.string() }),
  device: z.object({ browser: z.string(), system: z.string(), display: z.string() }),
  /** The first is that which began it. */
  accesses: z.array(z.object({ at: instant, address: z.string(), port: z.number().int().nullable() })),
  /** null: not asked, or not answered. */
  place: z.union([z.literal('declined'), placeSchema]).nullable(),
});

export const rulingSchema = z.object({
  ruledAt: instant,
  by: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('policy') }),
    z.object({ kind: z.literal('person'), person: personSchema, confirmedBy: personSchema.nullable() }),
  ]),
  rejection: rejectionReasonSchema.nullable(),
});

/** Evidence that was asked for once more. `ended` null: nobody has come yet, or what came is being measured. */
export const retakeSchema = z.object({
  scope: retakeScopeSchema,
  reason: retakeReasonSchema,
  askedAt: instant,
  by: personSchema,
  ended: z.object({ as: z.enum(retakeEnds), at: instant }).nullable(),
});
export type Retake = z.infer<typeof retakeSchema>;

export const noteSchema = z.object({ at: instant, by: personSchema, text: z.string() });
export type Note = z.infer<typeof noteSchema>;

export const documentFieldSchema = z.object({
  /** `documentNumber`, `surnames`, `givenNames`, `birthDate`, …: as `document.fields` of a case. */
  name: z.string(),
  text: z.string(),
  from: z.enum(['mrz', 'viz', 'barcode']),
  /** Accents or Ñ may be missing. */
  folded: z.boolean(),
});

/** Another request of the same account for the same phone, or with the same document. */
export const earlierSchema = z.object({
  request: requestRowSchema,
  samePhone: z.boolean(),
  sameDocument: z.boolean(),
});

export const requestDetailSchema = z.object({
  request: requestRowSchema,
  sender: z.string(),
  messageTemplate: z.string(),
  sendAt: instant,
  invitedAt: instant.nullable(),
  linkExpiresAt: instant.nullable(),
  reservedHundredths: hundredths,
  /** Every milestone in its order, the acceptance first: the states, with `face-asked`, `front-asked` and `back-asked` for `capturing`. */
  timeline: z.array(z.object({ milestone: z.string(), at: instant })),
  invitations: z.array(
    z.object({
      number: z.number().int(),
      state: z.enum(['waiting', 'sending', 'handed-over', 'delivered', 'undeliverable']),
      segments: z.number().int(),
      attempts: z.number().int(),
      /** Attempts whose outcome nobody knows: the message may have gone out more than once. */
      uncertainAttempts: z.number().int(),
      gateway: z.string().nullable(),
      failureCode: z.string().nullable(),
      createdAt: instant,
      updatedAt: instant,
    }),
  ),
  credits: z.array(
    z.object({ number: z.number().int(), kind: z.enum(['reserve', 'post', 'void']), hundredths, at: instant }),
  ),
  opening: openingSchema.nullable(),
  /** What the engine found, in short; all of it is in `requests/:id/case`. */
  assessment: z
    .object({
      outcome: outcomeSchema,
      reasons: z.array(z.object({ slug: z.string(), weighs: z.enum(['refuse', 'review']), check: z.string() })),
      similarityPercent: z.number().nullable(),
      livenessPassed: z.boolean(),
      samePersonThroughout: z.boolean().nullable(),
      documentType: z.string().nullable(),
      fields: z.array(documentFieldSchema),
    })
    .nullable(),
  ruling: rulingSchema.nullable(),
  notes: z.array(noteSchema),
  evidence: z.object({
    is: z.enum(['none', 'open', 'sealed', 'erased']),
    erasedAt: instant.nullable(),
    /** What counts of what was sent. `sha256` in hex. */
    items: z.array(
      z.object({
        kind: z.enum(['face-video', 'front', 'back']),
        mediaType: z.string(),
        byteLength: z.number().int(),
        sha256: z.string(),
        receivedAt: instant,
      }),
    ),
  }),
  earlier: z.array(earlierSchema),
  hasCertificate: z.boolean(),
  mayCancel: z.boolean(),
  mayResend: z.boolean(),
  /** Whether this user may look at the evidence, and call `requests/:id/case`. */
  maySeeEvidence: z.boolean(),
});
export type RequestDetail = z.infer<typeof requestDetailSchema>;
