import type { Challenge, Gesture } from '../engine/liveness/challenge.ts';
import { seededRandom, type Random } from '../kernel/random.ts';

/** A movement as a manifest labels it, in the directions of the picture, seconds of the recording. */
export type LabelledMovement = { readonly movement: string; readonly from_s: number; readonly to_s: number };

/**
 * Which labels are gestures of a challenge. In an unmirrored recording the applicant's left is the picture's right. `farther`,
 * `eyes-closed` and `mouth-open` are labelled too, and no challenge asks for them.
 */
const gestureOf: Readonly<Record<string, Gesture>> = {
  'turn-image-right': 'turn-left',
  'turn-image-left': 'turn-right',
  'look-up': 'look-up',
  'look-down': 'look-down',
  'smile-or-wide-mouth': 'smile',
  closer: 'come-closer',
};

const LEAST_SECONDS = 0.5;
/** Labels were measured at 8 frames a second with other thresholds; a gesture may begin this much beside them. */
const SLACK_MS = 300;

/** Each labelled gesture that lasts long enough, as a challenge of one step that asks for it when it happened. */
export const rightChallenges = (movements: readonly LabelledMovement[]): Challenge[] =>
  movements.flatMap(({ movement, from_s: fromSeconds, to_s: toSeconds }) => {
    const gesture = gestureOf[movement];
    if (gesture === undefined || toSeconds - fromSeconds < LEAST_SECONDS) return [];
    const fromMs = Math.max(0, Math.round(fromSeconds * 1000) - SLACK_MS);
    return [{ steps: [{ gesture, fromMs, toMs: Math.round(toSeconds * 1000) + SLACK_MS }] }];
  });

const SEED = 20;
const SEQUENCES = 20;
const STEPS = 3;
const STEP_MS = 3000;
/** What a capture page draws from; `come-closer` is asked for by itself. */
const alphabet: readonly Gesture[] = ['turn-left', 'turn-right', 'look-up', 'look-down', 'smile'];

/**
 * Sequences that nobody in the recording was asked for, at random moments of it. The stream of draws is always the same, so that live
 * and replayed recordings face the same twenty; only a draw that the labels say was done, step by step in its windows, is not wrong,
 * and the next one takes its place. A recording too short for three steps of three seconds gets shorter ones.
 */
export function randomChallenges(durationMs: number, movements: readonly LabelledMovement[]): Challenge[] {
  const random = seededRandom(SEED);
  const stepMs = Math.floor(Math.min(STEP_MS, durationMs / STEPS));
  const challenges: Challenge[] = [];
  while (challenges.length < SEQUENCES) {
    const sequence = drawSequence(random);
    const beginsMs = Math.floor(random() * (durationMs - STEPS * stepMs));
    const steps = sequence.map((gesture, at) => ({
      gesture,
      fromMs: beginsMs + at * stepMs,
      toMs: beginsMs + (at + 1) * stepMs,
    }));
    if (!steps.every((step) => movements.some((movement) => isDone(step, movement)))) challenges.push({ steps });
  }
  return challenges;
}

const isDone = (
  step: Challenge['steps'][number],
  { movement, from_s: fromSeconds, to_s: toSeconds }: LabelledMovement,
) =>
  gestureOf[movement] === step.gesture &&
  fromSeconds * 1000 <= step.toMs + SLACK_MS &&
  toSeconds * 1000 >= step.fromMs - SLACK_MS;

function drawSequence(random: Random): Gesture[] {
  const sequence: Gesture[] = [];
  while (sequence.length < STEPS) {
    const drawn = alphabet[Math.floor(random() * alphabet.length)]!;
    if (drawn !== sequence.at(-1)) sequence.push(drawn);
  }
  return sequence;
}
