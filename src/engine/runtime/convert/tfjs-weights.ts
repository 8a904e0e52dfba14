import { floatsFromBytes, floatsFromHalves, integersFromBytes } from './array.ts';
import { z } from 'zod';

export const weightsManifestSchema = z.array(
  z.object({
    weights: z.array(
      z.object({
        name: z.string(),
        shape: z.array(z.number()),
        dtype: z.enum(['float32', 'int32']),
        quantization: z
          .union([
            z.object({ dtype: z.literal('float16') }),
            z.object({ dtype: z.literal('uint8'), scale: z.number(), min: z.number() }),
          ])
          .optional(),
      }),
    ),
  }),
);

/** A constant of a TensorFlow.js graph. */
export type Weight =
  | { readonly shape: readonly number[]; readonly floats: Float32Array }
  | { readonly shape: readonly number[]; readonly integers: readonly number[] };

/** The weights of a TensorFlow.js manifest whose groups lie one after the other in `bytes`. */
export function readTfjsWeights(manifest: z.infer<typeof weightsManifestSchema>, bytes: Buffer): Map<string, Weight> {
  const weights = new Map<string, Weight>();
  let at = 0;
  for (const group of manifest)
    for (const { name, shape, dtype, quantization } of group.weights) {
      const count = shape.reduce((product, size) => product * size, 1);
      const width = quantization?.dtype === 'float16' ? 2 : quantization?.dtype === 'uint8' ? 1 : 4;
      const part = bytes.subarray(at, at + count * width);
      at += count * width;
      if (part.length !== count * width) throw new RangeError(`weights end within ${name}`);
      if (dtype === 'int32') weights.set(name, { shape, integers: integersFromBytes(part) });
      else if (quantization?.dtype === 'float16') weights.set(name, { shape, floats: floatsFromHalves(part) });
      else if (quantization?.dtype === 'uint8') {
        const { scale, min } = quantization;
        weights.set(name, { shape, floats: Float32Array.from(part, (level) => level * scale + min) });
      } else weights.set(name, { shape, floats: floatsFromBytes(part) });
    }
  return weights;
}

/** The floats of a weight that must be there. @throws RangeError when it is missing or holds integers. */
export function floatsOf(
  weights: ReadonlyMap<string, Weight>,
  name: string,
): { shape: readonly number[]; floats: Float32Array } {
  const weight = weights.get(name);
  if (weight === undefined || !('floats' in weight)) throw new RangeError(`no float weight ${name}`);
  return weight;
}
