import type { Models } from './runtime/model.ts';

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

/** Starts counting what is spent inside inference; the answer says how much by network, in ms. */
export function inferenceSince({ inferenceMs }: Models): () => Readonly<Record<string, number>> {
  const before = new Map<string, number>(inferenceMs);
  return () =>
    Object.fromEntries(
      [...inferenceMs].map(([name, ms]) => [name, ms - (before.get(name) ?? 0)] as const).filter(([, ms]) => ms > 0),
    );
}
