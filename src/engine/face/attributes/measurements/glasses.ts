import type { Point } from '../../../image/raster.ts';
import { cropHeightPx as height, cropWidthPx as width } from '../crop.ts';
import { bestEdge, steepestInColumn, steepestInRow } from '../edges.ts';
import { discPixels, meanSlope, ofBothSides, type MeasuredFace } from '../patches.ts';
import { meanOf, quantile } from '../statistics.ts';

/** Traces of a frame in front of the eyes; null where the picture does not reach. Slopes are of ln luma per px. */
export type GlassesMeasurements = {
  /** The bridge: the strongest dark or bright bar across the root of the nose. */
  readonly bridge: number;
  /** The best continuous horizontal edge between the inner corners of the eyes; ln slope. */
  readonly bridgeEdge: number | null;
  /** The arms: the slope that 65 % of the columns between eye and ear exceed, on the weaker side (a strand of hair lies on one). */
  readonly arms: number | null;
  /** The nose pads: the middle of the steepest slopes between inner corner and ridge, row by row. */
  readonly nosePads: number;
  /** The lower rims: the best continuous edge under the eyes, and on the cheek below as a control; ln slope. */
  readonly lowerRim: number | null;
  readonly cheekEdge: number | null;
  /** Contrast inside the outline of the eyes: the 10 to 90 % range of ln luma, which lenses flatten. */
  readonly eyeContrast: number | null;
  /** Mean slope around the eyes: tells a picture without detail from a face without glasses. */
  readonly eyeDetail: number;
};

const leftEyeIds = [33, 133, 159, 145];
const rightEyeIds = [263, 362, 386, 374];
const leftEyeOutline = [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246];
const rightEyeOutline = [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466];

export function measureGlasses(face: MeasuredFace): GlassesMeasurements {
  const leftEye = middleOf(face, leftEyeIds);
  const rightEye = middleOf(face, rightEyeIds);
  return {
    bridge: bridgeBar(face),
    bridgeEdge: bridgeEdge(face),
    arms: weaker(armSlope(face, 33, 127), armSlope(face, 263, 356)),
    nosePads: (nosePadSlope(face, 133, 1) + nosePadSlope(face, 362, -1)) / 2,
    lowerRim: ofBothSides(face, edgeBelow(face, leftEye, 145, 9, 42), edgeBelow(face, rightEye, 374, 9, 42)),
    cheekEdge: ofBothSides(face, edgeBelow(face, leftEye, 145, 48, 74), edgeBelow(face, rightEye, 374, 48, 74)),
    eyeContrast: meanOf([contrastWithin(face, leftEyeOutline), contrastWithin(face, rightEyeOutline)]),
    eyeDetail: meanSlope(face.planes, [...discPixels(face, leftEye, 14), ...discPixels(face, rightEye, 14)]) ?? 0,
  };
}

/** The largest deviation of a row of the nose's ridge from the rows 4 and 7 px above and below it, in ln luma. */
function bridgeBar(face: MeasuredFace): number {
  const { smooth } = face.planes;
  const [rootX, rootY] = face.point(168);
  const [ridgeX, ridgeY] = face.point(195);
  const marginRows = 8;
  const fromY = Math.max(0, Math.round(Math.min(face.point(9)[1], rootY - 10)) - marginRows);
  const toY = Math.min(height - 1, Math.round(ridgeY) + marginRows);
  const profile: number[] = [];
  for (let y = fromY; y <= toY; y++) {
    const down = Math.max(0, Math.min(1, (y - rootY) / (ridgeY - rootY || 1)));
    const centre = rootX + (ridgeX - rootX) * down;
    let sum = 0;
    let count = 0;
    for (let x = Math.max(0, Math.round(centre - 5)); x <= Math.min(width - 1, centre + 5); x++, count++)
      sum += smooth[y * width + x]!;
    if (count > 0) profile.push(sum / count);
  }
  let strongest = 0;
  for (let row = marginRows; row < profile.length - marginRows; row++)
    for (const reach of [4, 7]) {
      const bar = Math.abs(2 * profile[row]! - profile[row - reach]! - profile[row + reach]!) / 2;
      strongest = Math.max(strongest, bar);
    }
  return strongest;
}

function bridgeEdge(face: MeasuredFace): number | null {
  const rows = { from: Math.min(face.point(9)[1] + 4, face.point(168)[1] - 8), to: face.point(195)[1] };
  return bestEdge(face.planes.slopeY, { from: face.point(133)[0] + 6, to: face.point(362)[0] - 6 }, rows, 1);
}

/** Outside an eye towards the ear: per column the steepest edge, of which 65 % of the columns reach the result. */
function armSlope(face: MeasuredFace, eyeCorner: number, faceEdge: number): number | null {
  const [cornerX, cornerY] = face.point(eyeCorner);
  const [edgeX] = face.point(faceEdge);
  const outwards = edgeX < cornerX ? -1 : 1;
  const ends = [cornerX + outwards * 8, edgeX - outwards * 4];
  if ((ends[1]! - ends[0]!) * outwards < 0) return null;
  const slopes: number[] = [];
  for (let x = Math.round(Math.min(...ends)); x <= Math.max(...ends); x++) {
    const rows = { from: cornerY - 14, to: cornerY + 16 };
    const steepest = steepestInColumn(face.planes.slopeY, face.planes.inFrame, x, rows);
    if (steepest !== null) slopes.push(steepest);
  }
  return slopes.length < 6 ? null : quantile(slopes, 0.35);
}

function nosePadSlope(face: MeasuredFace, innerCorner: number, inwards: 1 | -1): number {
  const [cornerX, cornerY] = face.point(innerCorner);
  const start = Math.round(cornerX);
  const columns = inwards > 0 ? { from: start, to: cornerX + 12 } : { from: Math.ceil(cornerX - 12), to: start };
  const slopes: number[] = [];
  for (let y = Math.round(cornerY + 2); y <= cornerY + 22; y++) {
    const steepest = steepestInRow(face.planes.slopeX, face.planes.inFrame, y, columns);
    if (steepest !== null) slopes.push(steepest);
  }
  return quantile(slopes, 0.5) ?? 0;
}

function edgeBelow(face: MeasuredFace, eye: Point, lid: number, fromPx: number, toPx: number): number | null {
  const lidY = face.point(lid)[1];
  const columns = { from: eye[0] - 20, to: eye[0] + 20 };
  return bestEdge(face.planes.slopeY, columns, { from: lidY + fromPx, to: lidY + toPx }, 2);
}

function contrastWithin(face: MeasuredFace, outline: readonly number[]): number | null {
  const polygon = outline.map(face.point);
  const [cx, cy] = middleOf(face, outline);
  const values: number[] = [];
  for (let y = Math.max(0, Math.floor(cy - 20)); y < Math.min(height, cy + 20); y++)
    for (let x = Math.max(3, Math.floor(cx - 32)); x < Math.min(width - 3, cx + 32); x++)
      if (isInside(polygon, x, y)) values.push(face.planes.logLuma[y * width + x]!);
  if (values.length === 0) return null;
  return quantile(values, 0.9)! - quantile(values, 0.1)!;
}

function isInside(polygon: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, before = polygon.length - 1; i < polygon.length; before = i++) {
    const [ax, ay] = polygon[i]!;
    const [bx, by] = polygon[before]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

function middleOf(face: MeasuredFace, ids: readonly number[]): Point {
  let x = 0;
  let y = 0;
  for (const id of ids) {
    x += face.point(id)[0] / ids.length;
    y += face.point(id)[1] / ids.length;
  }
  return [x, y];
}

const weaker = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);
