import type { Raster } from '../image/raster.ts';
import { writeNchw, writeNhwc, type Scaling, type Tensor } from '../image/tensor.ts';
import type { Model } from './model.ts';

type Outputs = Promise<Readonly<Record<string, Tensor>>>;

/** Runs a network that takes a picture as [1, height, width, 3], red first. */
export const runOnNhwc = (model: Model, image: Raster, scaling: Scaling): Outputs =>
  model.runOn([1, image.heightPx, image.widthPx, 3], (data) => writeNhwc(image, scaling, data));

/** Runs a network that takes a picture as [1, 3, height, width], its planes in the order named. */
export const runOnNchw = (model: Model, image: Raster, scaling: Scaling, order: 'rgb' | 'bgr'): Outputs =>
  model.runOn([1, 3, image.heightPx, image.widthPx], (data) => writeNchw(image, scaling, order, data));
