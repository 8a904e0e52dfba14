import type { CaptureState } from '../../src/capture/protocol.schema.ts';
import type { Answer } from './api.ts';

/**
 * One thing to send: its size, and how. `send` may be called again after it came to nothing.
 * @param onProgress told of the bytes that are gone so far.
 */
export type Sending = {
  readonly piece: 'front' | 'back' | 'place';
  readonly byteLength: number;
  readonly send: (onProgress: (sentBytes: number) => void) => Promise<Answer<CaptureState>>;
};

/** Bytes gone of the bytes that were ever to go, and whether the last try found nobody. */
export type UploadProgress = { readonly sentBytes: number; readonly totalBytes: number; readonly isOffline: boolean };

export type UploadParts = {
  /** Resolves after so long, or sooner when the connection is back. */
  readonly pause: (durationMs: number) => Promise<void>;
  readonly onProgress: (progress: UploadProgress) => void;
  /** Something arrived; the service's state after it. */
  readonly onArrived: (piece: Sending['piece'], state: CaptureState) => void;
  /** The service would not have it: what was sent is dropped, and its state must be read again. */
  readonly onRefused: (piece: Sending['piece'], answer: Extract<Answer<CaptureState>, { is: 'refused' }>) => void;
};

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;

/** The pause before try number `failures + 1`. */
export const pauseAfter = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.max(0, failures - 1));

/**
 * Sends one thing after the other, in order, each until it arrives or is refused: a lost connection only makes it wait. A newer picture of the
 * same side takes the place of one that still waits.
 */
export function uploadQueue(parts: UploadParts) {
  const waiting: Sending[] = [];
  let isRunning = false;
  let doneBytes = 0;
  let totalBytes = 0;

  async function run(): Promise<void> {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      await sendUntilAnswered(next);
      waiting.splice(waiting.indexOf(next), 1);
      doneBytes += next.byteLength;
      parts.onProgress({ sentBytes: doneBytes, totalBytes, isOffline: false });
    }
  }

  async function sendUntilAnswered(sending: Sending): Promise<void> {
    for (let failures = 0; ;) {
      const answer = await sending.send((sentBytes) =>
        parts.onProgress({
          sentBytes: doneBytes + Math.min(sentBytes, sending.byteLength),
          totalBytes,
          isOffline: false,
        }),
      );
      if (answer.is === 'answer') return parts.onArrived(sending.piece, answer.value);
      if (answer.is === 'refused' && answer.problem.problem !== 'too-often')
        return parts.onRefused(sending.piece, answer);
      failures += 1;
      parts.onProgress({
        sentBytes: doneBytes,
        totalBytes,
        isOffline: answer.is === 'unreachable' && answer.why === 'offline',
      });
      const asked = answer.is === 'refused' ? (answer.problem.retryAfterSeconds ?? 0) * 1000 : 0;
      await parts.pause(Math.max(asked, pauseAfter(failures)));
    }
  }

  return {
    add(sending: Sending): void {
      const replaced = waiting.findIndex(({ piece }, place) => place > 0 && piece === sending.piece);
      if (replaced !== -1) totalBytes -= waiting.splice(replaced, 1)[0]!.byteLength;
      waiting.push(sending);
      totalBytes += sending.byteLength;
      if (isRunning) return;
      isRunning = true;
      void run().finally(() => {
        isRunning = false;
      });
    },
    /** Whether everything that was added has been answered. */
    isEmpty: (): boolean => waiting.length === 0,
  };
}
