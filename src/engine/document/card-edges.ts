import type { Grey, Point, Quad } from '../image/raster.ts';

/** Along each side; the rounded corners are left out. */
const SAMPLES = 40;
const CORNER_SHARE = 0.06;
/** Between the two places whose brightness is compared, half of it, px. */
const HALF_STEP_PX = 1.5;
/** A single spot counts for no more than this, grey levels: print and glare are louder than a rim and do not go on. */
const LOUDEST = 48;
/** What a rim must come to on average, grey levels, and in how many places it must be there. */
const LEAST_STEP = 5;
const LEAST_SHARE = 0.6;
/** How much less a line at the end of the reach counts than one where it was thought to be. */
const FAR_SHARE = 0.35;

/** How far off a side may be, px: towards the middle, and away from it. */
export type Reach = { readonly inPx: number; readonly outPx: number };

export type Snapped = {
  readonly quad: Quad;
  /** Top, right, bottom, left: whether a rim was seen there. Where not, the side lies as it was thought to. */
  readonly isSeen: readonly [boolean, boolean, boolean, boolean];
};

/**
 * Lays the sides of a quad on the rims that are seen near them: on each side, of all straight lines within reach, the one across which
 * brightness changes most evenly. A card on a table, whatever their colours, differs from it all along its rim and in one direction.
 * @param quad clockwise. @param reach of each side: top, right, bottom, left.
 */
export function snappedToEdges(grey: Grey, quad: Quad, reach: readonly [Reach, Reach, Reach, Reach]): Snapped {
  const lines = quad.map((from, side) => edgeNear(grey, from, quad[(side + 1) % 4]!, reach[side]!));
  const corner = (side: number): Point => crossing(lines[(side + 3) % 4]!.line, lines[side]!.line) ?? quad[side]!;
  return {
    quad: [corner(0), corner(1), corner(2), corner(3)],
    isSeen: lines.map(({ isSeen }) => isSeen) as unknown as Snapped['isSeen'],
  };
}

type Line = readonly [Point, Point];

/** Both ends are moved across the side, each on its own, by every whole number of px. */
function edgeNear(grey: Grey, from: Point, to: Point, { inPx, outPx }: Reach): { line: Line; isSeen: boolean } {
  const [inner, outer] = [Math.max(0, Math.round(inPx)), Math.max(1, Math.round(outPx))];
  const normal = outwardFrom(from, to);
  const width = inner + outer + 1;
  const steps = stepsAcross(grey, { from, to, normal, inner, outer });
  let best = { worth: 0, begin: 0, end: 0, sum: 0 };
  for (let begin = -inner; begin <= outer; begin++)
    for (let end = -inner; end <= outer; end++) {
      let sum = 0;
      for (let at = 0; at < SAMPLES; at++)
        sum += steps[at * width + Math.round(begin + (end - begin) * share(at)) + inner]!;
      const off = Math.max(Math.abs(begin), Math.abs(end)) / Math.max(inner, outer);
      const worth = Math.abs(sum) * (1 - FAR_SHARE * off);
      if (worth > best.worth) best = { worth, begin, end, sum };
    }
  const { begin, end, sum } = best;
  let agreeing = 0;
  for (let at = 0; at < SAMPLES; at++)
    if (steps[at * width + Math.round(begin + (end - begin) * share(at)) + inner]! * Math.sign(sum) > 1) agreeing++;
  const isSeen = Math.abs(sum) >= LEAST_STEP * SAMPLES && agreeing >= LEAST_SHARE * SAMPLES;
  const moved = (point: Point, by: number): Point => [point[0] + normal[0] * by, point[1] + normal[1] * by];
  return { line: isSeen ? [moved(from, begin), moved(to, end)] : [from, to], isSeen };
}

/** Across a side of a clockwise quad, away from its middle; of length 1. */
export function outwardFrom(from: Point, to: Point): Point {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
  return [(to[1] - from[1]) / length, (from[0] - to[0]) / length];
}

/** How far along the side a sample lies, 0 … 1. */
const share = (at: number): number => CORNER_SHARE + ((1 - 2 * CORNER_SHARE) * (at + 0.5)) / SAMPLES;

type Band = {
  readonly from: Point;
  readonly to: Point;
  readonly normal: Point;
  readonly inner: number;
  readonly outer: number;
};

/** The change of brightness across the side, by sample and by how far off it is; outside of the picture there is none. */
function stepsAcross(grey: Grey, { from, to, normal, inner, outer }: Band): Float32Array {
  const width = inner + outer + 1;
  const steps = new Float32Array(SAMPLES * width);
  for (let at = 0; at < SAMPLES; at++) {
    const x = from[0] + (to[0] - from[0]) * share(at);
    const y = from[1] + (to[1] - from[1]) * share(at);
    for (let off = -inner; off <= outer; off++) {
      const near = lumaAt(grey, x + normal[0] * (off - HALF_STEP_PX), y + normal[1] * (off - HALF_STEP_PX));
      const far = lumaAt(grey, x + normal[0] * (off + HALF_STEP_PX), y + normal[1] * (off + HALF_STEP_PX));
      const step = near === null || far === null ? 0 : far - near;
      steps[at * width + off + inner] = Math.max(-LOUDEST, Math.min(LOUDEST, step));
    }
  }
  return steps;
}

function lumaAt({ luma, widthPx, heightPx }: Grey, x: number, y: number): number | null {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  if (x0 < 0 || y0 < 0 || x0 >= widthPx - 1 || y0 >= heightPx - 1) return null;
  const o = y0 * widthPx + x0;
  const above = luma[o]! + (luma[o + 1]! - luma[o]!) * (x - x0);
  const below = luma[o + widthPx]! + (luma[o + widthPx + 1]! - luma[o + widthPx]!) * (x - x0);
  return above + (below - above) * (y - y0);
}

/** Where two lines cross; null: they are parallel. */
function crossing([a, b]: Line, [c, d]: Line): Point | null {
  const [ux, uy] = [b[0] - a[0], b[1] - a[1]];
  const [vx, vy] = [d[0] - c[0], d[1] - c[1]];
  const across = ux * vy - uy * vx;
  if (Math.abs(across) < 1e-9) return null;
  const along = ((c[0] - a[0]) * vy - (c[1] - a[1]) * vx) / across;
  return [a[0] + along * ux, a[1] + along * uy];
}
