import { z } from 'zod';
import { caseDetailSchema } from './case.schema.ts';
import { instant, personSchema, requestId } from './protocol.schema.ts';
import { explains, rejectionReasonSchema, retakeReasonSchema, retakeScopeSchema } from './request.schema.ts';

/**
 * [Note: How a case goes over the desk]
 * Nobody chooses a case: `next` answers the one in hand, or hands out the next one by risk and age, for `leaseUntil`. It is in one person's
 * hands; `keep` says that they are still at it, `leave` gives it back, and so does time.
 * `rule` ends that and begins ten seconds in which `undo` takes it back; the next case may be asked for at once. When they are over, the
 * ruling is carried out. Validating what a finding speaks against (outcome `refuse`) is not carried out then but goes, as a proposal, to
 * the supervisors, where somebody else rules: validating again confirms it, rejecting rejects.
 * A retake is asked for like that too: when the ten seconds are over its link goes out and the case is gone from the desk, until it comes back
 * with the further round, or without one because nobody came.
 * Supervisors have a second queue, `supervision`: what was escalated, and proposals of others.
 */

export const deskQueueSchema = z.enum(['desk', 'supervision']);
export type DeskQueue = z.infer<typeof deskQueueSchema>;

export const decisionSchema = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('validate') }),
  z.strictObject({ decision: z.literal('reject'), reason: rejectionReasonSchema }),
  z.strictObject({ decision: z.literal('retake'), scope: retakeScopeSchema, reason: retakeReasonSchema }),
]);
export type Decision = z.infer<typeof decisionSchema>;

/** Ruled, and still to be undone until `settlesAt`. */
export const pendingRulingSchema = z.object({
  id: requestId,
  decision: decisionSchema,
  settlesAt: instant,
  /** What follows: it is carried out, or a second person is asked. */
  becomes: z.enum(['ruled', 'proposed']),
});
export type PendingRuling = z.infer<typeof pendingRulingSchema>;

export const deskOverviewSchema = z.object({
  waiting: z.object({
    /** Cases that `next` may hand out, in nobody's hands now. */
    count: z.number().int(),
    /** Of these, by what the engine says. */
    pass: z.number().int(),
    review: z.number().int(),
    refuse: z.number().int(),
    oldestAt: instant.nullable(),
  }),
  /** null: the user has no such queue. */
  supervision: z
    .object({
      escalated: z.number().int(),
      /** Proposals of others, which this user may confirm. */
      toConfirm: z.number().int(),
      oldestAt: instant.nullable(),
    })
    .nullable(),
  inHand: z.object({ id: requestId, leaseUntil: instant }).nullable(),
  /** This user's, that can still be undone; the newest first. */
  pending: z.array(pendingRulingSchema),
  /** This user's day, in Spain's time. */
  today: z.object({ ruled: z.number().int(), medianSecondsOnCase: z.number().nullable() }),
});
export type DeskOverview = z.infer<typeof deskOverviewSchema>;

export const nextBody = z.strictObject({ queue: deskQueueSchema });

export const heldCaseSchema = z.object({
  case: caseDetailSchema,
  queue: deskQueueSchema,
  openedAt: instant,
  leaseUntil: instant,
  /** A colleague wants to validate what speaks against it, and asks for a second person. */
  proposal: z.object({ by: personSchema, at: instant }).nullable(),
  escalation: z.object({ by: personSchema, at: instant }).nullable(),
  /** Validating goes to a second person first. */
  needsSecondPerson: z.boolean(),
  /** Whether the applicant can be asked once more, or why not. */
  retake: z.enum(['possible', 'retaken-too-often', 'evidence-erased', 'test-applicant']),
});
export type HeldCase = z.infer<typeof heldCaseSchema>;

/** Answer of `desk/next` and `desk/case`. */
export const maybeHeldCaseSchema = z.union([heldCaseSchema, z.object({ case: z.null() })]);

export const keptSchema = z.object({ leaseUntil: instant });

export const ruleBody = z.discriminatedUnion('decision', [
  z.strictObject({ decision: z.literal('validate'), note: z.string().trim().max(2000).optional() }),
  z.strictObject({
    decision: z.literal('reject'),
    reason: rejectionReasonSchema,
    note: z.string().trim().max(2000).optional(),
  }),
  z
    .strictObject({
      decision: z.literal('retake'),
      scope: retakeScopeSchema,
      reason: retakeReasonSchema,
      note: z.string().trim().max(2000).optional(),
    })
    .refine(({ scope, reason }) => explains(reason, scope), { path: ['reason'] }),
]);
export type RuleBody = z.infer<typeof ruleBody>;

export const ruledSchema = z.object({ pending: pendingRulingSchema });

/** Why a supervisor is to look at it: kept as a note. */
export const escalateBody = z.strictObject({ note: z.string().trim().min(1).max(2000) });
export const noteBody = z.strictObject({ text: z.string().trim().min(1).max(2000) });
