import type { CaptureState, PieceProblem, RetakeScope, ShownStep, Side } from '../../src/capture/protocol.schema.ts';
import type { CameraFailure } from './camera-failure.ts';
import type { Surroundings } from './device.ts';

/** What is being filmed right now. */
export type FacePhase =
  | { readonly is: 'framing' }
  /** The recording runs; the neutral beginning, and the moments between steps. */
  | { readonly is: 'steady' }
  | {
      readonly is: 'step';
      readonly show: ShownStep['show'];
      readonly step: number;
      readonly steps: number;
    }
  | { readonly is: 'finishing' };

/** Why the face is filmed again: what the service saw, or what came between. */
export type FaceTrouble = PieceProblem | 'interrupted' | 'late';

/** Everything an applicant can be looking at: one of these at a time. */
export type Screen =
  | { readonly at: 'loading' }
  | { readonly at: 'unreachable'; readonly why: 'offline' | 'busy' }
  | { readonly at: 'in-app' }
  | { readonly at: 'hand-over'; readonly mayFilmHere: boolean }
  | { readonly at: 'following'; readonly isDone: boolean }
  | { readonly at: 'welcome'; readonly hasAgreed: boolean; readonly isBusy: boolean }
  | { readonly at: 'declined' }
  | { readonly at: 'camera-primer' }
  | { readonly at: 'face'; readonly phase: FacePhase }
  | { readonly at: 'face-again'; readonly trouble: FaceTrouble }
  | { readonly at: 'face-later'; readonly retryAfterSeconds: number | null }
  | { readonly at: 'document-kind'; readonly isBusy: boolean }
  | { readonly at: 'document'; readonly side: Side; readonly problem: PieceProblem | null }
  | { readonly at: 'card'; readonly side: Side }
  | { readonly at: 'review'; readonly side: Side }
  | { readonly at: 'place'; readonly isAsking: boolean }
  | { readonly at: 'sending' }
  | { readonly at: 'done' }
  | { readonly at: 'camera-problem'; readonly cause: CameraFailure; readonly subject: 'face' | Side }
  | { readonly at: 'stopped'; readonly reason: StopReason };

export type StopReason = 'unknown' | 'expired' | 'used' | 'cancelled' | 'elsewhere' | 'no-cookies';

export type Flow = {
  readonly screen: Screen;
  /** What the service last said; null before it said anything. */
  readonly server: CaptureState | null;
  readonly surroundings: Surroundings;
  /** What was taken here and has not arrived yet: the person goes on meanwhile. */
  readonly queued: readonly ('front' | 'back' | 'place')[];
  readonly hasAnsweredPlace: boolean;
  /** Whether this page showed the code to go on with a phone, and whether its own camera was chosen instead. */
  readonly hasHandedOver: boolean;
  readonly isFilmingHere: boolean;
};

export type Event =
  | { readonly is: 'told'; readonly state: CaptureState }
  | { readonly is: 'unreachable'; readonly why: 'offline' | 'busy' }
  | { readonly is: 'agreed'; readonly hasAgreed: boolean }
  | { readonly is: 'busy' }
  | { readonly is: 'cookies-refused' }
  | { readonly is: 'declined' }
  | { readonly is: 'reconsidered' }
  | { readonly is: 'film-here' }
  | { readonly is: 'camera-opened'; readonly subject: 'face' | Side }
  | { readonly is: 'camera-failed'; readonly subject: 'face' | Side; readonly cause: CameraFailure }
  | { readonly is: 'face-phase'; readonly phase: FacePhase }
  | { readonly is: 'face-finished'; readonly state: CaptureState }
  | { readonly is: 'face-failed'; readonly trouble: FaceTrouble }
  | { readonly is: 'picture-taken' }
  | { readonly is: 'picture-used' }
  | { readonly is: 'place-asked' }
  | { readonly is: 'place-answered' }
  | { readonly is: 'arrived'; readonly piece: 'front' | 'back' | 'place'; readonly state: CaptureState };

export const firstFlow = (surroundings: Surroundings): Flow => ({
  screen: { at: 'loading' },
  server: null,
  surroundings,
  queued: [],
  hasAnsweredPlace: false,
  hasHandedOver: false,
  isFilmingHere: false,
});

/** The next flow. An event that does not fit the screen, such as a tap that came twice, changes nothing. */
export function step(flow: Flow, event: Event): Flow {
  const { screen } = flow;
  switch (event.is) {
    case 'told':
      return onTold(flow, event.state);
    case 'unreachable':
      return flow.server === null ? { ...flow, screen: { at: 'unreachable', why: event.why } } : flow;
    case 'agreed':
      return screen.at === 'welcome' ? { ...flow, screen: { ...screen, hasAgreed: event.hasAgreed } } : flow;
    case 'busy':
      return screen.at === 'welcome' || screen.at === 'document-kind'
        ? { ...flow, screen: { ...screen, isBusy: true } }
        : flow;
    case 'cookies-refused':
      return screen.at === 'welcome' ? { ...flow, screen: { at: 'stopped', reason: 'no-cookies' } } : flow;
    case 'declined':
      return screen.at === 'welcome' ? { ...flow, screen: { at: 'declined' } } : flow;
    case 'reconsidered':
      return screen.at === 'declined' ? routed(flow) : flow;
    case 'film-here':
      return screen.at === 'hand-over' && screen.mayFilmHere ? routed({ ...flow, isFilmingHere: true }) : flow;
    case 'camera-opened':
      return {
        ...flow,
        screen:
          event.subject === 'face' ? { at: 'face', phase: { is: 'framing' } } : { at: 'card', side: event.subject },
      };
    case 'camera-failed':
      return {
        ...flow,
        screen:
          event.cause === 'denied' && flow.surroundings.isInApp
            ? { at: 'in-app' }
            : { at: 'camera-problem', cause: event.cause, subject: event.subject },
      };
    case 'face-phase':
      return screen.at === 'face' ? { ...flow, screen: { ...screen, phase: event.phase } } : flow;
    case 'face-finished':
      return screen.at === 'face' ? routed({ ...flow, server: event.state }) : flow;
    case 'face-failed':
      return screen.at === 'face' ? { ...flow, screen: { at: 'face-again', trouble: event.trouble } } : flow;
    case 'picture-taken':
      return screen.at === 'card' ? { ...flow, screen: { at: 'review', side: screen.side } } : flow;
    case 'picture-used':
      return screen.at === 'review' ? routed(withQueued(flow, screen.side)) : flow;
    case 'place-asked':
      return screen.at === 'place' ? { ...flow, screen: { at: 'place', isAsking: true } } : flow;
    case 'place-answered':
      return screen.at === 'place' ? routed({ ...withQueued(flow, 'place'), hasAnsweredPlace: true }) : flow;
    case 'arrived':
      return onTold({ ...flow, queued: flow.queued.filter((piece) => piece !== event.piece) }, event.state);
  }
}

const withQueued = (flow: Flow, piece: 'front' | 'back' | 'place'): Flow => ({
  ...flow,
  queued: [...flow.queued.filter((other) => other !== piece), piece],
});

/** News from the service. Whoever is filming, looking at a picture or at a problem is not pulled away, unless it is all over. */
function onTold(flow: Flow, state: CaptureState): Flow {
  const next = { ...flow, server: state };
  if (state.at === 'welcome' && flow.screen.at === 'welcome' && flow.server?.at === 'welcome')
    return {
      ...next,
      // A notice that has changed is agreed to anew.
      screen: {
        ...flow.screen,
        isBusy: false,
        hasAgreed: flow.screen.hasAgreed && flow.server.notice.textVersion === state.notice.textVersion,
      },
    };
  return isInTheMiddle(flow.screen) && (state.at === 'capturing' || state.at === 'welcome') ? next : routed(next);
}

function isInTheMiddle(screen: Screen): boolean {
  switch (screen.at) {
    case 'declined':
    case 'face':
    case 'face-again':
    case 'card':
    case 'review':
    case 'camera-problem':
    case 'in-app':
    case 'place':
      return true;
    case 'document':
      return screen.problem !== null;
    default:
      return false;
  }
}

/** The screen that what is known asks for. */
function routed(flow: Flow): Flow {
  const { server, surroundings } = flow;
  if (server === null) return flow;
  switch (server.at) {
    case 'stopped':
      return flow.hasHandedOver && server.reason === 'used'
        ? { ...flow, screen: { at: 'following', isDone: true } }
        : { ...flow, screen: { at: 'stopped', reason: server.reason } };
    case 'elsewhere':
      return flow.hasHandedOver
        ? { ...flow, screen: { at: 'following', isDone: false } }
        : { ...flow, screen: { at: 'stopped', reason: 'elsewhere' } };
    case 'sent':
      return { ...flow, screen: { at: 'done' } };
    case 'welcome': {
      if (surroundings.isDesk && !flow.isFilmingHere)
        return {
          ...flow,
          hasHandedOver: true,
          screen: { at: 'hand-over', mayFilmHere: server.mayFilmOnLaptop && surroundings.cameraFailure === null },
        };
      const trouble = troubleAtHand(surroundings);
      return { ...flow, screen: trouble ?? { at: 'welcome', hasAgreed: false, isBusy: false } };
    }
    case 'capturing':
      return { ...flow, screen: troubleAtHand(surroundings) ?? whileCapturing(flow, server) };
  }
}

/** What can be known to fail before anything is asked of the person. */
function troubleAtHand({ isInApp, cameraFailure }: Surroundings): Screen | null {
  if (cameraFailure === null) return null;
  return isInApp ? { at: 'in-app' } : { at: 'camera-problem', cause: cameraFailure, subject: 'face' };
}

type Capturing = Extract<CaptureState, { at: 'capturing' }>;

function whileCapturing({ queued, hasAnsweredPlace }: Flow, server: Capturing): Screen {
  const { wanted, pieces } = server;
  if (wanted === 'face') {
    if (server.faceAttemptsLeft === 0) return { at: 'face-later', retryAfterSeconds: server.retryAfterSeconds };
    return pieces.face.is === 'problem' ? { at: 'face-again', trouble: pieces.face.problem } : { at: 'camera-primer' };
  }
  if (wanted === 'document-kind') return { at: 'document-kind', isBusy: false };

  for (const side of ['front', 'back'] as const) {
    const piece = pieces[side];
    if (piece === null || queued.includes(side)) continue;
    if (piece.is === 'missing') return { at: 'document', side, problem: null };
    if (piece.is === 'problem') return { at: 'document', side, problem: piece.problem };
  }
  const wantsPlace = wanted === 'place' || ((wanted === 'front' || wanted === 'back') && server.asksPlace);
  if (wantsPlace && !hasAnsweredPlace) return { at: 'place', isAsking: false };
  return { at: 'sending' };
}

/**
 * How far along a screen is, for "step 1 of 3"; null where there are no steps to count.
 * @param scope what is taken again; `all` where nothing was taken before.
 */
export function progressOf(
  screen: Screen,
  scope: RetakeScope,
): { readonly step: number; readonly steps: number } | null {
  const steps = scope === 'all' ? 3 : 2;
  switch (screen.at) {
    case 'camera-primer':
    case 'face':
    case 'face-again':
      return { step: 1, steps };
    case 'document-kind':
    case 'document':
    case 'card':
    case 'review':
      return { step: steps - 1, steps };
    case 'place':
    case 'sending':
      return { step: steps, steps };
    default:
      return null;
  }
}
