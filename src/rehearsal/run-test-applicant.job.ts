import type { Kysely, Transaction } from 'kysely';
import type { EvidenceKind, EvidencePlace } from '../evidence/evidence.ts';
import { type Clock, later } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { DocumentRequest } from '../specimen/document.ts';
import type { Job } from '../verification/jobs.ts';
import {
  type Step,
  approved,
  askedFor,
  cancelled,
  invited,
  lapsed,
  opened,
  rejected,
  submitted,
  withDocumentKind,
  withPlace,
} from '../verification/steps.ts';
import type { Ruler } from '../verification/ruling.ts';
import type { Access, Capturing, Opened, Place, Verification } from '../verification/verification.ts';
import type { TestApplicant } from '../verification/rehearsal.ts';
import { type RehearsedStep, nextStep } from './next-step.ts';
import { testDocument } from './test-documents.ts';

export type RunTestApplicant = Extract<Job, { kind: 'run-test-applicant' }>;

export type RunTestApplicantParts = {
  readonly database: Kysely<unknown>;
  readonly clock: Clock;
  /** Between two steps, so that whoever watches sees them one after the other. */
  readonly pauseMs: number;
  readonly find: (place: EvidencePlace) => Promise<Verification | null>;
  readonly advance: (
    accountId: EvidencePlace['accountId'],
    id: EvidencePlace['id'],
    step: (before: Verification) => Result<Step<Verification>, { readonly kind: 'moved-on' }>,
    alongside?: (transaction: Transaction<unknown>) => Promise<void>,
  ) => Promise<Result<Verification, unknown>>;
  readonly enqueue: (transaction: Transaction<unknown>, jobs: readonly Job[]) => Promise<void>;
  readonly evidence: {
    put(
      place: EvidencePlace,
      piece: { readonly kind: EvidenceKind; readonly bytes: Uint8Array },
    ): Promise<Result<unknown, { readonly kind: string }>>;
    seal(
      transaction: Transaction<unknown>,
      place: EvidencePlace,
      wanted: readonly EvidenceKind[],
    ): Promise<Result<unknown, { readonly kind: string }>>;
  };
  /** Writes down that a message arrived, or did not, which nobody sent. */
  readonly noteInvitation: (
    transaction: Transaction<unknown>,
    place: EvidencePlace,
    noted: { readonly state: 'delivered' | 'undeliverable'; readonly now: Date },
  ) => Promise<void>;
  readonly drawDocument: (
    request: DocumentRequest,
  ) => Promise<{ readonly front: Uint8Array; readonly back: Uint8Array | null }>;
  readonly drawRecording: () => Promise<Uint8Array>;
};

/** Has a test applicant take its next step, and the one after that in a moment. Whoever is no test is left alone. */
export const runTestApplicant =
  (parts: RunTestApplicantParts) =>
  async (job: RunTestApplicant): Promise<void> => {
    const place: EvidencePlace = { accountId: job.accountId, id: job.id };
    const verification = await parts.find(place);
    const next = verification === null ? null : nextStep(verification);
    if (verification === null || verification.rehearsal === null || next === null) return;
    const now = parts.clock();
    // The queue's clock runs ahead of ours: the time that was asked for is ours.
    if (now < job.at) return parts.database.transaction().execute((transaction) => parts.enqueue(transaction, [job]));
    if (next.kind === 'measure')
      return parts.database
        .transaction()
        .execute((transaction) =>
          parts.enqueue(transaction, [{ kind: 'run-engine', isBulk: true, ...place, at: now }]),
        );
    const { applicant } = verification.rehearsal;
    await bring(parts, verification, next, now);
    await parts.advance(
      place.accountId,
      place.id,
      (before) => {
        const step = sameStep(nextStep(before), next) ? stepOf(before, next, now) : null;
        return step === null ? refuse({ kind: 'moved-on' }) : ok(withNext(step, later(now, parts.pauseMs)));
      },
      (transaction) => beside(parts, transaction, place, next, applicant),
    );
  };

const sameStep = (one: RehearsedStep | null, other: RehearsedStep): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** The step itself starts what follows where others have to do something first: the engine, a certificate. */
function withNext(step: Step<Verification>, at: Date): Step<Verification> {
  const { accountId, id, state } = step.next;
  const goesOn = state === 'invited' || state === 'opened' || state === 'capturing';
  return goesOn ? { ...step, jobs: [...step.jobs, { kind: 'run-test-applicant', accountId, id, at }] } : step;
}

/** What is asked for is sent, before the next piece is asked for. Sent again after a crash, it is a retake. */
async function bring(
  { evidence, drawDocument, drawRecording }: RunTestApplicantParts,
  { accountId, id, requestedNumber, rehearsal }: Verification,
  next: RehearsedStep,
  now: Date,
): Promise<void> {
  const put = async (kind: EvidenceKind, bytes: Uint8Array | null): Promise<void> => {
    if (bytes === null) return;
    const kept = await evidence.put({ accountId, id }, { kind, bytes });
    if (!kept.ok) throw new Error(`the evidence of a test is refused: ${kept.refusal.kind}`);
  };
  if (next.kind === 'ask' && next.piece === 'front') return put('face-video', await drawRecording());
  const side = next.kind === 'ask' && next.piece === 'back' ? 'front' : next.kind === 'submit' ? 'back' : null;
  if (side === null) return;
  const document = await drawDocument(testDocument(rehearsal!.applicant, { requestedNumber, at: dayInSpain(now) }));
  await put(side, document[side]);
}

/** Where nobody is: addresses and places for documentation (RFC 5737), and a square in the middle of Spain. */
const accessAt = (at: Date): Access => ({ at, address: '192.0.2.1', port: 49_152 });
const device = { browser: 'Chrome 142.0.7444.48', system: 'Android 16', display: '412 x 915' } as const;
const place: Place = { latitude: 40.4169, longitude: -3.7035, altitudeM: 650, accuracyM: 12 };
const consent = { textVersion: 'test', language: 'es' } as const;

/** A person where the policy would not do: a user of no panel. */
const rulerOf = {
  policy: { kind: 'policy' },
  person: { kind: 'person', userId: 'test', confirmedByUserId: null },
} as const satisfies Readonly<Record<string, Ruler>>;

/** What the applicant, the company or whoever rules does, as the step that it is for everybody; null: not from here. */
function stepOf(before: Verification, next: RehearsedStep, now: Date): Step<Verification> | null {
  switch (next.kind) {
    case 'invite':
      return before.state === 'requested' ? invited(before, now) : null;
    case 'open':
      return before.state === 'invited' ? opened(before, { consent, device, access: accessAt(now) }, now) : null;
    case 'ask':
      return before.state === 'opened' || before.state === 'capturing' ? asking(before, next.piece, now) : null;
    case 'submit':
      return before.state === 'capturing' ? submitted(before, now) : null;
    case 'approve':
      return before.state === 'assessed' ? approved(before, rulerOf[next.by], now) : null;
    case 'reject':
      return before.state === 'assessed' ? rejected(before, rulerOf.person, next.reason, now) : null;
    case 'lapse':
      return lapsing(before, next.reason, now);
    case 'measure':
      return null; // the engine's own job takes that step
  }
}

/** The place is told with the face, and the kind of document before its front. */
function asking(
  before: Opened | Capturing,
  piece: Extract<RehearsedStep, { kind: 'ask' }>['piece'],
  now: Date,
): Step<Verification> | null {
  const asked = askedFor(before, piece, now);
  if (asked === null) return null;
  if (piece === 'face') return withPlace(asked.next, place, now);
  return piece === 'front' ? withDocumentKind(asked.next, 'id-card', now) : asked;
}

function lapsing(
  before: Verification,
  reason: Extract<RehearsedStep, { kind: 'lapse' }>['reason'],
  now: Date,
): Step<Verification> | null {
  if (reason === 'cancelled') {
    const step = cancelled(before, now);
    return step.ok ? step.value : null;
  }
  const isOpen = before.state === 'requested' || before.state === 'invited' || before.state === 'opened';
  return isOpen ? lapsed(before, reason, now) : null;
}

/** What is written with the step. */
async function beside(
  { evidence, noteInvitation, clock }: RunTestApplicantParts,
  transaction: Transaction<unknown>,
  place: EvidencePlace,
  next: RehearsedStep,
  applicant: TestApplicant,
): Promise<void> {
  if (next.kind === 'invite') await noteInvitation(transaction, place, { state: 'delivered', now: clock() });
  if (next.kind === 'lapse' && next.reason === 'undeliverable')
    await noteInvitation(transaction, place, { state: 'undeliverable', now: clock() });
  if (next.kind !== 'submit') return;
  const wanted: readonly EvidenceKind[] = [
    'face-video',
    'front',
    ...(applicant === 'backless' ? [] : ['back' as const]),
  ];
  const sealed = await evidence.seal(transaction, place, wanted);
  if (!sealed.ok) throw new Error(`the evidence of a test is not sealed: ${sealed.refusal.kind}`);
}

/** Documents are valid by days, and the service's are Spain's. */
const dayInSpain = (instant: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Madrid' }).format(instant);
