import type { Raster } from './raster.ts';
import { resizeTo } from './warp.ts';

/**
 * The whole picture at a smaller size, every source pixel weighed by the area that it covers: nothing aliases, whatever
 * the factor, and each pixel is read once. A side that would grow is interpolated instead.
 */
export function shrinkTo(source: Raster, widthPx: number, heightPx: number): Raster {
  if (widthPx === source.widthPx && heightPx === source.heightPx) return source;
  if (widthPx > source.widthPx || heightPx > source.heightPx) return resizeTo(source, widthPx, heightPx);
  const { rgb: from } = source;
  const columns = coverage(source.widthPx, widthPx);
  const rows = coverage(source.heightPx, heightPx);
  const rowLength = widthPx * 3;
  const narrowed = new Float32Array(rowLength);
  const sum = new Float32Array(rowLength);
  const rgb = new Uint8Array(rowLength * heightPx);
  const share = (widthPx * heightPx) / (source.widthPx * source.heightPx);
  let narrowedRow = -1;
  for (let y = 0; y < heightPx; y++) {
    sum.fill(0);
    for (let sy = rows.first[y]!; sy <= rows.last[y]!; sy++) {
      // A row that straddles two target rows is narrowed once and used twice.
      if (sy !== narrowedRow) narrowRow(from, sy * source.widthPx, columns, narrowed);
      narrowedRow = sy;
      const weight = sy === rows.first[y]! ? rows.firstWeight[y]! : sy === rows.last[y]! ? rows.lastWeight[y]! : 1;
      for (let i = 0; i < rowLength; i++) sum[i]! += narrowed[i]! * weight;
    }
    for (let i = 0, at = y * rowLength; i < rowLength; i++, at++) rgb[at] = sum[i]! * share + 0.5;
  }
  return { widthPx, heightPx, rgb };
}

/** The picture with its longer side brought down to `sidePx`; a smaller picture comes back as it is. */
export function shrinkToSide(image: Raster, sidePx: number): Raster {
  const factor = sidePx / Math.max(image.widthPx, image.heightPx);
  if (factor >= 1) return image;
  return shrinkTo(
    image,
    Math.max(1, Math.round(image.widthPx * factor)),
    Math.max(1, Math.round(image.heightPx * factor)),
  );
}

/** For each target pixel the source pixels that it covers, and how much of the first and the last of them. */
type Coverage = {
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly firstWeight: Float32Array;
  readonly lastWeight: Float32Array;
};

function coverage(sourcePx: number, targetPx: number): Coverage {
  const first = new Int32Array(targetPx);
  const last = new Int32Array(targetPx);
  const firstWeight = new Float32Array(targetPx);
  const lastWeight = new Float32Array(targetPx);
  const factor = sourcePx / targetPx;
  for (let i = 0; i < targetPx; i++) {
    const begin = i * factor;
    const end = Math.min(sourcePx, (i + 1) * factor);
    first[i] = Math.floor(begin);
    last[i] = Math.min(sourcePx - 1, Math.ceil(end - 1e-6) - 1);
    firstWeight[i] = Math.min(end, first[i]! + 1) - begin;
    lastWeight[i] = end - last[i]!;
  }
  return { first, last, firstWeight, lastWeight };
}

/** Sums one source row into `narrowed`, weights included. */
function narrowRow(from: Uint8Array, rowStart: number, columns: Coverage, narrowed: Float32Array): void {
  const { first, last, firstWeight, lastWeight } = columns;
  for (let x = 0, at = 0; x < first.length; x++, at += 3) {
    const begin = (rowStart + first[x]!) * 3;
    const end = (rowStart + last[x]!) * 3;
    const weight = firstWeight[x]!;
    let red = from[begin]! * weight;
    let green = from[begin + 1]! * weight;
    let blue = from[begin + 2]! * weight;
    if (end > begin) {
      for (let o = begin + 3; o < end; o += 3) {
        red += from[o]!;
        green += from[o + 1]!;
        blue += from[o + 2]!;
      }
      const tail = lastWeight[x]!;
      red += from[end]! * tail;
      green += from[end + 1]! * tail;
      blue += from[end + 2]! * tail;
    }
    narrowed[at] = red;
    narrowed[at + 1] = green;
    narrowed[at + 2] = blue;
  }
}
