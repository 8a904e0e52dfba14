import type { Finding } from '../verification/assessment.ts';
import type { DrawnChallenge } from './challenge.ts';
import type { FaceAttempt } from './face-attempt.ts';
import type { DeviceFacts, Track } from './protocol.schema.ts';

/** What is known of how a recording came about. */
export type CapturedUnder = {
  readonly device: DeviceFacts | null;
  readonly track: Track | null;
  /** The attempt that the recording is of, and all of them. */
  readonly attempt: FaceAttempt;
  readonly attempts: readonly FaceAttempt[];
  readonly frameTimesMs: readonly number[];
};

/**
 * [Note: Device facts]
 * All of it is what a browser says of itself, on a machine that is the applicant's: easily forged by who means to, and odd on many an honest
 * phone. So these are findings for whoever looks at the case, each a score from 0 (odd) to 1 (usual) with what it rests on, and no line is held
 * against any of them.
 */
export function captureFindings(captured: CapturedUnder): Finding[] {
  const { device, track, attempt, attempts, frameTimesMs } = captured;
  return [
    ...(track === null ? [] : [cameraName(track), cameraFacts(track, device)]),
    ...(device === null ? [] : [browserFacts(device)]),
    attemptFacts(attempt, attempts),
    ...frameFacts(frameTimesMs),
  ];
}

/** Programs and drivers that pass for cameras, as they name themselves. */
const VIRTUAL_CAMERA =
  /(?<![a-z])(obs|virtual|manycam|snap ?camera|xsplit|droidcam|iriun|epoccam|e2esoft|vcam|v4l2 ?loopback|dummy|fake|splitcam|youcam|mmhmm|ndi|animaze|facerig|screen)(?![a-z])/i;
const FILE_NAME = /[\\/]|\.(mjpe?g|y4m|mp4|webm)$/i;

function cameraName({ label }: Track): Finding {
  const isNoCamera = VIRTUAL_CAMERA.test(label) || FILE_NAME.test(label);
  // A stream that a page makes of a canvas has no name that anybody gave it.
  const isNameless = label.trim() === '' || /^[{]?[0-9a-f]{8}-?[0-9a-f]{4}|^[A-Za-z0-9+/=]{32,}$/i.test(label);
  return {
    check: 'capture/camera-name',
    score: isNoCamera ? 0 : isNameless ? 0.3 : 1,
    higherMeans: 'the name of a camera',
    durationMs: 0,
    details: { label: label.slice(0, 120) },
  };
}

/** A phone's camera says which way it looks; files and programs that pass for one seldom do. */
function cameraFacts({ settings, capabilities, cameras }: Track, device: DeviceFacts | null): Finding {
  const text = (name: string): string | null => (typeof settings[name] === 'string' ? settings[name] : null);
  const number = (name: string): number | null => (typeof settings[name] === 'number' ? settings[name] : null);
  const facingMode = text('facingMode');
  const isPhone = device?.isMobile === true;
  const controls = Object.keys(capabilities ?? {}).filter((name) =>
    ['zoom', 'torch', 'focusMode', 'exposureMode', 'whiteBalanceMode', 'iso'].includes(name),
  );
  return {
    check: 'capture/camera-facts',
    score: isPhone && facingMode === null ? 0.3 : 1,
    higherMeans: 'a camera as such devices have it',
    durationMs: 0,
    details: {
      facingMode,
      widthPx: number('width'),
      heightPx: number('height'),
      frameRate: number('frameRate'),
      controls,
      cameras: cameras ?? null,
      isPhone,
    },
  };
}

function browserFacts({
  browser,
  system,
  display,
  hasNativeCamera,
  isAutomated,
  isMobile,
  hasTouch,
}: DeviceFacts): Finding {
  const claimsPhone = /android|iphone|ipad|ios/i.test(system);
  const isOdd = hasNativeCamera === false || isAutomated === true || (claimsPhone && hasTouch === false);
  return {
    check: 'capture/browser',
    score: isOdd ? 0 : 1,
    higherMeans: 'a browser that nobody changed or drives',
    durationMs: 0,
    details: {
      browser,
      system,
      display,
      hasNativeCamera: hasNativeCamera ?? null,
      isAutomated: isAutomated ?? null,
      isMobile: isMobile ?? null,
      hasTouch: hasTouch ?? null,
    },
  };
}

/** How many sequences the applicant was shown before this one: each was a chance for a recording made beforehand. */
function attemptFacts(attempt: FaceAttempt, attempts: readonly FaceAttempt[]): Finding {
  const earlier = attempts.filter(({ attemptNumber }) => attemptNumber < attempt.attemptNumber);
  const shownBefore = earlier.filter(({ toldAtMs }) => toldAtMs.length > 0);
  return {
    check: 'capture/attempts',
    score: 1 / (1 + shownBefore.length),
    higherMeans: 'followed the first sequence that was shown',
    durationMs: 0,
    details: {
      shownBefore: shownBefore.length,
      begunBefore: earlier.length,
      endedBy: earlier.map(({ voidReason }) => voidReason ?? 'whole'),
      withoutTurning: attempt.challenge.withoutTurning,
      asked: askedOf(attempt.challenge),
      recordedMs: attempt.recordedMs,
      beginsByMs: attempt.beginsByMs,
      toldAtMs: attempt.toldAtMs,
    },
  };
}

const askedOf = ({ steps }: DrawnChallenge): string[] =>
  steps.map(({ show }) => (show.kind === 'gesture' ? show.gesture : 'flash'));

/** Cameras do not keep time to the millisecond; a file that is played does. */
function frameFacts(frameTimesMs: readonly number[]): Finding[] {
  const pauses = frameTimesMs.slice(1).map((atMs, index) => atMs - frameTimesMs[index]!);
  if (pauses.length < 20) return [];
  const mean = pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length;
  const spreadMs = Math.sqrt(pauses.reduce((sum, pause) => sum + (pause - mean) ** 2, 0) / pauses.length);
  return [
    {
      check: 'capture/frame-times',
      score: Math.min(1, spreadMs / 2),
      higherMeans: 'frames come as unevenly as a camera’s',
      durationMs: 0,
      details: {
        frames: frameTimesMs.length,
        meanMs: Math.round(mean * 10) / 10,
        spreadMs: Math.round(spreadMs * 100) / 100,
      },
    },
  ];
}
