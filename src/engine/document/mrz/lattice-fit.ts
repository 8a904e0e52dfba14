import { throughHomography } from '../../image/warp.ts';
import { composed, stepsAt, type Lattice, type LatticePoint } from './lattice.ts';
import { solveSymmetric } from './least-squares.ts';

/** Holds the perspective at none unless the points show it; relative to the sum of their weights. */
const PERSPECTIVE_RIDGE = 1e-4;
const ROUNDS = 3;

/**
 * The homography of least squares through points whose columns and rows are known. Each point gives one equation along its
 * row and one across; multiplied by the projective denominator both are linear in the eight numbers, and a second and third
 * round divide by the denominator found before.
 * @returns null when the points do not fix a lattice (fewer than two rows or columns).
 */
export function fitLattice(points: readonly LatticePoint[]): Lattice | null {
  if (points.length < 6) return null;
  const columns = rangeOf(points.map(({ column }) => column));
  const rows = rangeOf(points.map(({ row }) => row));
  if (columns.half === 0 || rows.half === 0) return null;
  const xs = rangeOf(points.map(({ at }) => at[0]));
  const ys = rangeOf(points.map(({ at }) => at[1]));
  const scale = Math.max(xs.half, ys.half);

  // Lattice and picture are both brought to about -1 … 1, where the equations are well conditioned.
  let solved: Float64Array | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    const normal = new Float64Array(64);
    const right = new Float64Array(8);
    let total = 0;
    for (const point of points) {
      const c = (point.column - columns.middle) / columns.half;
      const r = (point.row - rows.middle) / rows.half;
      const x = (point.at[0] - xs.middle) / scale;
      const y = (point.at[1] - ys.middle) / scale;
      const w: number = solved === null ? 1 : solved[6]! * c + solved[7]! * r + 1;
      const [dx, dy] = point.direction;
      for (const [nx, ny, weight] of [
        [dx, dy, point.alongWeight],
        [-dy, dx, point.acrossWeight],
      ] as const) {
        const target = nx * x + ny * y;
        const equation = [nx * c, nx * r, nx, ny * c, ny * r, ny, -target * c, -target * r];
        const share = weight / (w * w);
        total += share;
        for (let i = 0; i < 8; i++) {
          right[i]! += share * equation[i]! * target;
          for (let j = 0; j < 8; j++) normal[8 * i + j]! += share * equation[i]! * equation[j]!;
        }
      }
    }
    normal[8 * 6 + 6]! += PERSPECTIVE_RIDGE * total;
    normal[8 * 7 + 7]! += PERSPECTIVE_RIDGE * total;
    solved = solveSymmetric(normal, right);
    if (solved === null) return null;
  }
  const [a, b, c, d, e, f, g, h] = solved! as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const toPicture = [
    scale * a + xs.middle * g,
    scale * b + xs.middle * h,
    scale * c + xs.middle,
    scale * d + ys.middle * g,
    scale * e + ys.middle * h,
    scale * f + ys.middle,
    g,
    h,
  ] as const;
  return {
    toImage: composed(toPicture, {
      scaleX: 1 / columns.half,
      fromX: -columns.middle / columns.half,
      scaleY: 1 / rows.half,
      fromY: -rows.middle / rows.half,
    }),
  };
}

function rangeOf(values: readonly number[]): { middle: number; half: number } {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { middle: (low + high) / 2, half: (high - low) / 2 };
}

/** How far a point lies from its place in the lattice, in glyph pitches, along its row and across it. */
export function residualOf(lattice: Lattice, point: LatticePoint): { along: number; across: number } {
  const [x, y] = throughHomography(lattice.toImage, [point.column, point.row]);
  const { glyphPx } = stepsAt(lattice, point.column, point.row);
  const pitch = Math.hypot(glyphPx[0], glyphPx[1]);
  const dx = point.at[0] - x;
  const dy = point.at[1] - y;
  const [ux, uy] = point.direction;
  return { along: (dx * ux + dy * uy) / pitch, across: (dy * ux - dx * uy) / pitch };
}

/** Fits, drops the points that lie off by more than `limitGlyphs` along their row, and fits again. */
export function fitRobustly(points: readonly LatticePoint[], limitGlyphs: number): Lattice | null {
  let kept = points;
  let lattice = fitLattice(kept);
  for (let round = 0; round < 2 && lattice !== null; round++) {
    const current = lattice;
    const near = points.filter((point) => Math.abs(residualOf(current, point).along) < limitGlyphs);
    if (near.length === kept.length) break;
    kept = near;
    lattice = fitLattice(kept);
  }
  return lattice;
}
