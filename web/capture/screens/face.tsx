import { useEffect, useRef, useState } from 'preact/hooks';
import type { Gesture } from '../../../src/capture/protocol.schema.ts';
import type { OpenCamera } from '../camera.ts';
import type { FacePhase } from '../flow.ts';
import { type Box, seenPart, toPicture } from '../geometry.ts';
import type { Guide } from '../guide.ts';
import { type FaceHint, type ShownHint, faceHint, paced } from '../hints.ts';
import type { TextKey } from '../languages.ts';
import { type FaceSignals, isGestureSeen } from '../mesh/signals.ts';
import { useSpoken } from '../spoken.ts';
import { Heading, Primary, Spinner } from './page.tsx';
import { Flash } from './flash.tsx';

const LOOK_EVERY_MS = 110;
/** The face is in its place for so long before filming begins by itself. */
const STEADY_FOR_MS = 900;

/** The picture with an oval, one line of text, and a ring that fills as the gestures go by. */
export function Face(parts: {
  readonly camera: OpenCamera;
  readonly guide: Guide;
  readonly phase: FacePhase;
  readonly onBegin: (view: HTMLVideoElement) => void;
}) {
  const { camera, guide, phase, onBegin } = parts;
  const { say } = useSpoken();
  const view = useRef<HTMLVideoElement>(null);
  const oval = useRef<HTMLDivElement>(null);
  const begin = useRef(onBegin);
  begin.current = onBegin;
  const { hint, isGestureDone } = useGuide(camera, guide, phase, view, oval, () => begin.current(view.current!));

  const gesture = phase.is === 'step' && phase.show.kind === 'gesture' ? phase.show.gesture : null;
  const line = lineOf(phase, hint, isGestureDone);
  return (
    <main class="film">
      <video ref={view} class="film-view mirrored" playsInline muted autoplay aria-label={say('camera.picture')} />
      {phase.is === 'step' && phase.show.kind === 'flash' && <Flash show={phase.show} />}
      <div ref={oval} class={`oval oval-${phase.is}`}>
        <Ring phase={phase} isGood={hint === 'hold' || isGestureDone} />
        {gesture !== null && !isGestureDone && <Arrow gesture={gesture} />}
      </div>
      <div class="film-top">
        <Heading key={phase.is === 'framing'} class="film-title">
          {phase.is === 'step' && phase.show.kind === 'gesture'
            ? say('gesture.count', { step: String(phase.step + 1), steps: String(phase.steps) })
            : say('face.title')}
        </Heading>
        <p class="hint" aria-live="polite" aria-atomic="true">
          {phase.is === 'finishing' && <Spinner />}
          {say(line)}
        </p>
      </div>
      {phase.is === 'framing' && (
        <div class="film-foot">
          <Primary onTap={() => onBegin(view.current!)}>{say('face.ready')}</Primary>
        </div>
      )}
    </main>
  );
}

function lineOf(phase: FacePhase, hint: FaceHint | 'frame-yourself', isGestureDone: boolean): TextKey {
  switch (phase.is) {
    case 'framing':
      return `hint.${hint}`;
    case 'steady':
      return 'gesture.baseline';
    case 'finishing':
      return 'page.loading';
    case 'step':
      if (isGestureDone) return 'gesture.done';
      return phase.show.kind === 'flash' ? 'gesture.flash' : `gesture.${phase.show.gesture}`;
  }
}

/** Looks at the picture all the while: tells how the face is framed, and whether the gesture is seen. */
function useGuide(
  camera: OpenCamera,
  guide: Guide,
  phase: FacePhase,
  view: { readonly current: HTMLVideoElement | null },
  oval: { readonly current: HTMLDivElement | null },
  onFramed: () => void,
): { readonly hint: FaceHint | 'frame-yourself'; readonly isGestureDone: boolean } {
  const [shown, setShown] = useState<ShownHint<FaceHint> | null>(null);
  const [isGestureDone, setGestureDone] = useState(false);
  const now = useRef({ phase, neutral: null as FaceSignals | null, framedSinceMs: null as number | null });
  now.current.phase = phase;
  useEffect(() => setGestureDone(false), [phase]);

  useEffect(() => {
    const element = view.current!;
    element.srcObject = camera.stream;
    void element.play().catch(() => {});
    let isOver = false;
    const lookAgain = async (): Promise<void> => {
      while (!isOver) {
        const look = await guide.look(element);
        if (isOver) return;
        if (look !== null && oval.current !== null) {
          const { phase: current } = now.current;
          if (current.is === 'framing') {
            const hint = faceHint(look.seen, guideBox(oval.current, element));
            setShown((before) => paced(before, hint, performance.now()));
            if (hint !== 'hold') now.current.framedSinceMs = null;
            else {
              now.current.framedSinceMs ??= performance.now();
              now.current.neutral = look.signals;
              if (performance.now() - now.current.framedSinceMs >= STEADY_FOR_MS) onFramed();
            }
          } else if (current.is === 'steady' && look.signals !== null) now.current.neutral ??= look.signals;
          else if (current.is === 'step' && current.show.kind === 'gesture') {
            const { neutral } = now.current;
            if (neutral !== null && look.signals !== null)
              if (isGestureSeen(current.show.gesture, look.signals, neutral)) setGestureDone(true);
          }
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    };
    void lookAgain();
    return () => {
      isOver = true;
      element.srcObject = null;
    };
  }, [camera, guide]);
  return { hint: shown?.hint ?? 'frame-yourself', isGestureDone };
}

/** Where the guide lies in the camera's picture. The view is mirrored and the guide in its middle: left and right are the same. */
export function guideBox(guide: HTMLElement, view: HTMLVideoElement): Box {
  const [inner, outer] = [guide.getBoundingClientRect(), view.getBoundingClientRect()];
  const inView = {
    x: (inner.x - outer.x) / outer.width,
    y: (inner.y - outer.y) / outer.height,
    width: inner.width / outer.width,
    height: inner.height / outer.height,
  };
  return toPicture(inView, seenPart({ width: view.videoWidth, height: view.videoHeight }, outer));
}

/** Full when all gestures are over. It fills along with each, or in steps where motion is unwelcome. */
function Ring({ phase, isGood }: { readonly phase: FacePhase; readonly isGood: boolean }) {
  const part = phase.is === 'finishing' ? 1 : phase.is === 'step' ? (phase.step + 1) / Math.max(phase.steps, 1) : 0;
  const lastsMs = phase.is === 'step' ? phase.show.forMs : 300;
  return (
    <svg class={isGood ? 'ring ring-good' : 'ring'} viewBox="0 0 100 132" preserveAspectRatio="none" aria-hidden="true">
      <ellipse class="ring-base" cx="50" cy="66" rx="48.5" ry="64.5" />
      <path
        class="ring-part"
        d="M50 1.5a48.5 64.5 0 0 1 0 129a48.5 64.5 0 0 1 0-129"
        pathLength={1}
        style={{ strokeDashoffset: String(1 - part), transitionDuration: `${lastsMs}ms` }}
      />
    </svg>
  );
}

/** Turned by its class; the preview is a mirror, so the applicant's left is on the left. */
function Arrow({ gesture }: { readonly gesture: Gesture }) {
  return (
    <svg class={`arrow arrow-${gesture}`} viewBox="0 0 64 64" aria-hidden="true">
      <circle cx="32" cy="32" r="30" />
      {gesture === 'smile' ? (
        <path d="M20 26v2M44 26v2M19 38c6 9 20 9 26 0" />
      ) : gesture === 'come-closer' ? (
        <path d="M27 27L17 17M17 26v-9h9M37 27l10-10M47 26v-9h-9M27 37L17 47M17 38v9h9M37 37l10 10M47 38v9h-9" />
      ) : (
        <path d="M46 32H18M29 20L17 32l12 12" />
      )}
    </svg>
  );
}
