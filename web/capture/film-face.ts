import type { BegunFace, CaptureProblem, CaptureState } from '../../src/capture/protocol.schema.ts';
import type { Answer, Api, FinishedFace } from './api.ts';
import { type OpenCamera, describeTrack, recordingType } from './camera.ts';
import type { FacePhase, FaceTrouble } from './flow.ts';
import { type Recording, record } from './recorder.ts';
import { pause, untilAnswered } from './until-answered.ts';

export type FaceFilmed =
  | { readonly is: 'finished'; readonly state: CaptureState }
  | { readonly is: 'failed'; readonly trouble: FaceTrouble }
  /** The service does not want it, or not now: its state tells what it wants. */
  | { readonly is: 'refused'; readonly problem: CaptureProblem };

export type FilmFace = {
  readonly api: Api;
  readonly camera: OpenCamera;
  /** Shows the camera: tells when frames came. */
  readonly view: HTMLVideoElement;
  readonly withoutTurning: boolean;
  readonly onPhase: (phase: FacePhase) => void;
  /** Ends it from outside: the page was left, a call came in. */
  readonly signal: AbortSignal;
};

/**
 * One attempt at the challenge, from asking for it to handing it in. What to do is asked for step by step, when its time has come; the recording
 * goes out chunk by chunk while it runs.
 */
export async function filmFace(parts: FilmFace): Promise<FaceFilmed> {
  const { api, camera, view, withoutTurning, onPhase, signal } = parts;
  const mediaType = recordingType();
  if (mediaType === null) return { is: 'failed', trouble: 'unreadable-media' };
  onPhase({ is: 'steady' });
  const track = await describeTrack(camera.track);
  const begun = await untilAnswered(
    () => api.beginFace({ mediaType, track, ...(withoutTurning ? { withoutTurning } : {}) }),
    signal,
  );
  if (begun.is !== 'answer') return outcomeOf(begun, signal);

  const { attempt } = begun.value;
  const recording = await record(camera.stream, mediaType, begun.value, api, signal);
  const frames = watchFrames(view, recording);
  try {
    const shown = await Promise.race([showSteps(begun.value, recording, parts), recording.refused]);
    if (shown.is !== 'answer') return outcomeOf(shown, signal);
    onPhase({ is: 'finishing' });
    const sent = await recording.stop();
    if (sent.is !== 'answer' || signal.aborted) return outcomeOf(sent, signal);
    const { timesMs } = frames;
    const finished = await untilAnswered(
      () =>
        api.finishFace(attempt, {
          ...sent.value,
          shown: shown.value,
          ...(timesMs.length === 0 ? {} : { frameTimesMs: timesMs }),
        }),
      signal,
    );
    return finished.is === 'answer' ? { is: 'finished', state: finished.value } : outcomeOf(finished, signal);
  } finally {
    frames.stop();
    recording.abandon();
  }
}

/** Asks for each step when its time has come, and shows it as long as it says. */
async function showSteps(
  { attempt, stepCount, firstStepAtMs }: BegunFace,
  recording: Recording,
  { api, onPhase, signal }: FilmFace,
): Promise<Answer<FinishedFace['shown']>> {
  const shown: { fromMs: number; toMs: number }[] = [];
  let nextAtMs: number | null = firstStepAtMs;
  for (let step = 0; nextAtMs !== null; step += 1) {
    await pause(nextAtMs - recording.now(), signal);
    const asked = await untilAnswered(() => api.askStep(attempt, step, recording.now()), signal);
    if (asked.is !== 'answer') return asked;
    if (signal.aborted) return { is: 'unreachable', why: 'offline' };
    const { show, nextAfterMs } = asked.value;
    onPhase({ is: 'step', show, step, steps: stepCount });
    await nextFrame();
    const fromMs = recording.now();
    const untilMs = nextAfterMs === null ? show.forMs : Math.min(show.forMs, nextAfterMs);
    await pause(untilMs, signal);
    shown.push({ fromMs: Math.round(fromMs), toMs: Math.round(recording.now()) });
    if (nextAfterMs !== null && nextAfterMs > untilMs) onPhase({ is: 'steady' });
    nextAtMs = nextAfterMs === null ? null : fromMs + nextAfterMs;
  }
  return { is: 'answer', value: shown };
}

/** When what was last asked of the page is on the screen, or soon after where nothing is painted. */
const nextFrame = (): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, 100);
    requestAnimationFrame(() => {
      clearTimeout(timer);
      resolve();
    });
  });

const MOST_FRAME_TIMES = 4000;

function watchFrames(view: HTMLVideoElement, recording: Recording): { readonly timesMs: number[]; stop(): void } {
  const timesMs: number[] = [];
  let handle = 0;
  const next = (): void => {
    if (timesMs.length < MOST_FRAME_TIMES) timesMs.push(Math.max(0, Math.round(recording.now())));
    handle = view.requestVideoFrameCallback(next);
  };
  if (typeof view.requestVideoFrameCallback !== 'function') return { timesMs, stop: () => {} };
  handle = view.requestVideoFrameCallback(next);
  return { timesMs, stop: () => view.cancelVideoFrameCallback(handle) };
}

const LATE = new Set(['step-late', 'chunk-late', 'expired']);

function outcomeOf(answer: Answer<unknown>, signal: AbortSignal): FaceFilmed {
  if (signal.aborted) return { is: 'failed', trouble: 'interrupted' };
  if (answer.is !== 'refused') return { is: 'failed', trouble: 'late' };
  const { problem } = answer;
  if (problem.problem === 'attempt-void' || problem.problem === 'attempt-unknown')
    return { is: 'failed', trouble: LATE.has(problem.why ?? '') ? 'late' : 'interrupted' };
  if (problem.problem === 'media-refused' || problem.problem === 'too-large')
    return { is: 'failed', trouble: 'unreadable-media' };
  return { is: 'refused', problem };
}
