import { MS_PER_HOUR, later } from '../kernel/instant.ts';
import { type Result, ok, refuse } from '../kernel/result.ts';
import { type DrawnChallenge, type ShownWindow, durationMs, nextAfterMs } from './challenge.ts';
import type { ShownStep, voidReasons } from './protocol.schema.ts';

export type VoidReason = (typeof voidReasons)[number];

/** One filming of the face under one challenge. Times in ms are after `begunAt`, or of the recording where it says so. */
export type FaceAttempt = {
  readonly attemptNumber: number;
  /** What it was made for: [Note: Retakes]. */
  readonly round: number;
  readonly begunAt: Date;
  readonly challenge: DrawnChallenge;
  readonly toldAtMs: readonly number[];
  /** The recording among the evidence; null before its first chunk. */
  readonly itemNumber: number | null;
  readonly chunks: number;
  /** The recording's time at the end of its last chunk. */
  readonly recordedMs: number;
  /** The latest at which the recording can have begun. */
  readonly beginsByMs: number | null;
  readonly shown: readonly ShownWindow[] | null;
  readonly endedAt: Date | null;
  /** null with `endedAt`: it is whole. */
  readonly voidReason: VoidReason | null;
};

/**
 * [Note: Binding a recording to its challenge]
 * The server says what to do only when it is time, and notes when it said so. Chunks arrive while the recording runs, and their arrival times
 * bound when it can have begun: a chunk cannot be here before it was recorded. So a step cannot have been shown before it was told, a minute
 * cannot be recorded in a second, and what was made elsewhere and is sent afterwards is late. What a page says of its own clock is believed
 * only within these bounds.
 */
export const attemptRule = {
  /** Timers of browsers run a little ahead. */
  earlyToleranceMs: 100,
  /** From the answer to `begin` to the camera that records. */
  startWithinMs: 10_000,
  /** How late a step may be asked for; a page that has lost its connection for longer begins anew. */
  stepLateMs: 5000,
  /** From being told to being on the screen. */
  showWithinMs: 3000,
  windowShorterMs: 300,
  windowLongerMs: 1500,
  /** A chunk that comes so long after it was recorded was not sent while recording. Somebody may be offline for 20 s. */
  chunkLateMs: 30_000,
  /** Recorded time that one chunk may hold. */
  mostChunkMs: 6000,
  chunkMs: 1000,
  /** Recorded time after the last step, and before the recorder stops. */
  mostTailMs: 10_000,
} as const;

/** By then an attempt is finished or void. */
export const finishBy = ({ begunAt, challenge }: Pick<FaceAttempt, 'begunAt' | 'challenge'>): Date =>
  later(
    begunAt,
    attemptRule.startWithinMs +
      durationMs(challenge) +
      challenge.steps.length * (attemptRule.stepLateMs + attemptRule.showWithinMs) +
      attemptRule.mostTailMs +
      attemptRule.chunkLateMs,
  );

export type AttemptRefusal = { readonly kind: 'attempt-void'; readonly why: VoidReason };
const isVoid = (why: VoidReason) => refuse<AttemptRefusal>({ kind: 'attempt-void', why });

const elapsedMs = ({ begunAt }: FaceAttempt, now: Date): number => now.getTime() - begunAt.getTime();

/** Why nothing more can be done with an attempt. */
export function overBy(attempt: FaceAttempt, now: Date): VoidReason | null {
  if (attempt.voidReason !== null) return attempt.voidReason;
  return attempt.endedAt === null && now > finishBy(attempt) ? 'expired' : null;
}

export type ToldStep = { readonly answer: ShownStep; readonly toldAtMs: readonly number[] };

/**
 * Tells a step, when it is time. One that was told last is told again while it can still be shown: its answer may have been lost.
 */
export function tellStep(attempt: FaceAttempt, step: number, now: Date): Result<ToldStep, AttemptRefusal> {
  const { challenge, toldAtMs } = attempt;
  const atMs = elapsedMs(attempt, now);
  const answer = (): ShownStep => ({
    show: challenge.steps[step]!.show,
    nextAfterMs: nextAfterMs(challenge, step),
  });
  if (step >= challenge.steps.length) return isVoid('step-out-of-order');
  if (step === toldAtMs.length - 1)
    return atMs - toldAtMs[step]! > attemptRule.stepLateMs ? isVoid('step-late') : ok({ answer: answer(), toldAtMs });
  if (step !== toldAtMs.length) return isVoid('step-out-of-order');
  const dueMs =
    step === 0
      ? challenge.baselineMs + challenge.steps[0]!.pauseMs
      : toldAtMs[step - 1]! + nextAfterMs(challenge, step - 1)!;
  const { earlyToleranceMs, startWithinMs, showWithinMs, stepLateMs } = attemptRule;
  if (atMs < dueMs - earlyToleranceMs) return isVoid('step-early');
  if (atMs > dueMs + (step === 0 ? startWithinMs : showWithinMs) + stepLateMs) return isVoid('step-late');
  return ok({ answer: answer(), toldAtMs: [...toldAtMs, atMs] });
}

export type TakenChunk = Pick<FaceAttempt, 'chunks' | 'recordedMs' | 'beginsByMs'>;

/**
 * Whether the next chunk may be taken. Numbers are compared before: this is about time.
 * @param toMs the recording's time at its end, as the page says.
 * @param arrivedAt when it was whole at the server.
 */
export function takeChunk(attempt: FaceAttempt, toMs: number, arrivedAt: Date): Result<TakenChunk, AttemptRefusal> {
  const { earlyToleranceMs, mostChunkMs, chunkLateMs, mostTailMs, startWithinMs, stepLateMs, showWithinMs } =
    attemptRule;
  const { challenge, recordedMs, chunks } = attempt;
  if (toMs < recordedMs || toMs > recordedMs + mostChunkMs) return isVoid('chunk-out-of-order');
  const beginsBy = elapsedMs(attempt, arrivedAt) - toMs;
  if (beginsBy < -earlyToleranceMs) return isVoid('chunk-too-fast');
  const beginsByMs = Math.max(0, Math.min(beginsBy, attempt.beginsByMs ?? Infinity));
  if (beginsBy - beginsByMs > chunkLateMs || (attempt.beginsByMs === null && beginsBy > startWithinMs + chunkLateMs))
    return isVoid('chunk-late');
  const mostMs =
    durationMs(challenge) + challenge.steps.length * (stepLateMs + showWithinMs) + mostTailMs + startWithinMs;
  if (toMs > mostMs) return isVoid('too-long');
  return ok({ chunks: chunks + 1, recordedMs: toMs, beginsByMs });
}

/** Whether what a page says it has shown fits what it was told and when. */
export function checkShown(
  attempt: FaceAttempt,
  { chunks, shown }: { readonly chunks: number; readonly shown: readonly ShownWindow[] },
): Result<null, AttemptRefusal> {
  const { challenge, toldAtMs, beginsByMs, recordedMs } = attempt;
  const { earlyToleranceMs, startWithinMs, showWithinMs, windowShorterMs, windowLongerMs } = attemptRule;
  if (chunks !== attempt.chunks || beginsByMs === null) return isVoid('chunks-missing');
  // At least one chunk must have come soon after it was recorded: else all of it may have been made before.
  if (beginsByMs > startWithinMs) return isVoid('chunk-late');
  const areAll = toldAtMs.length === challenge.steps.length && shown.length === challenge.steps.length;
  if (!areAll) return isVoid('windows-do-not-fit');
  const fits = shown.every(({ fromMs, toMs }, index) => {
    const { forMs } = challenge.steps[index]!.show;
    const toldMs = toldAtMs[index]!;
    return (
      fromMs >= (index === 0 ? challenge.baselineMs : shown[index - 1]!.toMs) - earlyToleranceMs &&
      // The recording began at 0 … beginsByMs: earlier than told on any of these clocks is earlier than told.
      fromMs + beginsByMs >= toldMs - earlyToleranceMs &&
      fromMs <= toldMs + showWithinMs &&
      toMs - fromMs >= forMs - windowShorterMs &&
      toMs - fromMs <= forMs + windowLongerMs &&
      toMs <= recordedMs + windowShorterMs
    );
  });
  return fits ? ok(null) : isVoid('windows-do-not-fit');
}

/**
 * [Note: Attempts]
 * The face may be filmed three times to the end: every further sequence is a further chance for a recording made beforehand. What broke off
 * after its first gesture was told has also shown a sequence; a lost connection is nobody's fault, so four of these are let pass in an hour.
 * What broke off before costs nothing but is counted as well, against whoever begins without end.
 */
export const attemptsRule = { whole: 3, brokenOffWithin: 4, begunWithin: 15, withinMs: MS_PER_HOUR } as const;

export type AttemptsLeft = { readonly left: number; readonly retryAfterMs: number | null };

/** @param attempts all of one round, oldest first: whoever is asked to film again may begin anew. */
export function attemptsLeft(attempts: readonly FaceAttempt[], now: Date): AttemptsLeft {
  const { whole, brokenOffWithin, begunWithin, withinMs } = attemptsRule;
  const finished = attempts.filter((attempt) => attempt.endedAt !== null && attempt.voidReason === null);
  if (finished.length >= whole) return { left: 0, retryAfterMs: null };
  const since = later(now, -withinMs);
  const recent = attempts.filter((attempt) => attempt.begunAt > since && !finished.includes(attempt));
  const brokenOff = recent.filter(({ toldAtMs }) => toldAtMs.length > 0);
  const freeAgainMs = (counted: readonly FaceAttempt[], most: number): number =>
    counted.length < most ? 0 : withinMs - elapsedMs(counted[counted.length - most]!, now);
  const waitMs = Math.max(freeAgainMs(brokenOff, brokenOffWithin), freeAgainMs(recent, begunWithin));
  return waitMs > 0
    ? { left: 0, retryAfterMs: waitMs }
    : { left: Math.min(whole - finished.length, brokenOffWithin - brokenOff.length), retryAfterMs: null };
}
