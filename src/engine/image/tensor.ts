import type { Raster } from './raster.ts';

/** Numbers in a shape, as the inference runtime takes and gives them. */
export type Tensor = { readonly data: Float32Array; readonly shape: readonly number[] };

/** How a network wants its channel values: (value - minus) / by, for values 0 … 255. */
export type Scaling = { readonly minus: number; readonly by: number };

/** The picture as [1, height, width, 3], red first. */
export function toNhwc(image: Raster, { minus, by }: Scaling): Tensor {
  const { rgb } = image;
  const data = new Float32Array(rgb.length);
  const scaled = scaledValues(minus, by);
  for (let i = 0; i < rgb.length; i++) data[i] = scaled[rgb[i]!]!;
  return { data, shape: [1, image.heightPx, image.widthPx, 3] };
}

/** The picture as [1, 3, height, width], its planes in the order named. */
export function toNchw(image: Raster, { minus, by }: Scaling, order: 'rgb' | 'bgr'): Tensor {
  const { rgb } = image;
  const size = image.widthPx * image.heightPx;
  const data = new Float32Array(rgb.length);
  const scaled = scaledValues(minus, by);
  const first = order === 'rgb' ? 0 : 2;
  for (let i = 0, o = 0; i < size; i++, o += 3) {
    data[i] = scaled[rgb[o + first]!]!;
    data[size + i] = scaled[rgb[o + 1]!]!;
    data[2 * size + i] = scaled[rgb[o + 2 - first]!]!;
  }
  return { data, shape: [1, 3, image.heightPx, image.widthPx] };
}

function scaledValues(minus: number, by: number): Float32Array {
  const scaled = new Float32Array(256);
  for (let value = 0; value < 256; value++) scaled[value] = (value - minus) / by;
  return scaled;
}
