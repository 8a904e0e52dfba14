import type { Answer } from './api.ts';

/** A call of a running challenge that found nobody is tried again soon: its time runs. */
const RETRY_AFTER_MS = 250;
/** No challenge lasts longer, whatever becomes of the connection. */
const GIVE_UP_AFTER_MS = 60_000;

/** Calls until there is an answer or a refusal, the signal says stop, or it is too late anyway. */
export async function untilAnswered<Value>(
  call: () => Promise<Answer<Value>>,
  signal: AbortSignal,
): Promise<Answer<Value>> {
  const beganAt = performance.now();
  for (;;) {
    const answer = await call();
    if (answer.is !== 'unreachable' || signal.aborted || performance.now() - beganAt > GIVE_UP_AFTER_MS) return answer;
    await pause(RETRY_AFTER_MS, signal);
  }
}

/** Resolves after so long, or at once when the signal says stop. */
export function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, durationMs);
    signal.addEventListener('abort', end);
  });
}
