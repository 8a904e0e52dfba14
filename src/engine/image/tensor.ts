import type { Raster } from './raster.ts';

/** Numbers in a shape, as the inference runtime takes and gives them. */
export type Tensor = { readonly data: Float32Array; readonly shape: readonly number[] };

/** How a network wants its channel values: (value - minus) / by, for values 0 … 255. */
export type Scaling = { readonly minus: number; readonly by: number };

/** Writes the picture over `data` as [1, height, width, 3], red first. */
export function writeNhwc({ rgb }: Raster, { minus, by }: Scaling, data: Float32Array): void {
  const scaled = scaledValues(minus, by);
  for (let i = 0; i < rgb.length; i++) data[i] = scaled[rgb[i]!]!;
}

/** Writes the picture over `data` as [1, 3, height, width], its planes in the order named. */
export function writeNchw(
  { rgb, widthPx, heightPx }: Raster,
  { minus, by }: Scaling,
  order: 'rgb' | 'bgr',
  data: Float32Array,
): void {
  const size = widthPx * heightPx;
  const scaled = scaledValues(minus, by);
  const first = order === 'rgb' ? 0 : 2;
  for (let i = 0, o = 0; i < size; i++, o += 3) {
    data[i] = scaled[rgb[o + first]!]!;
    data[size + i] = scaled[rgb[o + 1]!]!;
    data[2 * size + i] = scaled[rgb[o + 2 - first]!]!;
  }
}

/** The picture as [1, 3, height, width], its planes in the order named. */
export function toNchw(image: Raster, scaling: Scaling, order: 'rgb' | 'bgr'): Tensor {
  const data = new Float32Array(image.rgb.length);
  writeNchw(image, scaling, order, data);
  return { data, shape: [1, 3, image.heightPx, image.widthPx] };
}

function scaledValues(minus: number, by: number): Float32Array {
  const scaled = new Float32Array(256);
  for (let value = 0; value < 256; value++) scaled[value] = (value - minus) / by;
  return scaled;
}
