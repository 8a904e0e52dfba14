import type { Challenge, Gesture } from './challenge.ts';
import type { TrackedFrame } from './face-track.ts';
import { median } from './quantile.ts';

/**
 * When a gesture counts, against the person's own neutral face. Measured on live recordings: calm people stay within ±0.15 of
 * asymmetry, −0.03 … +0.04 of nose drop and 0.85 … 1.15 of mouth width; a flat card turned by ±45° changes asymmetry by 0.18 at most.
 */
export const gestureThresholds = {
  /** Change of asymmetry, either way: about 20 degrees of yaw. */
  turn: 0.3,
  lookUp: -0.07,
  lookDown: 0.06,
  /** Mouth width over that of the neutral face. */
  smile: 1.14,
  /** Face height over that of the neutral face. */
  comeCloser: 1.18,
  /** How long a turn or a nod is held; a smile longer, because a mouth that talks is wide for a syllable. */
  holdMs: 250,
  smileHoldMs: 450,
  /** A gesture may begin this much before its window: the page's clock and the recording's do not start together. */
  clockSlackMs: 300,
  /** Below this rate short gestures fall between frames. */
  leastFps: 5,
  /** Asymmetry up to which a face is frontal enough to be somebody's neutral one, and frames that it takes. */
  neutralAsymmetry: 0.2,
  leastNeutralFrames: 3,
} as const;

/** The person's neutral face: medians over frontal frames. */
export type Baseline = {
  readonly asymmetry: number;
  readonly noseDrop: number;
  readonly mouthWidth: number;
  readonly faceHeightPx: number;
  readonly frames: number;
};

/** What the face did over time, relative to the baseline; null where no face was seen. */
export type ChallengeCurves = {
  readonly atMs: readonly number[];
  /** Change of asymmetry; positive towards the applicant's own left. */
  readonly turn: readonly (number | null)[];
  /** Change of nose drop; positive downwards. */
  readonly nod: readonly (number | null)[];
  /** Mouth width and face height over those of the baseline. */
  readonly smile: readonly (number | null)[];
  readonly closer: readonly (number | null)[];
};

/** A gesture that was held long enough. */
export type GestureEvent = { readonly gesture: Gesture; readonly fromMs: number; readonly toMs: number };

export type StepVerdict = {
  readonly gesture: Gesture;
  readonly fromMs: number;
  readonly toMs: number;
  readonly verdict: 'followed' | 'wrong-gesture-first' | 'not-seen' | 'not-reached';
  /** The gesture that settled it: the one asked for, or the wrong one. */
  readonly event?: GestureEvent;
};

export type ChallengeResponse = {
  readonly steps: readonly StepVerdict[];
  readonly events: readonly GestureEvent[];
  readonly curves: ChallengeCurves;
  readonly baseline: Baseline | null;
  /** Why no verdict can be given, where that is so. */
  readonly inconclusive: 'no-neutral-face' | 'frame-rate-too-low' | 'face-lost' | null;
};

/**
 * Recomputes from the frames whether a challenge was followed: each gesture must begin within its window (`clockSlackMs` aside), in order, and no
 * other turn or nod may begin in that window before it. An unasked smile is never held against anybody: people talk.
 */
export function respondTo(challenge: Challenge, frames: readonly TrackedFrame[]): ChallengeResponse {
  const baseline = baselineOf(frames, challenge.baseline);
  if (baseline === null)
    return { steps: [], events: [], curves: emptyCurves, baseline, inconclusive: 'no-neutral-face' };
  const curves = curvesOf(frames, baseline);
  const events = eventsOf(curves);
  const steps = verdictsOf(challenge, events);
  return { steps, events, curves, baseline, inconclusive: whyNot(challenge, steps, frames) };
}

const emptyCurves: ChallengeCurves = { atMs: [], turn: [], nod: [], smile: [], closer: [] };

/** Medians over the frontal frames of the baseline's window; of the whole recording when the challenge has none. */
function baselineOf(frames: readonly TrackedFrame[], window: Challenge['baseline']): Baseline | null {
  const { neutralAsymmetry, leastNeutralFrames } = gestureThresholds;
  const geometries = frames.flatMap(({ atMs, face }) => {
    if (face === null || Math.abs(face.geometry.asymmetry) >= neutralAsymmetry) return [];
    return window !== undefined && (atMs < window.fromMs || atMs > window.toMs) ? [] : [face.geometry];
  });
  if (geometries.length < leastNeutralFrames) return null;
  return {
    asymmetry: median(geometries.map(({ asymmetry }) => asymmetry)),
    noseDrop: median(geometries.map(({ noseDrop }) => noseDrop)),
    mouthWidth: median(geometries.map(({ mouthWidth }) => mouthWidth)),
    faceHeightPx: median(geometries.map(({ faceHeightPx }) => faceHeightPx)),
    frames: geometries.length,
  };
}

function curvesOf(frames: readonly TrackedFrame[], baseline: Baseline): ChallengeCurves {
  // A head that rests a little to one side is neutral there; beyond that it counts as a turn that has begun.
  const restsAt = Math.max(-MOST_REST, Math.min(MOST_REST, baseline.asymmetry));
  const smooth = (value: (frame: TrackedFrame) => number): (number | null)[] => medianOfThree(frames.map(value));
  return {
    atMs: frames.map(({ atMs }) => atMs),
    turn: smooth(({ face }) => (face === null ? NaN : face.geometry.asymmetry - restsAt)),
    nod: smooth(({ face }) => (face === null ? NaN : face.geometry.noseDrop - baseline.noseDrop)),
    smile: smooth(({ face }) => (face === null ? NaN : face.geometry.mouthWidth / baseline.mouthWidth)),
    closer: smooth(({ face }) => (face === null ? NaN : face.geometry.faceHeightPx / baseline.faceHeightPx)),
  };
}

const MOST_REST = 0.1;

/** Takes out glitches of one frame, and carries over one lost frame. */
const medianOfThree = (values: readonly number[]): (number | null)[] =>
  values.map((_, at) => {
    const middle = median(values.slice(Math.max(0, at - 1), at + 2));
    return Number.isNaN(middle) ? null : middle;
  });

/** Every gesture that was held, by time of beginning. */
export function eventsOf(curves: ChallengeCurves): GestureEvent[] {
  const { turn, lookUp, lookDown, smile, comeCloser, neutralAsymmetry, holdMs, smileHoldMs } = gestureThresholds;
  const shown: Record<Gesture, (at: number) => boolean> = {
    'turn-left': (at) => over(curves.turn[at], turn),
    'turn-right': (at) => under(curves.turn[at], -turn),
    'look-up': (at) => facing(at) && under(curves.nod[at], lookUp),
    'look-down': (at) => facing(at) && over(curves.nod[at], lookDown),
    // A face that is turned or nodded away is foreshortened, and its mouth is wider against it without any smile.
    smile: (at) => facing(at) && over(curves.smile[at], smile) && Math.abs(curves.nod[at] ?? 1) < lookDown,
    'come-closer': (at) => calm(at) && over(curves.closer[at], comeCloser),
  };
  const facing = (at: number): boolean => Math.abs(curves.turn[at] ?? 1) < turn;
  const calm = (at: number): boolean => Math.abs(curves.turn[at] ?? 1) < neutralAsymmetry;
  const events = Object.entries(shown).flatMap(([gesture, isShown]) =>
    runsOf(curves.atMs, isShown, gesture === 'smile' ? smileHoldMs : holdMs).map((run) => ({
      gesture: gesture as Gesture,
      ...run,
    })),
  );
  return events.sort((a, b) => a.fromMs - b.fromMs);
}

const over = (value: number | null | undefined, threshold: number): boolean => (value ?? NaN) >= threshold;
const under = (value: number | null | undefined, threshold: number): boolean => (value ?? NaN) <= threshold;

/** Runs of frames that last `holdMs`; a single frame that drops out does not end one. */
function runsOf(
  atMs: readonly number[],
  isShown: (at: number) => boolean,
  holdMs: number,
): { fromMs: number; toMs: number }[] {
  const least = leastFrames(holdMs, framesPerSecond(atMs));
  const runs: { fromMs: number; toMs: number }[] = [];
  let start = -1;
  let last = -1;
  let shownFrames = 0;
  const close = (): void => {
    if (start >= 0 && shownFrames >= least) runs.push({ fromMs: atMs[start]!, toMs: atMs[last]! });
    start = -1;
    shownFrames = 0;
  };
  for (let at = 0; at < atMs.length; at++) {
    if (isShown(at)) {
      if (start < 0) start = at;
      last = at;
      shownFrames++;
    } else if (start >= 0 && at - last > 1) close();
  }
  close();
  return runs;
}

/** Frames that a gesture must be seen in: those that surely fall within `holdMs`, and never a single one. */
const leastFrames = (holdMs: number, fps: number): number => Math.max(2, Math.ceil((holdMs * fps) / 1000 - 0.25));

/** Measured over the whole recording. */
export const framesPerSecond = (atMs: readonly number[]): number =>
  atMs.length < 2 ? 0 : ((atMs.length - 1) * 1000) / Math.max(1, atMs[atMs.length - 1]! - atMs[0]!);

const poses: readonly Gesture[] = ['turn-left', 'turn-right', 'look-up', 'look-down'];

function verdictsOf({ steps }: Challenge, events: readonly GestureEvent[]): StepVerdict[] {
  let isLost = false;
  return steps.map((step): StepVerdict => {
    if (isLost) return { ...step, verdict: 'not-reached' };
    const settles = events.find(
      ({ gesture, fromMs }) =>
        fromMs <= step.toMs &&
        (gesture === step.gesture
          ? fromMs >= step.fromMs - gestureThresholds.clockSlackMs
          : fromMs >= step.fromMs && poses.includes(gesture)),
    );
    isLost = settles?.gesture !== step.gesture;
    if (settles === undefined) return { ...step, verdict: 'not-seen' };
    return { ...step, verdict: isLost ? 'wrong-gesture-first' : 'followed', event: settles };
  });
}

/** A gesture that was not seen proves nothing when the frames could not have shown it. */
function whyNot(
  challenge: Challenge,
  steps: readonly StepVerdict[],
  frames: readonly TrackedFrame[],
): ChallengeResponse['inconclusive'] {
  for (const { verdict, fromMs, toMs } of steps) {
    if (verdict !== 'not-seen') continue;
    const shown = frames.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
    if ((shown.length * 1000) / (toMs - fromMs) < gestureThresholds.leastFps) return 'frame-rate-too-low';
    if (shown.filter(({ face }) => face !== null).length * 2 < shown.length) return 'face-lost';
  }
  return null;
}
