import type { Side, Track } from '../../src/capture/protocol.schema.ts';
import { type CameraFailure, cameraFailureOf } from './camera-failure.ts';

export type OpenCamera = {
  readonly stream: MediaStream;
  readonly track: MediaStreamTrack;
  /** Called once when the track ends without us: a call came in, a cable was pulled. */
  onInterrupted: (() => void) | null;
  close(): void;
};

export type CameraAnswer =
  { readonly ok: true; readonly camera: OpenCamera } | { readonly ok: false; readonly cause: CameraFailure };

/**
 * [Note: What is asked of a camera]
 * Width only: a height that does not fit is honoured by cropping, and a phone held upright gives a picture that is higher than wide. Facing is
 * `ideal`, for a camera without a facing is still a camera. Audio is never asked for.
 */
const FACE: MediaTrackConstraints = {
  facingMode: { ideal: 'user' },
  width: { ideal: 1280 },
  frameRate: { ideal: 30 },
};
const DOCUMENT: MediaTrackConstraints = { facingMode: { ideal: 'environment' }, width: { ideal: 1920 } };

/** Below this nothing can be read, nor faces compared: it is said instead of going on in vain. */
const LEAST_LONG_SIDE_PX = { face: 320, document: 640 };

/**
 * Opens a camera. To be called inside a tap: iOS asks for permission only then.
 * Every earlier track must be closed, for some phones open one camera at a time.
 */
export async function openCamera(subject: 'face' | Side): Promise<CameraAnswer> {
  if (!window.isSecureContext) return { ok: false, cause: 'insecure' };
  if (typeof navigator.mediaDevices?.getUserMedia !== 'function') return { ok: false, cause: 'unsupported' };
  const asked = await streamOf({ audio: false, video: subject === 'face' ? FACE : DOCUMENT });
  if (!asked.ok) return asked;
  const { stream } = asked;
  const track = stream.getVideoTracks()[0];
  const close = (): void => stream.getTracks().forEach((each) => each.stop());
  if (track === undefined) {
    close();
    return { ok: false, cause: 'none' };
  }
  const { width = 0, height = 0 } = track.getSettings();
  const least = LEAST_LONG_SIDE_PX[subject === 'face' ? 'face' : 'document'];
  if (width > 0 && Math.max(width, height) < least) {
    close();
    return { ok: false, cause: 'overconstrained' };
  }
  const camera: OpenCamera = {
    stream,
    track,
    onInterrupted: null,
    close: () => {
      camera.onInterrupted = null;
      close();
    },
  };
  track.addEventListener('ended', () => camera.onInterrupted?.());
  return { ok: true, camera };
}

/** How long after one another a camera is asked for that is still in use. */
const STILL_IN_USE_PAUSES_MS = [300, 700, 1500];

/** A slow phone needs a moment to let go of a camera that this very page has just closed: that is not another application's. */
async function streamOf(
  wish: MediaStreamConstraints,
): Promise<
  { readonly ok: true; readonly stream: MediaStream } | { readonly ok: false; readonly cause: CameraFailure }
> {
  for (let failures = 0; ; failures += 1) {
    try {
      return { ok: true, stream: await navigator.mediaDevices.getUserMedia(wish) };
    } catch (error) {
      const cause = cameraFailureOf(error instanceof Error ? error.name : '');
      const pauseMs = cause === 'in-use' ? STILL_IN_USE_PAUSES_MS[failures] : undefined;
      if (pauseMs === undefined) return { ok: false, cause };
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** What the browser tells of a track, for whoever looks at the case. */
export async function describeTrack(track: MediaStreamTrack): Promise<Track> {
  const devices = await navigator.mediaDevices.enumerateDevices().catch(() => []);
  return {
    label: track.label.slice(0, 500),
    settings: { ...track.getSettings() },
    capabilities: typeof track.getCapabilities === 'function' ? { ...track.getCapabilities() } : null,
    cameras: Math.min(100, devices.filter(({ kind }) => kind === 'videoinput').length),
  };
}

/** The lamp of the phone, for documents in the dark: not in the types of the DOM, nor in every browser. */
type WithTorch = { readonly torch?: boolean };

export const hasTorch = (track: MediaStreamTrack): boolean =>
  typeof track.getCapabilities === 'function' && (track.getCapabilities() as WithTorch).torch === true;

export async function setTorch(track: MediaStreamTrack, isOn: boolean): Promise<boolean> {
  const wish = { torch: isOn } as MediaTrackConstraintSet;
  return track.applyConstraints({ advanced: [wish] }).then(
    () => true,
    () => false,
  );
}

/** Containers and codecs in the order in which they are wished for. */
const RECORDING_TYPES = [
  'video/webm;codecs=vp8',
  'video/webm',
  'video/mp4;codecs=avc1.42E01E', // iOS; plain `video/mp4` may be any codec elsewhere
  'video/mp4',
] as const;

/** What this browser records as, or null when it records nothing that is taken. */
export const recordingType = (): string | null =>
  RECORDING_TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? null;
