import type { Point } from '../../image/raster.ts';
import { cropHeightPx as height, cropWidthPx as width, type AttributeCrop } from './crop.ts';
import type { FacePlanes } from './planes.ts';
import { meanOf, median } from './statistics.ts';

/** Pixels this near the rim of the crop are not used: blur and slopes are not whole there. */
const rimPx = 3;

/** A face ready for measuring: its planes, its mesh, and how far it is turned. */
export type MeasuredFace = {
  readonly planes: FacePlanes;
  /** A mesh point by its number in the MediaPipe face mesh, in crop px. */
  readonly point: (id: number) => Point;
  /**
   * How far the head is turned: ln of the image-left over the image-right half of the face's width, 0 = frontal. About 0.5
   * at 8 degrees of mesh yaw, 1.6 at 22.
   */
  readonly asymmetry: number;
};

export function faceToMeasure(crop: AttributeCrop, planes: FacePlanes): MeasuredFace {
  const { points } = crop;
  const point = (id: number): Point => [points[id * 2]!, points[id * 2 + 1]!];
  const left = point(1)[0] - point(234)[0];
  const right = point(454)[0] - point(1)[0];
  return { planes, point, asymmetry: Math.log(Math.max(1, left) / Math.max(1, right)) };
}

/** Beyond this asymmetry the far half of the face is foreshortened: only the near half is measured. */
const turnedAsymmetry = 0.5;

/** What is taken of two mirrored places: the near side when the head is turned, else the mean of those that are there. */
export function ofBothSides(face: MeasuredFace, left: number | null, right: number | null): number | null {
  if (face.asymmetry > turnedAsymmetry && left !== null) return left;
  if (face.asymmetry < -turnedAsymmetry && right !== null) return right;
  return meanOf([left, right]);
}

/** Colour and texture of a patch of the face; see `FacePlanes` for the units. */
export type Patch = {
  readonly logLuma: number;
  readonly redness: number;
  readonly blueness: number;
  readonly texture: number;
  /** Offsets of the pixels it was taken from. */
  readonly pixels: readonly number[];
};

/** Discs of `radiusPx` around mesh points, taken together; null when less than half of them lies in the picture. */
export function patchAt(face: MeasuredFace, ids: readonly number[], radiusPx: number): Patch | null {
  const pixels: number[] = [];
  for (const id of ids) pushDisc(pixels, face.planes.inFrame, face.point(id), radiusPx);
  if (pixels.length < 0.5 * ids.length * Math.PI * radiusPx * radiusPx) return null;
  const { logLuma, redness, blueness, texture } = face.planes;
  return {
    logLuma: medianOn(logLuma, pixels),
    redness: medianOn(redness, pixels),
    blueness: medianOn(blueness, pixels),
    texture: meanOn(texture, pixels),
    pixels,
  };
}

/** Offsets of the pixels of a disc that lie in the picture. */
export function discPixels(face: MeasuredFace, centre: Point, radiusPx: number): readonly number[] {
  const pixels: number[] = [];
  pushDisc(pixels, face.planes.inFrame, centre, radiusPx);
  return pixels;
}

function pushDisc(pixels: number[], inFrame: Uint8Array, [cx, cy]: Point, radiusPx: number): void {
  const fromX = Math.max(rimPx, Math.ceil(cx - radiusPx));
  const toX = Math.min(width - 1 - rimPx, cx + radiusPx);
  const fromY = Math.max(rimPx, Math.ceil(cy - radiusPx));
  const toY = Math.min(height - 1 - rimPx, cy + radiusPx);
  for (let y = fromY; y <= toY; y++)
    for (let x = fromX; x <= toX; x++)
      if ((x - cx) ** 2 + (y - cy) ** 2 <= radiusPx * radiusPx && inFrame[y * width + x]) pixels.push(y * width + x);
}

/** Two mirrored patches as one. */
export function sidesTogether(face: MeasuredFace, left: Patch | null, right: Patch | null): Patch | null {
  if (face.asymmetry > turnedAsymmetry && left !== null) return left;
  if (face.asymmetry < -turnedAsymmetry && right !== null) return right;
  if (left === null || right === null) return left ?? right;
  return {
    logLuma: (left.logLuma + right.logLuma) / 2,
    redness: (left.redness + right.redness) / 2,
    blueness: (left.blueness + right.blueness) / 2,
    texture: (left.texture + right.texture) / 2,
    pixels: [...left.pixels, ...right.pixels],
  };
}

/** Mean steepness of `smooth` over the pixels: how sharp and how noisy a place is. Null of no pixels. */
export function meanSlope(planes: FacePlanes, pixels: readonly number[]): number | null {
  if (pixels.length === 0) return null;
  let sum = 0;
  for (const at of pixels) sum += Math.hypot(planes.slopeX[at]!, planes.slopeY[at]!);
  return sum / pixels.length;
}

const medianOn = (plane: Float32Array, pixels: readonly number[]): number => median(pixels.map((at) => plane[at]!))!;

function meanOn(plane: Float32Array, pixels: readonly number[]): number {
  let sum = 0;
  for (const at of pixels) sum += plane[at]!;
  return sum / pixels.length;
}
