import type { Gesture } from '../../../src/capture/protocol.schema.ts';
import type { Box } from '../geometry.ts';

/** A point of the mesh, in px of the picture. */
export type Point = readonly [x: number, y: number, ...rest: number[]];

/**
 * What a mesh says of a face, as ratios in the picture's plane; the engine's `geometryOf` measures the same on what is uploaded.
 * - `asymmetry`: in [-1, 1]; positive when the nose points to the right of the unmirrored picture, the applicant's left
 * - `noseDrop`: where the nose lies between brow and chin; less looking up
 * - `mouthWidth`: over the face's width
 * - `height`: of the face, over the picture's
 */
export type FaceSignals = {
  readonly asymmetry: number;
  readonly noseDrop: number;
  readonly mouthWidth: number;
  readonly height: number;
};

/** Points of the mesh. Source: MediaPipe's canonical face mesh, 468 points. */
const AT = {
  nose: 1,
  brow: 10,
  chin: 152,
  leftEdge: 234,
  rightEdge: 454,
  leftMouth: 61,
  rightMouth: 291,
  leftEye: 33,
  rightEye: 263,
};

const between = ([ax, ay]: Point, [bx, by]: Point): number => Math.hypot(ax - bx, ay - by);

/** @param points 468 or more. @param pictureHeight px. */
export function signalsOf(points: readonly Point[], pictureHeight: number): FaceSignals {
  const at = (name: keyof typeof AT): Point => points[AT[name]]!;
  const [toLeft, toRight] = [between(at('nose'), at('leftEdge')), between(at('nose'), at('rightEdge'))];
  const eyes: Point = [(at('leftEye')[0] + at('rightEye')[0]) / 2, (at('leftEye')[1] + at('rightEye')[1]) / 2];
  const [axisX, axisY] = [at('chin')[0] - at('brow')[0], at('chin')[1] - at('brow')[1]];
  const axis = Math.hypot(axisX, axisY);
  const along = (point: Point): number => (point[0] * axisX + point[1] * axisY) / axis;
  return {
    asymmetry: (toLeft - toRight) / (toLeft + toRight),
    noseDrop: (along(at('nose')) - along(eyes)) / axis,
    mouthWidth: between(at('leftMouth'), at('rightMouth')) / between(at('leftEdge'), at('rightEdge')),
    height: axis / pictureHeight,
  };
}

/**
 * Whether a gesture can be seen, against the person's own neutral face. Only to say "good" while it is made: the service measures the recording
 * itself, at its own operating points, which these follow.
 */
export function isGestureSeen(gesture: Gesture, now: FaceSignals, neutral: FaceSignals): boolean {
  const turn = now.asymmetry - neutral.asymmetry;
  const nod = now.noseDrop - neutral.noseDrop;
  switch (gesture) {
    case 'turn-left':
      return turn >= 0.3;
    case 'turn-right':
      return turn <= -0.3;
    case 'look-up':
      return nod <= -0.07;
    case 'look-down':
      return nod >= 0.06;
    case 'smile':
      return now.mouthWidth >= neutral.mouthWidth * 1.14;
    case 'come-closer':
      return now.height >= neutral.height * 1.18;
  }
}

/** Mean luma inside and outside a box. @param rgba rows from the top. */
export function lumaAround(
  rgba: Uint8ClampedArray,
  width: number,
  height: number,
  face: Box | null,
): { readonly inside: number; readonly outside: number } {
  const box = face ?? { x: 0, y: 0, width: 0, height: 0 };
  const [left, right] = [box.x * width, (box.x + box.width) * width];
  const [top, bottom] = [box.y * height, (box.y + box.height) * height];
  let [inside, insideCount, outside, outsideCount] = [0, 0, 0, 0];
  // Every third pixel each way is enough for a mean.
  for (let y = 0; y < height; y += 3)
    for (let x = 0; x < width; x += 3) {
      const at = (y * width + x) * 4;
      const luma = 0.299 * rgba[at]! + 0.587 * rgba[at + 1]! + 0.114 * rgba[at + 2]!;
      if (x >= left && x < right && y >= top && y < bottom) {
        inside += luma;
        insideCount += 1;
      } else {
        outside += luma;
        outsideCount += 1;
      }
    }
  return { inside: inside / Math.max(1, insideCount), outside: outside / Math.max(1, outsideCount) };
}
