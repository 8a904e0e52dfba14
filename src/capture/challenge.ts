import type { DrawInteger } from '../kernel/id.ts';
import type { Gesture, ShownStep } from './protocol.schema.ts';

/** One step as drawn: a pause that nobody can foretell, then something to do for a while. */
export type DrawnStep = { readonly pauseMs: number; readonly show: ShownStep['show'] };

/** A challenge for one attempt. Recording begins with a neutral face for `baselineMs`. */
export type DrawnChallenge = {
  readonly baselineMs: number;
  readonly steps: readonly DrawnStep[];
  readonly withoutTurning: boolean;
};

/** A challenge as it was really shown, in the words in which the engine recomputes it: ms of the recording. */
export type PresentedChallenge = {
  readonly baseline: { readonly fromMs: number; readonly toMs: number };
  readonly steps: readonly { readonly gesture: Gesture; readonly fromMs: number; readonly toMs: number }[];
  readonly flash?: { readonly fromMs: number; readonly stepMs: number; readonly colours: readonly string[] };
};

export type ShownWindow = { readonly fromMs: number; readonly toMs: number };

/**
 * [Note: Challenge]
 * Parameters as measured on recordings: a clip made beforehand follows fewer than 1 in 200 sequences of three gestures of 3 s out of five, in
 * strict order. A gesture is never asked twice in a row, because a head that is still turned would answer it. Pauses between them are drawn
 * too, so that not even the moments can be rehearsed. People who cannot turn or nod are asked for a smile and for coming closer, and for 16
 * colours of the screen, which a recording does not reflect.
 */
export const challengeRule = {
  baselineMs: 1000,
  gestures: 3,
  gestureMs: 3000,
  mostPauseMs: 900,
  colours: 16,
  /** Three changes a second, below the rate of WCAG 2.3.1. */
  colourMs: 334,
} as const;

const TURNING: readonly Gesture[] = ['turn-left', 'turn-right', 'look-up', 'look-down', 'smile'];
const WITHOUT_TURNING: readonly Gesture[] = ['smile', 'come-closer'];

/** Far apart in chroma, none a saturated red. */
const COLOURS = ['#3c6cff', '#20c060', '#f0e040', '#d858e8', '#40d8e8', '#f09048', '#ffffff', '#404048'] as const;

/** @param flashes whether colours follow the gestures also for those who turn their head. */
export function drawChallenge(
  draw: DrawInteger,
  { flashes, withoutTurning }: { readonly flashes: boolean; readonly withoutTurning: boolean },
): DrawnChallenge {
  const { baselineMs, gestures, gestureMs, mostPauseMs, colours, colourMs } = challengeRule;
  const pauseMs = (): number => draw(0, mostPauseMs);
  const alphabet = withoutTurning ? WITHOUT_TURNING : TURNING;
  const steps: DrawnStep[] = drawUnlikeTheLast(draw, alphabet, gestures).map((gesture) => ({
    pauseMs: pauseMs(),
    show: { kind: 'gesture', gesture, forMs: gestureMs },
  }));
  if (flashes || withoutTurning)
    steps.push({
      pauseMs: pauseMs(),
      show: {
        kind: 'flash',
        colours: drawUnlikeTheLast(draw, COLOURS, colours),
        colourMs,
        forMs: colours * colourMs,
      },
    });
  return { baselineMs, steps, withoutTurning };
}

function drawUnlikeTheLast<Item>(draw: DrawInteger, from: readonly Item[], count: number): Item[] {
  const drawn: Item[] = [];
  while (drawn.length < count) {
    const others = from.filter((item) => item !== drawn.at(-1));
    drawn.push(others[draw(0, others.length - 1)]!);
  }
  return drawn;
}

/** How long the recording runs when everything is done at once. */
export const durationMs = ({ baselineMs, steps }: DrawnChallenge): number =>
  steps.reduce((sum, { pauseMs, show }) => sum + pauseMs + show.forMs, baselineMs);

/** When to ask for the step that follows one, after it began to be shown; null: there is none. */
export function nextAfterMs({ steps }: DrawnChallenge, step: number): number | null {
  const next = steps[step + 1];
  return next === undefined ? null : steps[step]!.show.forMs + next.pauseMs;
}

/** @param shown windows of all steps, in their order. */
export function presented({ baselineMs, steps }: DrawnChallenge, shown: readonly ShownWindow[]): PresentedChallenge {
  const gestures: PresentedChallenge['steps'][number][] = [];
  let flash: PresentedChallenge['flash'];
  steps.forEach(({ show }, index) => {
    const { fromMs, toMs } = shown[index]!;
    if (show.kind === 'gesture') gestures.push({ gesture: show.gesture, fromMs, toMs });
    else flash = { fromMs, stepMs: show.colourMs, colours: show.colours };
  });
  return { baseline: { fromMs: 0, toMs: baselineMs }, steps: gestures, ...(flash === undefined ? {} : { flash }) };
}
