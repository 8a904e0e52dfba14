import type { Point } from '../../image/raster.ts';

/** A rectangle at any angle: `angleDegrees` in (-90, 90] is the turn of its long side from the x axis, y down. */
export type Rectangle = {
  readonly centre: Point;
  readonly longPx: number;
  readonly shortPx: number;
  readonly angleDegrees: number;
};

/**
 * The convex hull, counterclockwise on a screen whose y points down, without points on its edges.
 * @param sorted points by x, then y. Source: A. M. Andrew, 1979 (monotone chain).
 */
export function convexHull(sorted: readonly Point[]): Point[] {
  if (sorted.length < 3) return [...sorted];
  const chain = (points: readonly Point[]): Point[] => {
    const hull: Point[] = [];
    for (const point of points) {
      while (hull.length >= 2 && turn(hull[hull.length - 2]!, hull[hull.length - 1]!, point) <= 0) hull.pop();
      hull.push(point);
    }
    hull.pop();
    return hull;
  };
  return [...chain(sorted), ...chain(sorted.toReversed())];
}

const turn = (a: Point, b: Point, c: Point): number => (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);

/**
 * The rectangle of least area around a hull: one of its sides lies along an edge of the hull (Freeman and Shapira, 1975),
 * so every edge is tried. Hulls of text blobs have a few dozen corners, where the plain product is as quick as calipers.
 */
export function minAreaRectangle(hull: readonly Point[]): Rectangle {
  let best = { area: Infinity, cos: 1, sin: 0, u0: 0, u1: 0, v0: 0, v1: 0 };
  for (let i = 0; i < hull.length; i++) {
    const [ax, ay] = hull[i]!;
    const [bx, by] = hull[(i + 1) % hull.length]!;
    const length = Math.hypot(bx - ax, by - ay) || 1;
    const cos = hull.length === 1 ? 1 : (bx - ax) / length;
    const sin = (by - ay) / length;
    let u0 = Infinity;
    let u1 = -Infinity;
    let v0 = Infinity;
    let v1 = -Infinity;
    for (const [x, y] of hull) {
      const u = x * cos + y * sin;
      const v = y * cos - x * sin;
      if (u < u0) u0 = u;
      if (u > u1) u1 = u;
      if (v < v0) v0 = v;
      if (v > v1) v1 = v;
    }
    const area = (u1 - u0) * (v1 - v0);
    if (area < best.area) best = { area, cos, sin, u0, u1, v0, v1 };
  }
  const { cos, sin, u0, u1, v0, v1 } = best;
  const u = (u0 + u1) / 2;
  const v = (v0 + v1) / 2;
  const isTall = v1 - v0 > u1 - u0;
  let angleDegrees = (Math.atan2(sin, cos) * 180) / Math.PI + (isTall ? 90 : 0);
  while (angleDegrees > 90) angleDegrees -= 180;
  while (angleDegrees <= -90) angleDegrees += 180;
  return {
    centre: [u * cos - v * sin, u * sin + v * cos],
    longPx: Math.max(u1 - u0, v1 - v0),
    shortPx: Math.min(u1 - u0, v1 - v0),
    angleDegrees,
  };
}
