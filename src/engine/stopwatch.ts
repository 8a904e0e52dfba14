/** Takes the time of stages that follow each other. */
export function stopwatch(now: () => number): {
  readonly laps: readonly { readonly stage: string; readonly ms: number }[];
  lap(stage: string): void;
} {
  const laps: { stage: string; ms: number }[] = [];
  let last = now();
  return {
    laps,
    lap(stage) {
      const at = now();
      laps.push({ stage, ms: at - last });
      last = at;
    },
  };
}
