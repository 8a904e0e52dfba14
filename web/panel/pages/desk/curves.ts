import type { CaseVideo } from '../../../../src/panel/case.schema.ts';

export type Challenge = NonNullable<CaseVideo['challenge']>;

/** One movement over time, in units of what counts as the gesture: beyond ±1 it is there. */
export type Curve = { readonly name: 'turn' | 'nod' | 'smile' | 'closer'; readonly points: readonly (number | null)[] };

/** As far as a curve is drawn beyond what counts. */
export const MOST = 2.5;

/**
 * The four movements on one axis. Turning left, looking down, smiling and coming closer are upwards; each direction is measured by its own threshold.
 */
export function curvesOf({ curves, thresholds }: Challenge): readonly Curve[] {
  const scaled = (values: readonly (number | null)[], scale: (value: number) => number): readonly (number | null)[] =>
    values.map((value) => (value === null ? null : Math.max(-MOST, Math.min(MOST, scale(value)))));
  const twoWay = (up: number, down: number) => (value: number) =>
    value > 0 ? value / Math.abs(up) : value / Math.abs(down);
  const ratio = (threshold: number) => (value: number) => (value - 1) / (threshold - 1);
  return [
    { name: 'turn', points: scaled(curves.turn, twoWay(thresholds['turn-left'], thresholds['turn-right'])) },
    { name: 'nod', points: scaled(curves.nod, twoWay(thresholds['look-down'], thresholds['look-up'])) },
    { name: 'smile', points: scaled(curves.smile, ratio(thresholds.smile)) },
    { name: 'closer', points: scaled(curves.closer, ratio(thresholds['come-closer'])) },
  ];
}

/** Movements that the steps asked for: the others are not drawn. */
export function asked({ steps }: Challenge): ReadonlySet<Curve['name']> {
  const curveOf = {
    'turn-left': 'turn',
    'turn-right': 'turn',
    'look-up': 'nod',
    'look-down': 'nod',
    smile: 'smile',
    'come-closer': 'closer',
  } as const;
  return new Set(steps.map(({ gesture }) => curveOf[gesture]));
}

export type Plot = { readonly durationMs: number; readonly width: number; readonly height: number };

/** Path data; a moment without a face is a gap. */
export function pathOf(
  points: readonly (number | null)[],
  atMs: readonly number[],
  { durationMs, width, height }: Plot,
): string {
  let path = '';
  let isDrawing = false;
  points.forEach((value, at) => {
    const ms = atMs[at];
    if (value === null || ms === undefined) {
      isDrawing = false;
      return;
    }
    const x = (ms / durationMs) * width;
    const y = height / 2 - (value / MOST) * (height / 2);
    path += `${isDrawing ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    isDrawing = true;
  });
  return path;
}
