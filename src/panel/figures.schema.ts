import { z } from 'zod';
import { hundredths, instant, requestId } from './protocol.schema.ts';

// ——— Credits ———

export const creditsQuery = z.strictObject({
  /** `next` of the page before. */
  before: z.coerce.number().int().min(1).optional(),
});

export const creditsStatementSchema = z.object({
  availableHundredths: hundredths,
  reservedHundredths: hundredths,
  spentHundredths: hundredths,
  /** The newest first. */
  entries: z.array(
    z.object({
      number: z.number().int(),
      kind: z.enum(['top-up', 'withdrawal', 'reserve', 'post', 'void']),
      hundredths,
      requestId: requestId.nullable(),
      note: z.string().nullable(),
      at: instant,
    }),
  ),
  next: z.number().int().nullable(),
});
export type CreditsStatement = z.infer<typeof creditsStatementSchema>;

export const topUpBody = z.strictObject({
  hundredths: z.number().int().min(1).max(1_000_000_000_00),
  note: z.string().trim().min(1).max(200),
});

// ——— Numbers that matter ———

const day = z.iso.date();

/** Days of Spain's time, both included; at most 366 of them. */
export const figuresQuery = z.strictObject({ from: day, to: day });

export const funnelSteps = ['requested', 'invited', 'opened', 'face-asked', 'submitted', 'assessed', 'ruled'] as const;

export const figuresSchema = z.object({
  from: day,
  to: day,
  /** Requests by the day on which they were asked for, and how they stand now. A day without any is there with zeroes. */
  days: z.array(
    z.object({
      day,
      requested: z.number().int(),
      validated: z.number().int(),
      rejected: z.number().int(),
      lapsed: z.number().int(),
    }),
  ),
  /** How many of these requests came at least so far; `ruled`: accepted or rejected. */
  funnel: z.array(z.object({ step: z.enum(funnelSteps), count: z.number().int() })),
  /** From the applicant's sending to the ruling, right within 2 %. Null: none. */
  decisions: z.object({
    byPolicy: z.number().int(),
    byPersons: z.number().int(),
    medianSeconds: z.number().nullable(),
    p90Seconds: z.number().nullable(),
    /** What persons had the case open for, right within 2 %. */
    medianSecondsOnCase: z.number().nullable(),
  }),
  rejections: z.array(z.object({ reason: z.string(), count: z.number().int() })),
  lapses: z.array(z.object({ reason: z.string(), count: z.number().int() })),
  /** Why the engine did not pass them, the most frequent first. */
  reasons: z.array(z.object({ slug: z.string(), count: z.number().int() })),
  /** Null where callbacks are not set up. */
  callbacks: z
    .object({
      delivered: z.number().int(),
      waiting: z.number().int(),
      dead: z.number().int(),
      attempts: z.number().int(),
      failedAttempts: z.number().int(),
      /** From the milestone to the success, right within 2 %. */
      medianSeconds: z.number().nullable(),
      asOf: instant,
    })
    .nullable(),
});
export type Figures = z.infer<typeof figuresSchema>;
