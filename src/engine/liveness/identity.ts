import { alignFace } from '../face/align.ts';
import type { FaceMesh } from '../face/face.ts';
import type { Raster } from '../image/raster.ts';
import type { Model } from '../runtime/model.ts';
import { runOnNchw } from '../runtime/run-on-picture.ts';

/**
 * Who is in the picture, as a direction: cosines of two of them tell one person from two.
 * @param model 'face-embedder-a', the quicker and surer of the two that comparisons use.
 */
export async function identityOf(model: Model, image: Raster, mesh: FaceMesh): Promise<Float32Array> {
  const [output] = Object.values(await runOnNchw(model, alignFace(image, mesh), { minus: 127, by: 128 }, 'bgr'));
  return unitLength(output!.data);
}

export function unitLength(vector: Float32Array): Float32Array {
  const length = Math.sqrt(cosine(vector, vector)) || 1;
  return vector.map((value) => value / length);
}

/** Cosine of two directions of length 1, in [-1, 1]. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at]! * b[at]!;
  return sum;
}
