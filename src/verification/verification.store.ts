import { type Kysely, type Transaction, sql } from 'kysely';
import { z } from 'zod';
import type { Balances, LedgerEntry, LedgerRefusal } from '../credits/ledger.ts';
import type { AccountId, VerificationId } from '../kernel/id.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Assessment } from './assessment.ts';
import type { Job } from './jobs.ts';
import type { Phone } from './phone.ts';
import { type Rehearsal, testApplicants } from './rehearsal.ts';
import { type Ruling, rejectionReasons } from './ruling.ts';
import {
  type AskedRetake,
  type BegunRetake,
  type EndedRetake,
  type SentRetake,
  retakeEnds,
  retakeReasons,
  retakeScopes,
} from './retake.ts';
import type { Step } from './steps.ts';
import {
  type AskedPiece,
  type DocumentKind,
  type LapseReason,
  type Opening,
  type Verification,
  documentKinds,
  lapseReasons,
  milestoneOf,
  openingOf,
  retakesOf,
  roundOf,
} from './verification.ts';

type Queryable = Kysely<unknown> | Transaction<unknown>;

export const columns =
  sql.raw(`account_id, verification_id, state, requested_at, updated_at, phone, sender, message_template, send_at,
  send_at_text, requested_number, reference, reserved_hundredths, link_lifetime_hours, invitations, invited_at, link_expires_at,
  opening, asks_for, document_kind, submitted_at, assessed_at, assessment, ruling, validated_at, lapsed_at, lapse_reason,
  rehearsal, retake, retakes`);

export type Row = {
  readonly account_id: number;
  readonly verification_id: number;
  readonly state: Verification['state'];
  readonly requested_at: Date;
  readonly updated_at: Date;
  readonly phone: string;
  readonly sender: string;
  readonly message_template: string;
  readonly send_at: Date;
  readonly send_at_text: string | null;
  readonly requested_number: string | null;
  readonly reference: string | null;
  readonly reserved_hundredths: number;
  readonly link_lifetime_hours: number;
  readonly invitations: number;
  readonly invited_at: Date | null;
  readonly link_expires_at: Date | null;
  readonly opening: unknown;
  readonly asks_for: AskedPiece | null;
  readonly document_kind: DocumentKind | null;
  readonly submitted_at: Date | null;
  readonly assessed_at: Date | null;
  readonly assessment: Assessment | null;
  readonly ruling: unknown;
  readonly validated_at: Date | null;
  readonly lapsed_at: Date | null;
  readonly lapse_reason: LapseReason | null;
  readonly rehearsal: unknown;
  readonly retake: unknown;
  readonly retakes: unknown;
};

export async function findVerification(
  database: Queryable,
  accountId: AccountId,
  id: VerificationId,
  { held = false } = {},
): Promise<Verification | null> {
  const { rows } = await sql<Row>`
    select ${columns} from verification where account_id = ${accountId} and verification_id = ${id}
    ${held ? sql`for update` : sql``}`.execute(database);
  return rows[0] === undefined ? null : verificationOf(rows[0]);
}

/** A row as the state that it is. */
export function verificationOf(row: Row): Verification {
  const base = {
    accountId: row.account_id as AccountId,
    id: row.verification_id as VerificationId,
    requestedAt: row.requested_at,
    updatedAt: row.updated_at,
    phone: row.phone as Phone,
    sender: row.sender,
    messageTemplate: row.message_template,
    sendAt: row.send_at,
    sendAtText: row.send_at_text,
    requestedNumber: row.requested_number,
    reference: row.reference,
    reservedHundredths: row.reserved_hundredths,
    linkLifetimeHours: row.link_lifetime_hours,
    invitations: row.invitations,
    rehearsal: row.rehearsal === null ? null : rehearsalSchema.parse(row.rehearsal),
  };
  // What a state has is there: the table's own checks say so.
  const sent = () => ({ invitedAt: row.invited_at!, linkExpiresAt: row.link_expires_at! });
  const begun = () => ({ ...sent(), opening: openingSchema.parse(row.opening) });
  const asked = () => ({ ...begun(), asksFor: row.asks_for!, documentKind: row.document_kind });
  const sealed = () => ({ ...asked(), submittedAt: row.submitted_at! });
  // The engine's own words, written below by a type that says the same.
  const judged = () => ({
    submittedAt: row.submitted_at!,
    assessedAt: row.assessed_at!,
    assessment: row.assessment!,
    retakes: endedSchema.array().parse(row.retakes),
  });
  const measured = () => ({ ...sealed(), ...judged() });
  const ruled = () => ({ ...measured(), ruling: rulingSchema.parse(row.ruling) });
  switch (row.state) {
    case 'requested':
      return { ...base, state: 'requested' };
    case 'invited':
      return { ...base, state: 'invited', ...sent() };
    case 'opened':
      return { ...base, state: 'opened', ...begun() };
    case 'capturing':
      return { ...base, state: 'capturing', ...asked() };
    case 'submitted':
      return { ...base, state: 'submitted', ...sealed() };
    case 'assessed':
      return { ...base, state: 'assessed', ...measured() };
    case 'retake-asked':
      return { ...base, state: 'retake-asked', ...measured(), retake: askedSchema.parse(row.retake) };
    case 'retaking':
      return { ...base, state: 'retaking', ...measured(), retake: begunSchema.parse(row.retake) };
    case 'retaken':
      return { ...base, state: 'retaken', ...measured(), retake: sentSchema.parse(row.retake) };
    case 'approved':
      return { ...base, state: 'approved', ...ruled() };
    case 'validated':
      return { ...base, state: 'validated', ...ruled(), validatedAt: row.validated_at! };
    case 'rejected':
      return { ...base, state: 'rejected', ...ruled() };
    case 'lapsed':
      return {
        ...base,
        state: 'lapsed',
        lapsedAt: row.lapsed_at!,
        lapseReason: row.lapse_reason!,
        opening: row.opening === null ? null : openingSchema.parse(row.opening),
        asksFor: row.asks_for,
        measured: row.assessment === null ? null : judged(),
      };
  }
}

/** As `opening` lies in its column: JSON, instants as ISO text. */
const openingSchema = z.object({
  openedAt: z.coerce.date(),
  consent: z.object({ textVersion: z.string(), language: z.string() }),
  device: z.object({ browser: z.string(), system: z.string(), display: z.string() }),
  accesses: z.array(z.object({ at: z.coerce.date(), address: z.string(), port: z.number().nullable() })),
  place: z
    .union([
      z.literal('declined'),
      z.object({
        latitude: z.number(),
        longitude: z.number(),
        altitudeM: z.number().nullable(),
        accuracyM: z.number(),
      }),
    ])
    .nullable(),
}) satisfies z.ZodType<Opening>;

const askedSchema = z.object({
  scope: z.enum(retakeScopes),
  reason: z.enum(retakeReasons),
  askedAt: z.coerce.date(),
  askedBy: z.string(),
  invitation: z.number().int(),
}) satisfies z.ZodType<AskedRetake>;

const begunSchema = askedSchema.extend({
  begunAt: z.coerce.date(),
  documentKind: z.enum(documentKinds).nullable(),
}) satisfies z.ZodType<BegunRetake>;

const sentSchema = begunSchema.extend({ submittedAt: z.coerce.date() }) satisfies z.ZodType<SentRetake>;

const endedSchema = askedSchema.extend({
  ended: z.object({ as: z.enum(retakeEnds), at: z.coerce.date() }),
  before: z.object({ submittedAt: z.coerce.date(), assessedAt: z.coerce.date() }),
}) satisfies z.ZodType<EndedRetake>;

const rulingSchema = z.object({
  ruledAt: z.coerce.date(),
  by: z.union([
    z.object({ kind: z.literal('policy') }),
    z.object({ kind: z.literal('person'), userId: z.string(), confirmedByUserId: z.string().nullable() }),
  ]),
  rejection: z.enum(rejectionReasons).nullable(),
}) satisfies z.ZodType<Ruling>;

const rehearsalSchema = z.object({
  applicant: z.enum(testApplicants),
  ends: z.discriminatedUnion('at', [
    z.object({
      at: z.enum([
        'invited',
        'opened',
        'face-asked',
        'front-asked',
        'back-asked',
        'submitted',
        'assessed',
        'validated',
      ]),
    }),
    z.object({ at: z.literal('rejected'), reason: z.enum(rejectionReasons) }),
    z.object({
      at: z.literal('lapsed'),
      after: z.enum(['requested', 'invited', 'opened']),
      reason: z.enum(lapseReasons),
    }),
  ]),
}) satisfies z.ZodType<Rehearsal>;

export type AdvanceRefusal = { readonly kind: 'unknown-verification' };

/** What a transition writes besides the verification itself, in the same transaction. */
export type Alongside = (transaction: Transaction<unknown>) => Promise<void>;

export type Advance = <Next extends Verification, Refusal>(
  accountId: AccountId,
  id: VerificationId,
  step: (before: Verification) => Result<Step<Next>, Refusal>,
  alongside?: Alongside,
) => Promise<Result<Next, Refusal | AdvanceRefusal>>;

/** What writes beside the verification, in the transaction it is handed. */
export type Writers = {
  readonly database: Kysely<unknown>;
  /** A transaction in which the database itself shows one account only. */
  readonly within: <Answer>(
    accountId: AccountId,
    run: (walled: Transaction<unknown>) => Promise<Answer>,
  ) => Promise<Answer>;
  readonly enqueue: (transaction: Transaction<unknown>, jobs: readonly Job[]) => Promise<void>;
  readonly enter: (
    transaction: Transaction<unknown>,
    accountId: AccountId,
    entries: readonly LedgerEntry[],
    now: Date,
  ) => Promise<Result<Balances, LedgerRefusal>>;
  /** Writes down that others are to be told of a milestone that was just reached. */
  readonly tell?: (transaction: Transaction<unknown>, reached: Verification) => Promise<void>;
};

/**
 * The only writer of state. One transaction holds the verification, asks the pure step what follows, and writes the next state, its event,
 * its ledger entries and its jobs; whoever comes twice finds the verification in another state and is refused by the step.
 */
export function advanceOver({ within, enqueue, enter, tell }: Omit<Writers, 'database'>): Advance {
  return (accountId, id, step, alongside) =>
    within(accountId, async (transaction) => {
      const before = await findVerification(transaction, accountId, id, { held: true });
      if (before === null) return refuse({ kind: 'unknown-verification' });
      const taken = step(before);
      if (!taken.ok) return taken;
      const { next, entries, jobs } = taken.value;
      await writeState(transaction, next, before);
      if (milestoneOf(next) !== milestoneOf(before)) await tell?.(transaction, next);
      const entered = await enter(transaction, accountId, entries, next.updatedAt);
      if (!entered.ok) throw new Error(`a step of verification ${id} does not balance: ${entered.refusal.kind}`);
      if (jobs.length > 0) await enqueue(transaction, jobs);
      await alongside?.(transaction);
      return ok(next);
    });
}

async function writeState(transaction: Transaction<unknown>, next: Verification, before: Verification): Promise<void> {
  const invited = 'invitedAt' in next ? next : null;
  const opening = openingOf(next);
  const capturing = 'documentKind' in next ? next : null;
  const judged = next.state === 'lapsed' ? next.measured : 'assessment' in next ? next : null;
  const submitted = 'submittedAt' in next ? next : judged;
  const ruled = 'ruling' in next ? next : null;
  const lapsed = next.state === 'lapsed' ? next : null;
  const openingText = opening === null ? null : JSON.stringify(opening);
  if (roundOf(next) !== roundOf(before)) await keepRound(transaction, before);
  await sql`
    update verification set state = ${next.state}, updated_at = ${next.updatedAt}, invitations = ${next.invitations},
      invited_at = coalesce(${invited?.invitedAt ?? null}, invited_at),
      link_expires_at = coalesce(${invited?.linkExpiresAt ?? null}, link_expires_at),
      opening = ${openingText}::jsonb,
      asks_for = coalesce(${capturing?.asksFor ?? null}, asks_for),
      document_kind = coalesce(${capturing?.documentKind ?? null}, document_kind),
      submitted_at = ${submitted?.submittedAt ?? null}, assessed_at = ${judged?.assessedAt ?? null},
      assessment = ${judged === null ? null : JSON.stringify(judged.assessment)}::jsonb,
      retake = ${'retake' in next ? JSON.stringify(next.retake) : null}::jsonb, retakes = ${JSON.stringify(retakesOf(next))}::jsonb,
      ruling = ${ruled === null ? null : JSON.stringify(ruled.ruling)}::jsonb,
      validated_at = ${next.state === 'validated' ? next.validatedAt : null},
      lapsed_at = ${lapsed?.lapsedAt ?? null}, lapse_reason = ${lapsed?.lapseReason ?? null},
      rehearsal = ${next.rehearsal === null ? null : JSON.stringify(next.rehearsal)}::jsonb
    where account_id = ${next.accountId} and verification_id = ${next.id}`.execute(transaction);
  const milestone = milestoneOf(next);
  if (milestone === milestoneOf(before)) return;
  await sql`
    insert into verification_event (account_id, verification_id, event_number, state, happened_at, opening, round)
    select ${next.accountId}, ${next.id}, coalesce(max(event_number), 0) + 1, ${milestone}, ${next.updatedAt}, ${openingText}::jsonb,
      ${roundOf(next)}
    from verification_event where account_id = ${next.accountId} and verification_id = ${next.id}`.execute(transaction);
}

/** What stood before a further round was assessed: what was told of it stays to be told. */
async function keepRound(transaction: Transaction<unknown>, before: Verification): Promise<void> {
  await sql`
    insert into verification_round (account_id, verification_id, round, submitted_at, assessed_at, assessment)
    select account_id, verification_id, ${roundOf(before)}, submitted_at, assessed_at, assessment from verification
    where account_id = ${before.accountId} and verification_id = ${before.id}`.execute(transaction);
}
