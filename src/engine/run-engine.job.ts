import { type Kysely, type Transaction } from 'kysely';
import {
  EvidenceDamaged,
  type EvidenceItem,
  type EvidenceKind,
  type EvidencePlace,
  type OpenRefusal,
  type SealedEvidence,
} from '../evidence/evidence.ts';
import { type Clock, MS_PER_SECOND, later } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import type { Assessment, Finding } from '../verification/assessment.ts';
import type { Job } from '../verification/jobs.ts';
import { type Step, assessed } from '../verification/steps.ts';
import {
  type Assessed,
  type Retaken,
  type Submitted,
  type Verification,
  linkedRoundOf,
} from '../verification/verification.ts';
import { assess, type AssessedApplicant } from './assess.ts';
import { type EncodedExhibit, encodeExhibits } from './encode-exhibits.client.ts';
import { beginRun, endRun, uncountAttempt } from './engine-run.store.ts';
import type { AttributeModel } from './face/attributes/attribute-model.ts';
import type { Challenge } from './liveness/challenge.ts';
import { soundEngine } from './sound-measurement.ts';
import type { Engine, EngineFailure, EvidenceRefusal } from './tasks.ts';
import { unmeasured } from './unmeasured.ts';
import { withoutAppearance } from './without-appearance.ts';
import type { WorkingFolder } from './working-folder.client.ts';

export type RunEngine = Extract<Job, { kind: 'run-engine' }>;

export type RunEngineParts = {
  readonly database: Kysely<unknown>;
  readonly clock: Clock;
  readonly engine: Engine;
  readonly workingFolder: WorkingFolder;
  readonly attributeModel: AttributeModel;
  readonly evidence: {
    list(place: EvidencePlace): Promise<{ readonly sealed: SealedEvidence | null }>;
    open(
      place: EvidencePlace,
      itemNumber: number,
    ): Promise<Result<{ readonly item: EvidenceItem; readonly bytes: AsyncIterable<Uint8Array> }, OpenRefusal>>;
    discardUncounted(place: EvidencePlace): Promise<void>;
    keepExhibits(place: EvidencePlace, exhibits: readonly EncodedExhibit[]): Promise<Result<void, unknown>>;
  };
  readonly find: (place: EvidencePlace) => Promise<Verification | null>;
  /** Whether the account wants to be told how people look. */
  readonly wantsAppearance: (accountId: EvidencePlace['accountId']) => Promise<boolean>;
  /** What the applicant was asked to do in a recording, and what is known of how it came about; null when nothing. */
  readonly capturedUnder: (
    place: EvidencePlace,
    itemNumber: number,
  ) => Promise<{ readonly challenge: Challenge; readonly findings: readonly Finding[] } | null>;
  readonly advance: (
    accountId: EvidencePlace['accountId'],
    id: EvidencePlace['id'],
    step: (before: Verification) => Result<Step<Assessed>, { readonly kind: 'not-submitted' }>,
  ) => Promise<Result<Assessed, unknown>>;
  readonly enqueue: (transaction: Transaction<unknown>, jobs: readonly Job[]) => Promise<void>;
  /** Told what became of an attempt: for logs and metrics, without anything of the person. */
  readonly onRun: (run: {
    readonly place: EvidencePlace;
    readonly attempt: number;
    /** `assessed`, or the slug of what stood in the way. */
    readonly ended: string;
    readonly isFinal: boolean;
    readonly durationMs: number;
  }) => void;
};

/**
 * [Note: When the engine fails]
 * A worker that dies, hangs or answers nonsense says nothing about the applicant. It is tried again a few times, and then the case is a
 * person's, with what failed as its only finding: never a pass, and never waiting for ever. Attempts are counted before they are made, so that
 * evidence which takes the whole process down does so a few times and not more; what only had to wait for a database or a store does
 * not count.
 */
const MOST_ATTEMPTS = { died: 3, unsound: 3, 'timed-out': 2 } as const satisfies Record<
  EngineFailure['detail'],
  number
>;
/** Attempts that ended with the process that made them. */
const MOST_ABANDONED = 4;
const AGAIN_AFTER_MS = MS_PER_SECOND;

/** What stood in the way: of a kind that is tried again, or final. */
type Hindrance = {
  readonly evidence: 'face-video' | 'front' | 'back';
  readonly slug: string;
  readonly most: number;
};

export const runEngine =
  (parts: RunEngineParts) =>
  async (job: RunEngine): Promise<void> => {
    const place: EvidencePlace = { accountId: job.accountId, id: job.id };
    const verification = await parts.find(place);
    if (verification === null || !isToMeasure(verification)) return;
    const beganAt = parts.clock();
    const round = linkedRoundOf(verification);
    const { attempts } = await beginRun(parts.database, place, { round, now: beganAt });
    const measured =
      attempts > MOST_ABANDONED
        ? refuse<Hindrance>({ evidence: 'face-video', slug: 'engine-gave-up', most: 0 })
        : await measure(parts, place, verification).catch(async (error: unknown) => {
            await uncountAttempt(parts.database, place).catch(() => {}); // the first error is the one to tell
            throw error;
          });
    const isAgain = !measured.ok && attempts < measured.refusal.most;
    const now = parts.clock();
    parts.onRun({
      place,
      attempt: attempts,
      ended: measured.ok ? 'assessed' : measured.refusal.slug,
      isFinal: !isAgain,
      durationMs: now.getTime() - beganAt.getTime(),
    });
    if (isAgain) {
      const again = { ...job, at: later(now, AGAIN_AFTER_MS) };
      return parts.database.transaction().execute((transaction) => parts.enqueue(transaction, [again]));
    }
    if (measured.ok) await parts.evidence.keepExhibits(place, await encodeExhibits(measured.value.exhibits));
    const assessment = measured.ok
      ? measured.value.assessment
      : unmeasured(measured.refusal.evidence, measured.refusal.slug);
    const wanted = (await parts.wantsAppearance(place.accountId)) ? assessment : withoutAppearance(assessment);
    await conclude(parts, verification, wanted);
    await endRun(parts.database, place, { failure: measured.ok ? null : measured.refusal.slug, now });
  };

const isToMeasure = (verification: Verification): verification is Submitted | Retaken =>
  verification.state === 'submitted' || verification.state === 'retaken';

async function conclude(
  { advance, clock }: RunEngineParts,
  measured: Submitted | Retaken,
  assessment: Assessment,
): Promise<void> {
  await advance(measured.accountId, measured.id, (before) =>
    // A round that was measured says nothing of another one.
    isToMeasure(before) && linkedRoundOf(before) === linkedRoundOf(measured)
      ? ok(assessed(before, assessment, clock()))
      : refuse({ kind: 'not-submitted' }),
  );
}

async function measure(
  parts: RunEngineParts,
  place: EvidencePlace,
  verification: Submitted | Retaken,
): Promise<Result<AssessedApplicant, Hindrance>> {
  const { evidence } = parts;
  await evidence.discardUncounted(place);
  const { sealed } = await evidence.list(place);
  const itemOf = (kind: EvidenceKind): EvidenceItem | undefined => sealed?.items.find((item) => item.kind === kind);
  const [faceVideo, front, back] = [itemOf('face-video'), itemOf('front'), itemOf('back')];
  if (faceVideo === undefined) return final('face-video', 'missing');
  if (front === undefined) return final('front', 'missing');
  const frontBytes = await whole(evidence, place, front);
  if (!frontBytes.ok) return final('front', frontBytes.refusal);
  const backBytes = back === undefined ? ok(null) : await whole(evidence, place, back);
  if (!backBytes.ok) return final('back', backBytes.refusal);
  const opened = await evidence.open(place, faceVideo.itemNumber);
  if (!opened.ok) return final('face-video', opened.refusal.kind);
  const captured = await parts.capturedUnder(place, faceVideo.itemNumber);
  const request = {
    requestedNumber: verification.requestedNumber,
    challenge: captured?.challenge ?? null,
    at: dayInSpain(verification.state === 'retaken' ? verification.retake.submittedAt : verification.submittedAt),
    attributeModel: parts.attributeModel,
  };
  const engine = soundEngine(parts.engine);
  try {
    return await parts.workingFolder.withFile(opened.value.bytes, async (file) => {
      const applicant = { faceVideo: file, front: frontBytes.value, back: backBytes.value };
      // What is thrown from here on is the engine's: it was handed all it needs.
      const result = await assess(applicant, request, engine).catch(() => refuse(threw));
      return result.ok ? ok(withFindings(result.value, captured?.findings ?? [])) : refuse(hindranceOf(result.refusal));
    });
  } catch (error) {
    if (error instanceof EvidenceDamaged) return final('face-video', 'evidence-damaged');
    throw error;
  }
}

/** How it came about is for whoever looks at the case: it was not judged, and judges nothing. */
const withFindings = (assessed: AssessedApplicant, findings: readonly Finding[]): AssessedApplicant => ({
  ...assessed,
  assessment: { ...assessed.assessment, findings: [...assessed.assessment.findings, ...findings] },
});

const threw: EngineFailure = { kind: 'engine-failed', evidence: 'face-video', detail: 'unsound' };

const final = (evidence: Hindrance['evidence'], slug: string): Result<never, Hindrance> =>
  refuse({ evidence, slug, most: 0 });

/** Media that cannot be decoded stays so; an engine that failed may have had a bad moment. */
function hindranceOf(refusal: EvidenceRefusal | EngineFailure): Hindrance {
  if (refusal.kind !== 'engine-failed') return { evidence: refusal.evidence, slug: refusal.kind, most: 0 };
  return { evidence: refusal.evidence, slug: `engine-${refusal.detail}`, most: MOST_ATTEMPTS[refusal.detail] };
}

/** A photograph in memory; its size was limited when it came. */
async function whole(
  evidence: RunEngineParts['evidence'],
  place: EvidencePlace,
  { itemNumber }: EvidenceItem,
): Promise<Result<Uint8Array, string>> {
  const opened = await evidence.open(place, itemNumber);
  if (!opened.ok) return refuse(opened.refusal.kind);
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of opened.value.bytes) pieces.push(piece);
  } catch (error) {
    if (error instanceof EvidenceDamaged) return refuse('evidence-damaged');
    throw error;
  }
  return ok(Buffer.concat(pieces));
}

/** Documents are valid by days, and the service's are Spain's. */
const dayInSpain = (instant: Date): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Madrid' }).format(instant);
