/** A picture of one channel in floating point, row by row. */
export type Plane = { readonly widthPx: number; readonly heightPx: number; readonly values: Float32Array };

/** Gaussian blur with its own deviation along and down, px. */
export function blurPlane(plane: Plane, alongPx: number, downPx: number): Plane {
  return blurDown(blurAlong(plane, alongPx), downPx);
}

function kernelOf(sigmaPx: number): Float32Array {
  const reach = Math.ceil(sigmaPx * 2.6);
  const kernel = Float32Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp((-(k - reach) * (k - reach)) / (2 * sigmaPx * sigmaPx)),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  return kernel.map((weight) => weight / sum);
}

const LEAST_BLUR_PX = 0.2;

function blurAlong({ widthPx, heightPx, values }: Plane, sigmaPx: number): Plane {
  if (sigmaPx < LEAST_BLUR_PX) return { widthPx, heightPx, values };
  const kernel = kernelOf(sigmaPx);
  const reach = (kernel.length - 1) / 2;
  const blurred = new Float32Array(values.length);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      let sum = 0;
      for (let k = -reach; k <= reach; k++) {
        const from = x + k < 0 ? 0 : x + k >= widthPx ? widthPx - 1 : x + k;
        sum += kernel[k + reach]! * values[y * widthPx + from]!;
      }
      blurred[y * widthPx + x] = sum;
    }
  return { widthPx, heightPx, values: blurred };
}

function blurDown({ widthPx, heightPx, values }: Plane, sigmaPx: number): Plane {
  if (sigmaPx < LEAST_BLUR_PX) return { widthPx, heightPx, values };
  const kernel = kernelOf(sigmaPx);
  const reach = (kernel.length - 1) / 2;
  const blurred = new Float32Array(values.length);
  for (let y = 0; y < heightPx; y++)
    for (let k = -reach; k <= reach; k++) {
      const from = (y + k < 0 ? 0 : y + k >= heightPx ? heightPx - 1 : y + k) * widthPx;
      const weight = kernel[k + reach]!;
      for (let x = 0; x < widthPx; x++) blurred[y * widthPx + x]! += weight * values[from + x]!;
    }
  return { widthPx, heightPx, values: blurred };
}

/** Cubic (Catmull–Rom) resampling; the kernel widens when shrinking. */
export function resamplePlane(plane: Plane, widthPx: number, heightPx: number): Plane {
  const columns = tapsOf(plane.widthPx, widthPx);
  const rows = tapsOf(plane.heightPx, heightPx);
  const across = new Float32Array(widthPx * plane.heightPx);
  for (let y = 0; y < plane.heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const { from, weights } = columns[x]!;
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k]! * plane.values[y * plane.widthPx + from[k]!]!;
      across[y * widthPx + x] = sum;
    }
  const values = new Float32Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    const { from, weights } = rows[y]!;
    for (let k = 0; k < weights.length; k++) {
      const weight = weights[k]!;
      const row = from[k]! * widthPx;
      for (let x = 0; x < widthPx; x++) values[y * widthPx + x]! += weight * across[row + x]!;
    }
  }
  return { widthPx, heightPx, values };
}

function tapsOf(source: number, drawn: number): { from: number[]; weights: number[] }[] {
  const step = source / drawn;
  const spread = Math.max(1, step);
  return Array.from({ length: drawn }, (_, at) => {
    const centre = (at + 0.5) * step - 0.5;
    const from: number[] = [];
    const weights: number[] = [];
    for (let k = Math.floor(centre - 2 * spread) + 1; k <= Math.floor(centre + 2 * spread); k++) {
      from.push(Math.max(0, Math.min(source - 1, k)));
      weights.push(catmullRom(Math.abs(k - centre) / spread));
    }
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { from, weights: weights.map((weight) => weight / sum) };
  });
}

const catmullRom = (t: number): number =>
  t < 1 ? 1.5 * t * t * t - 2.5 * t * t + 1 : t < 2 ? -0.5 * t * t * t + 2.5 * t * t - 4 * t + 2 : 0;
