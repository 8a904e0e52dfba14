import type { PartRefusal } from '../evidence/evidence.ts';
import { MS_PER_SECOND } from '../kernel/instant.ts';
import { type Result, ok } from '../kernel/result.ts';
import { askedFor, isFilming, touched } from '../verification/steps.ts';
import { type Call, type Outcome, move, onItsWay, problemOfPut, progress, stateOf } from './applicant.store.ts';
import { type ShownWindow, drawChallenge } from './challenge.ts';
import {
  type FaceAttempt,
  type VoidReason,
  attemptRule,
  attemptsLeft,
  checkShown,
  finishBy,
  overBy,
  takeChunk,
  tellStep,
} from './face-attempt.ts';
import {
  insertAttempt,
  listAttempts,
  noteChunk,
  noteRecording,
  noteTold,
  noteVoid,
  noteWhole,
} from './face-attempt.store.ts';
import type { BegunFace, CaptureProblem, CaptureState, ShownStep, Track } from './protocol.schema.ts';
import { type CaptureParts, problem } from './session.store.ts';

/** What is kept of the camera with an attempt, under the verification's key. */
export const trackRecord = (attemptNumber: number): string => `face-attempt-${attemptNumber}`;

class BegunTwice extends Error {
  override readonly name = 'BegunTwice';
}

/** A fresh challenge. One that was under way is void. */
export async function beginFace(
  parts: CaptureParts,
  call: Call,
  wanted: { readonly mediaType: string; readonly track: Track; readonly withoutTurning: boolean },
): Outcome<BegunFace> {
  const underWay = onItsWay(call);
  if (!underWay.ok) return underWay;
  const { session, now } = call;
  const { face } = await progress(parts, session, underWay.value, now);
  const attempts = await listAttempts(parts.database, session.place);
  const { round } = session;
  const { left, retryAfterMs } = attemptsLeft(
    attempts.filter((attempt) => attempt.round === round),
    now,
  );
  if (left === 0)
    return retryAfterMs === null
      ? problem('no-attempts-left')
      : problem('too-often', { retryAfterSeconds: Math.ceil(retryAfterMs / MS_PER_SECOND) });
  if (face.is === 'checking' || face.is === 'good') return problem('not-now');
  const attemptNumber = (attempts.at(-1)?.attemptNumber ?? 0) + 1;
  const { withoutTurning, mediaType, track } = wanted;
  const challenge = drawChallenge(parts.draw, { flashes: session.account.settings.flashes, withoutTurning });
  try {
    const moved = await move(
      parts,
      call,
      (before) => askedFor(before, 'face', now) ?? (isFilming(before) ? touched(before, now) : null),
      async (transaction) => {
        if (!(await insertAttempt(transaction, session.place, { attemptNumber, round, challenge, now })))
          throw new BegunTwice('two attempts were begun at once');
        const facts = JSON.stringify({ mediaType, track });
        const kept = await parts.evidence.keepRecord(transaction, session.place, trackRecord(attemptNumber), facts);
        if (!kept.ok) throw new Error(`facts of a camera were not kept: ${kept.refusal.kind}`);
      },
    );
    if (!moved.ok) return moved;
  } catch (error) {
    if (error instanceof BegunTwice) return problem('not-now');
    throw error;
  }
  return ok({
    attempt: String(attemptNumber),
    baselineMs: challenge.baselineMs,
    stepCount: challenge.steps.length,
    firstStepAtMs: challenge.baselineMs + challenge.steps[0]!.pauseMs,
    chunkMs: attemptRule.chunkMs,
    finishBy: finishBy({ begunAt: now, challenge }).toISOString(),
  });
}

/** The attempt that a call names, whatever has become of it. */
async function findAttempt(parts: CaptureParts, call: Call, name: string): Outcome<FaceAttempt> {
  const underWay = onItsWay(call);
  if (!underWay.ok) return underWay;
  const attempts = await listAttempts(parts.database, call.session.place);
  const attempt = attempts.find(
    ({ attemptNumber, round }) => String(attemptNumber) === name && round === call.session.round,
  );
  return attempt === undefined ? problem('attempt-unknown') : ok(attempt);
}

/** Ends an attempt and says why. */
async function voided(
  { database }: CaptureParts,
  { session, now }: Call,
  attempt: FaceAttempt,
  why: VoidReason,
): Promise<{ readonly ok: false; readonly refusal: CaptureProblem }> {
  await noteVoid(database, session.place, attempt, { why, now });
  return problem('attempt-void', { why });
}

/** The attempt while something can still be done with it. */
async function openAttempt(parts: CaptureParts, call: Call, name: string): Outcome<FaceAttempt> {
  const found = await findAttempt(parts, call, name);
  if (!found.ok) return found;
  const why = overBy(found.value, call.now);
  if (why !== null) return voided(parts, call, found.value, why);
  return found.value.endedAt === null ? found : problem('not-now');
}

/** What to show now. It is told when its time has come and not before. */
export async function tellNext(parts: CaptureParts, call: Call, name: string, step: number): Outcome<ShownStep> {
  const open = await openAttempt(parts, call, name);
  if (!open.ok) return open;
  const attempt = open.value;
  const told = tellStep(attempt, step, call.now);
  if (!told.ok) return voided(parts, call, attempt, told.refusal.why);
  const { answer, toldAtMs } = told.value;
  if (toldAtMs === attempt.toldAtMs || (await noteTold(parts.database, call.session.place, attempt, toldAtMs)))
    return ok(answer);
  return problem('not-now');
}

export type Chunk = { readonly number: number; readonly toMs: number; readonly bytes: Uint8Array };

/** One chunk of the recording: on disk, with the time at which it came, before it is acknowledged. */
export async function receiveChunk(
  parts: CaptureParts,
  call: Call,
  name: string,
  chunk: Chunk,
): Outcome<{ readonly received: number }> {
  const open = await openAttempt(parts, call, name);
  if (!open.ok) return open;
  const { place } = call.session;
  const attempt = open.value;
  if (chunk.number > attempt.chunks) return voided(parts, call, attempt, 'chunk-out-of-order');
  const isRepeat = chunk.number < attempt.chunks;
  const taken = isRepeat ? null : takeChunk(attempt, chunk.toMs, call.now);
  if (taken?.ok === false) return voided(parts, call, attempt, taken.refusal.why);
  const recording = await recordingOf(parts, call, attempt);
  if (!recording.ok) return recording;
  const appended = await parts.evidence.appendPart(place, {
    itemNumber: recording.value,
    partNumber: chunk.number + 1,
    bytes: chunk.bytes,
  });
  if (!appended.ok) {
    const { refusal } = appended;
    if (refusal.kind === 'part-differs') return voided(parts, call, attempt, 'chunk-differs');
    if (refusal.kind === 'part-out-of-order') return voided(parts, call, attempt, 'chunk-out-of-order');
    if (refusal.kind === 'recording-closed' || refusal.kind === 'unknown-recording')
      return voided(parts, call, attempt, 'replaced');
    return problem(...problemOfPut(refusal));
  }
  if (taken === null || !(await noteChunk(parts.database, place, attempt, taken.value)))
    return problem('chunk-already-here');
  return ok({ received: chunk.number + 1 });
}

/** Where the chunks of an attempt go, from its first one on. */
async function recordingOf(parts: CaptureParts, call: Call, attempt: FaceAttempt): Outcome<number> {
  if (attempt.itemNumber !== null) return ok(attempt.itemNumber);
  const { place } = call.session;
  const begun = await parts.evidence.beginRecording(place, { kind: 'face-video' });
  if (!begun.ok) return problem(...problemOfPut(begun.refusal));
  const { itemNumber } = begun.value;
  return (await noteRecording(parts.database, place, attempt, itemNumber))
    ? ok(itemNumber)
    : problem('chunk-already-here');
}

export type Finish = {
  readonly chunks: number;
  readonly sha256: string;
  readonly shown: readonly ShownWindow[];
  readonly frameTimesMs: readonly number[];
};

/** Frame times that are kept: some minutes at the rate of a camera. */
const MOST_FRAME_TIMES = 3000;

class NotKept extends Error {
  override readonly name = 'NotKept';
  readonly refusal: PartRefusal;
  constructor(refusal: PartRefusal) {
    super(refusal.kind);
    this.refusal = refusal;
  }
}

/** The same call came twice at once, or another attempt was begun meanwhile. */
class EndedFirst extends Error {
  override readonly name = 'EndedFirst';
}

const voidBy = ({ kind }: PartRefusal): VoidReason => (kind === 'wrong-type' ? 'unreadable-media' : 'chunks-missing');

/** The recording is whole. Finishing again answers the same. */
export async function finishFace(parts: CaptureParts, call: Call, name: string, finish: Finish): Outcome<CaptureState> {
  const found = await findAttempt(parts, call, name);
  if (!found.ok) return found;
  if (found.value.endedAt !== null && found.value.voidReason === null) return ok(await stateOf(parts, call));
  const open = await openAttempt(parts, call, name);
  if (!open.ok) return open;
  const attempt = open.value;
  const fits = checkShown(attempt, finish);
  if (!fits.ok) return voided(parts, call, attempt, fits.refusal.why);
  const { session, now } = call;
  const itemNumber = attempt.itemNumber!;
  const whole = await parts.evidence.readBack(session.place, { itemNumber, parts: finish.chunks });
  if (!whole.ok) return voided(parts, call, attempt, voidBy(whole.refusal));
  if (whole.value.sha256 !== finish.sha256) return voided(parts, call, attempt, 'digest-differs');
  const frameTimesMs = finish.frameTimesMs.slice(0, MOST_FRAME_TIMES).map(Math.round);
  try {
    // One commit: a recording that is kept belongs to an attempt that is whole, and to a verification that has moved on.
    const moved: Result<unknown, CaptureProblem> = await move(
      parts,
      call,
      (before) => askedFor(before, 'front', now) ?? (isFilming(before) ? touched(before, now) : null),
      async (transaction) => {
        if (!(await noteWhole(transaction, session.place, attempt, { shown: finish.shown, now })))
          throw new EndedFirst();
        const kept = await parts.evidence.keepRecording(transaction, session.place, whole.value, { frameTimesMs });
        if (!kept.ok) throw new NotKept(kept.refusal);
        await parts.enqueue(transaction, [{ kind: 'check-evidence', ...session.place, itemNumber, at: now }]);
      },
    );
    if (!moved.ok) return moved;
  } catch (error) {
    if (error instanceof EndedFirst) return finishFace(parts, call, name, finish);
    if (error instanceof NotKept) return voided(parts, call, attempt, voidBy(error.refusal));
    throw error;
  }
  const verification =
    (await parts.findVerification(session.place.accountId, session.place.id)) ?? session.verification;
  return ok(await stateOf(parts, { session: { ...session, verification }, now }));
}
