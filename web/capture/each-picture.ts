/**
 * Tells of the pictures that a camera gives, each of them once and not more often than asked. A slow phone shows the same one for a while: looked at
 * again and again it would seem to be held still.
 * @returns ends it.
 */
export function onEachPicture(view: HTMLVideoElement, leastMs: number, tell: () => void): () => void {
  if (typeof view.requestVideoFrameCallback !== 'function') return onTimer(view, leastMs, tell);
  let lastMs = -Infinity;
  let handle = 0;
  const wait = (): void => {
    handle = view.requestVideoFrameCallback((nowMs) => {
      wait();
      if (nowMs - lastMs < leastMs) return;
      lastMs = nowMs;
      tell();
    });
  };
  wait();
  return () => view.cancelVideoFrameCallback(handle);
}

/** Where the browser does not tell of pictures: whatever is there when the time comes. */
function onTimer(view: HTMLVideoElement, leastMs: number, tell: () => void): () => void {
  const timer = setInterval(() => {
    if (view.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) tell();
  }, leastMs);
  return () => clearInterval(timer);
}
