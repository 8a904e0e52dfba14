/**
 * Which stored frames stand for a recording at `fps`: for each tick 0, 1/fps, 2/fps … up to the last frame, the frame whose
 * time is nearest (of two as near, the earlier). No frame is invented or named twice, so a recording that stores fewer than
 * `fps` gives all of its frames, and a gap in it stays a gap.
 * @param timesMs the frames' times, ascending, none before 0.
 * @returns one flag for each frame.
 */
export function nearestToTicks(timesMs: ArrayLike<number>, fps: number): Uint8Array {
  const chosen = new Uint8Array(timesMs.length);
  if (timesMs.length === 0) return chosen;
  const lastMs = timesMs[timesMs.length - 1]!;
  const ticks = Math.round((lastMs * fps) / 1000);
  for (let tick = 0, nearest = 0; tick <= ticks; tick++) {
    const tickMs = (tick * 1000) / fps;
    while (
      nearest + 1 < timesMs.length &&
      Math.abs(timesMs[nearest + 1]! - tickMs) < Math.abs(timesMs[nearest]! - tickMs)
    )
      nearest += 1;
    chosen[nearest] = 1;
  }
  return chosen;
}
