import { thumbnailHeightPx, thumbnailWidthPx, type Thumbnail } from '../runtime/media.ts';

const COARSE = 4;

/**
 * Distances between stored frames, on their 64 × 48 thumbnails: mean absolute difference of luma, 0 … 255. A mean over 4 × 4
 * blocks never differs by more than the pixels do, so `atLeast` costs a sixteenth and can rule a pair out for certain.
 */
export class ThumbnailDistances {
  readonly #fine: readonly Uint8Array[];
  readonly #coarse: readonly Float32Array[];

  constructor(thumbnails: readonly Thumbnail[]) {
    this.#fine = thumbnails.map(({ luma }) => luma);
    this.#coarse = this.#fine.map(blockMeans);
  }

  between(a: number, b: number): number {
    const first = this.#fine[a]!;
    const second = this.#fine[b]!;
    let sum = 0;
    for (let at = 0; at < first.length; at++) sum += Math.abs(first[at]! - second[at]!);
    return sum / first.length;
  }

  atLeast(a: number, b: number): number {
    const first = this.#coarse[a]!;
    const second = this.#coarse[b]!;
    let sum = 0;
    for (let at = 0; at < first.length; at++) sum += Math.abs(first[at]! - second[at]!);
    return sum / first.length;
  }
}

function blockMeans(luma: Uint8Array): Float32Array {
  const across = thumbnailWidthPx / COARSE;
  const means = new Float32Array(across * (thumbnailHeightPx / COARSE));
  for (let y = 0, at = 0; y < thumbnailHeightPx; y++)
    for (let x = 0; x < thumbnailWidthPx; x++, at++)
      means[Math.floor(y / COARSE) * across + Math.floor(x / COARSE)]! += luma[at]! / (COARSE * COARSE);
  return means;
}

/**
 * Stored frames per second, by the median step: a gap in the recording does not change it. 0 with fewer than two frames.
 */
export function storedFps(thumbnails: readonly Thumbnail[]): number {
  const steps = thumbnails.slice(1).map(({ atMs }, at) => atMs - thumbnails[at]!.atMs);
  if (steps.length === 0) return 0;
  const middle = Float64Array.from(steps).sort()[steps.length >> 1]!;
  return middle > 0 ? 1000 / middle : 0;
}
