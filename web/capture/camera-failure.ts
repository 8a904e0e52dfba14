/** Why there is no picture from a camera. Each has a screen with a way on. */
export const cameraFailures = [
  'denied',
  'in-use',
  'none',
  'insecure',
  'unsupported',
  'overconstrained',
  'interrupted',
  'failed',
] as const;
export type CameraFailure = (typeof cameraFailures)[number];

/**
 * The cause behind what `getUserMedia` throws, by the name of the exception.
 * Names: Media Capture and Streams, "getUserMedia()"; `TrackStartError` and others are older browsers' words for the same.
 */
export function cameraFailureOf(name: string): CameraFailure {
  switch (name) {
    case 'NotAllowedError':
    case 'PermissionDeniedError':
    case 'SecurityError':
      return 'denied';
    case 'NotReadableError':
    case 'TrackStartError':
    case 'AbortError':
      return 'in-use';
    case 'NotFoundError':
    case 'DevicesNotFoundError':
      return 'none';
    case 'OverconstrainedError':
    case 'ConstraintNotSatisfiedError':
      return 'overconstrained';
    case 'TypeError': // no constraints: cannot be ours; or no mediaDevices at all
      return 'unsupported';
    default:
      return 'failed';
  }
}
