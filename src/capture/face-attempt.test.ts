import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { MS_PER_HOUR, later } from '../kernel/instant.ts';
import { drawChallenge, nextAfterMs } from './challenge.ts';
import {
  type FaceAttempt,
  attemptRule,
  attemptsLeft,
  attemptsRule,
  checkShown,
  finishBy,
  overBy,
  takeChunk,
  tellStep,
} from './face-attempt.ts';

const begunAt = new Date('2026-11-25T10:00:00Z');
const at = (ms: number): Date => later(begunAt, ms);

const fresh = (pauses: readonly number[] = [0, 0, 0]): FaceAttempt => {
  let drawn = 0;
  const challenge = drawChallenge((from, to) => Math.min(to, from + drawn++), {
    flashes: false,
    withoutTurning: false,
  });
  return {
    attemptNumber: 1,
    round: 1,
    begunAt,
    challenge: { ...challenge, steps: challenge.steps.map((step, index) => ({ ...step, pauseMs: pauses[index]! })) },
    toldAtMs: [],
    itemNumber: 1,
    chunks: 0,
    recordedMs: 0,
    beginsByMs: null,
    shown: null,
    endedAt: null,
    voidReason: null,
  };
};

/** An honest page: a recorder that starts after a while, answers and chunks that take theirs. */
function honest(pauses: readonly number[], startMs: number, answerMs: number, uploadMs: number) {
  let attempt = fresh(pauses);
  const shown: { fromMs: number; toMs: number }[] = [];
  const sendUntil = (nowMs: number): void => {
    for (let toMs = attempt.recordedMs + 1000; startMs + toMs + uploadMs <= nowMs; toMs += 1000) {
      const taken = takeChunk(attempt, toMs, at(startMs + toMs + uploadMs));
      assert.ok(taken.ok, JSON.stringify(taken));
      attempt = { ...attempt, ...taken.value };
    }
  };
  let askAtMs: number | null = attempt.challenge.baselineMs + attempt.challenge.steps[0]!.pauseMs;
  for (let step = 0; askAtMs !== null; step += 1) {
    const arrivesMs: number = startMs + askAtMs + answerMs / 2;
    sendUntil(arrivesMs);
    const told = tellStep(attempt, step, at(arrivesMs));
    assert.ok(told.ok, JSON.stringify(told));
    attempt = { ...attempt, toldAtMs: told.value.toldAtMs };
    const fromMs: number = askAtMs + answerMs;
    shown.push({ fromMs, toMs: fromMs + attempt.challenge.steps[step]!.show.forMs });
    const next = nextAfterMs(attempt.challenge, step);
    askAtMs = next === null ? null : fromMs + next;
  }
  sendUntil(startMs + shown.at(-1)!.toMs + 1500 + uploadMs);
  return { attempt, shown };
}

test('an honest page passes, however slow its camera, its answers and its uploads are within the rule', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 3, maxLength: 3 }),
      fc.integer({ min: 0, max: 7000 }),
      fc.integer({ min: 0, max: 2500 }),
      fc.integer({ min: 0, max: 2500 }),
      (pauses, startMs, answerMs, uploadMs) => {
        const { attempt, shown } = honest(pauses, startMs, answerMs, uploadMs);
        assert.deepEqual(checkShown(attempt, { chunks: attempt.chunks, shown }), { ok: true, value: null });
      },
    ),
  );
});

test('no step is told before its time, whatever was asked before', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 6000 })), { maxLength: 12 }),
      fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 3, maxLength: 3 }),
      (asks, pauses) => {
        let attempt = fresh(pauses);
        let nowMs = 0;
        for (const [step, pauseMs] of asks) {
          nowMs += pauseMs;
          const told = tellStep(attempt, step, at(nowMs));
          if (!told.ok) break;
          const isNews = told.value.toldAtMs.length > attempt.toldAtMs.length;
          attempt = { ...attempt, toldAtMs: told.value.toldAtMs };
          if (!isNews) continue;
          const dueMs = attempt.challenge.steps
            .slice(0, step + 1)
            .reduce(
              (sum, { pauseMs: pause }, index) =>
                sum + pause + (index === 0 ? 0 : attempt.challenge.steps[index - 1]!.show.forMs),
              attempt.challenge.baselineMs,
            );
          assert.ok(
            nowMs >= dueMs - (step + 1) * attemptRule.earlyToleranceMs,
            `step ${step} at ${nowMs}, due ${dueMs}`,
          );
          assert.equal(attempt.toldAtMs.length, step + 1);
        }
      },
    ),
  );
});

test('no more is recorded than time has passed, whatever lengths are claimed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 7000 }), fc.integer({ min: 0, max: 4000 })), { maxLength: 20 }),
      (chunks) => {
        let attempt = fresh();
        let nowMs = 0;
        for (const [claimedMs, passedMs] of chunks) {
          nowMs += passedMs;
          const taken = takeChunk(attempt, attempt.recordedMs + claimedMs, at(nowMs));
          if (!taken.ok) break;
          attempt = { ...attempt, ...taken.value };
          assert.ok(attempt.recordedMs <= nowMs + attemptRule.earlyToleranceMs);
          assert.ok(attempt.beginsByMs! >= 0 && attempt.beginsByMs! <= Math.max(0, nowMs - attempt.recordedMs));
        }
      },
    ),
  );
});

test('windows moved, shortened, swapped or too many do not fit', () => {
  const { attempt, shown } = honest([300, 500, 100], 500, 200, 150);
  const { chunks } = attempt;
  const refused = (windows: typeof shown): boolean => !checkShown(attempt, { chunks, shown: windows }).ok;
  assert.equal(refused(shown), false);
  assert.ok(
    refused(shown.map(({ fromMs, toMs }) => ({ fromMs: fromMs - 600, toMs: toMs - 600 }))),
    'before they were told',
  );
  assert.ok(refused(shown.map(({ fromMs, toMs }) => ({ fromMs: fromMs + 4000, toMs: toMs + 4000 }))), 'long after');
  assert.ok(refused(shown.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs - 400 }))), 'shorter');
  assert.ok(refused(shown.map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs + 1600 }))), 'longer');
  assert.ok(refused([shown[1]!, shown[0]!, shown[2]!]), 'in another order');
  assert.ok(refused(shown.slice(1)), 'one less');
  assert.ok(refused([...shown, shown[2]!]), 'one more');
});

test('an attempt ends by itself', () => {
  const attempt = fresh();
  assert.equal(overBy(attempt, finishBy(attempt)), null);
  assert.equal(overBy(attempt, later(finishBy(attempt), 1)), 'expired');
  assert.equal(overBy({ ...attempt, endedAt: begunAt, voidReason: 'step-late' }, begunAt), 'step-late');
});

test('three whole attempts are all there are; broken ones come back after an hour, begun ones too', () => {
  const whole = (attemptNumber: number): FaceAttempt => ({
    ...fresh(),
    attemptNumber,
    toldAtMs: [1, 2, 3],
    endedAt: at(20_000),
  });
  const broken = (attemptNumber: number, begunMs: number, told = 1): FaceAttempt => ({
    ...fresh(),
    attemptNumber,
    begunAt: at(begunMs),
    toldAtMs: Array<number>(told).fill(1000),
    endedAt: at(begunMs + 5000),
    voidReason: 'step-late',
  });
  assert.deepEqual(attemptsLeft([], begunAt), { left: 3, retryAfterMs: null });
  assert.deepEqual(attemptsLeft([whole(1), whole(2)], at(60_000)), { left: 1, retryAfterMs: null });
  assert.deepEqual(attemptsLeft([whole(1), whole(2), whole(3)], at(99 * MS_PER_HOUR)), { left: 0, retryAfterMs: null });
  const four = [1, 2, 3, 4].map((number) => broken(number, number * 60_000));
  assert.deepEqual(attemptsLeft(four.slice(1), at(300_000)), { left: 1, retryAfterMs: null });
  assert.deepEqual(attemptsLeft(four, at(300_000)), { left: 0, retryAfterMs: MS_PER_HOUR - 240_000 });
  assert.equal(attemptsLeft(four, at(60_000 + MS_PER_HOUR)).left, 1);
  const begun = Array.from({ length: attemptsRule.begunWithin }, (_, number) => broken(number, number * 1000, 0));
  assert.equal(attemptsLeft(begun.slice(1), at(60_000)).left, 3);
  assert.equal(attemptsLeft(begun, at(60_000)).left, 0);
});
