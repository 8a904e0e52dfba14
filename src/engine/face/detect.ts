import type { Box, Point, Raster } from '../image/raster.ts';
import { shrinkTo } from '../image/shrink.ts';
import type { Model, Tensor } from '../runtime/model.ts';
import { runOnNhwc } from '../runtime/run-on-picture.ts';
import type { DetectedFace } from './face.ts';

const INPUT_PX = 256;
const KEY_POINTS = 6;
const VALUES_PER_ANCHOR = 4 + 2 * KEY_POINTS;
const SAME_FACE_IOU = 0.3;
const MOST_FACES = 20;

/** The threshold of the detector's authors. Below it, what is found needs a second opinion (the mesh's flag). */
export const DETECTION_THRESHOLD = 0.5;

/** Anchors of BlazeFace (back camera): a 16 × 16 grid with two to a cell, and an 8 × 8 grid with six. */
const heads = [
  { cells: 16, anchorsPerCell: 2, scores: 'Identity', boxes: 'Identity_2' },
  { cells: 8, anchorsPerCell: 6, scores: 'Identity_1', boxes: 'Identity_3' },
] as const;

/**
 * Upright faces in a picture, surest first; at most 20. A face is found from about 1/15 of the longer side.
 * @param model 'face-detector': BlazeFace, back camera, 256 px.
 * @param threshold least score, in (0, 1).
 * Source: Bazarevsky et al., BlazeFace (2019); boxes and points are offsets from the centre of their anchor, in input px.
 */
export async function detectFaces(
  model: Model,
  image: Raster,
  threshold = DETECTION_THRESHOLD,
): Promise<DetectedFace[]> {
  const { canvas, toImage } = letterbox(image);
  const outputs = await runOnNhwc(model, canvas, { minus: 127.5, by: 127.5 });
  const found = heads.flatMap((head) =>
    decodeHead(outputs[head.scores]!, outputs[head.boxes]!, head, threshold, toImage),
  );
  return keepDistinct(found);
}

/** The picture whole in a square, and the way back from a place in the square (px from its corner) to the picture. */
function letterbox(image: Raster): { canvas: Raster; toImage: (x: number, y: number) => Point } {
  const factor = INPUT_PX / Math.max(image.widthPx, image.heightPx);
  const widthPx = Math.max(1, Math.round(image.widthPx * factor));
  const heightPx = Math.max(1, Math.round(image.heightPx * factor));
  const left = (INPUT_PX - widthPx) >> 1;
  const top = (INPUT_PX - heightPx) >> 1;
  const inside = shrinkTo(image, widthPx, heightPx);
  const rgb = new Uint8Array(INPUT_PX * INPUT_PX * 3);
  for (let y = 0; y < heightPx; y++)
    rgb.set(inside.rgb.subarray(y * widthPx * 3, (y + 1) * widthPx * 3), ((y + top) * INPUT_PX + left) * 3);
  const perX = image.widthPx / widthPx;
  const perY = image.heightPx / heightPx;
  return {
    canvas: { widthPx: INPUT_PX, heightPx: INPUT_PX, rgb },
    toImage: (x, y) => [(x - left) * perX - 0.5, (y - top) * perY - 0.5],
  };
}

function decodeHead(
  scores: Tensor,
  boxes: Tensor,
  { cells, anchorsPerCell }: (typeof heads)[number],
  threshold: number,
  toImage: (x: number, y: number) => Point,
): DetectedFace[] {
  const leastLogit = Math.log(threshold / (1 - threshold));
  const found: DetectedFace[] = [];
  for (let anchor = 0; anchor < scores.data.length; anchor++) {
    const logit = scores.data[anchor]!;
    if (logit < leastLogit) continue;
    const cell = Math.floor(anchor / anchorsPerCell);
    const anchorX = (((cell % cells) + 0.5) / cells) * INPUT_PX;
    const anchorY = ((Math.floor(cell / cells) + 0.5) / cells) * INPUT_PX;
    const values = boxes.data.subarray(anchor * VALUES_PER_ANCHOR, (anchor + 1) * VALUES_PER_ANCHOR);
    const place = (dx: number, dy: number): Point => toImage(anchorX + dx, anchorY + dy);
    const [x, y, width, height] = [values[0]!, values[1]!, values[2]!, values[3]!];
    const [x0Px, y0Px] = place(x - width / 2, y - height / 2);
    const [x1Px, y1Px] = place(x + width / 2, y + height / 2);
    const keyPoints = Array.from({ length: KEY_POINTS }, (_, k) => place(values[4 + 2 * k]!, values[5 + 2 * k]!));
    found.push({ box: { x0Px, y0Px, x1Px, y1Px }, score: 1 / (1 + Math.exp(-logit)), keyPoints });
  }
  return found;
}

/** Greedy non-maximum suppression: of boxes that overlap, the surest stays. */
export function keepDistinct(found: readonly DetectedFace[]): DetectedFace[] {
  const kept: DetectedFace[] = [];
  for (const face of found.toSorted((a, b) => b.score - a.score)) {
    if (kept.length === MOST_FACES) break;
    if (kept.every((other) => intersectionOverUnion(face.box, other.box) < SAME_FACE_IOU)) kept.push(face);
  }
  return kept;
}

/** How much two boxes are one, 0 … 1. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.min(a.x1Px, b.x1Px) - Math.max(a.x0Px, b.x0Px);
  const height = Math.min(a.y1Px, b.y1Px) - Math.max(a.y0Px, b.y0Px);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (areaOf(a) + areaOf(b) - both);
}

const areaOf = (box: Box): number => (box.x1Px - box.x0Px) * (box.y1Px - box.y0Px);

/** The same face in other coordinates, which may be turned by quarters: boxes stay along the axes. */
export function movedFace(face: DetectedFace, place: (point: Point) => Point): DetectedFace {
  const [ax, ay] = place([face.box.x0Px, face.box.y0Px]);
  const [bx, by] = place([face.box.x1Px, face.box.y1Px]);
  return {
    score: face.score,
    box: { x0Px: Math.min(ax, bx), y0Px: Math.min(ay, by), x1Px: Math.max(ax, bx), y1Px: Math.max(ay, by) },
    keyPoints: face.keyPoints.map(place),
  };
}
