import type { Box, Point, Quad, Raster } from './raster.ts';

/**
 * Where a destination pixel (x, y) comes from: source = (a·x + b·y + c, d·x + e·y + f). Pixel centres are whole numbers
 * on both sides.
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** As `Affine`, with perspective: divide by (g·x + h·y + 1). */
export type Homography = readonly [...affine: Affine, g: number, h: number];

/**
 * Each tap is bilinear and takes in about two source pixels, so taps 1.5 px apart leave no gap. Against 12 × 12 taps, face
 * embeddings keep a cosine of 0.999 at a sixth of the cost of taps 1 px apart.
 */
const TAP_EVERY_PX = 1.5;
const MAX_TAPS = 6;

/**
 * Draws a `widthPx` × `heightPx` picture whose pixels are looked up through `map`; bilinear, and averaged over a grid of
 * taps when the source is shrunk, so that nothing aliases. Outside the source is black.
 */
export function warpAffine(source: Raster, map: Affine, widthPx: number, heightPx: number): Raster {
  const [a, b, , d, e] = map;
  const scale = Math.sqrt(Math.abs(a * e - b * d));
  const taps = Math.max(1, Math.min(MAX_TAPS, Math.round(scale / TAP_EVERY_PX)));
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  if (taps === 1) tapOnce(source, map, widthPx, rgb);
  else tapMany(source, map, widthPx, taps, rgb);
  return { widthPx, heightPx, rgb };
}

/** Pictures that are hardly shrunk, which most are: a pixel is one tap, and a corner of it, with its neighbour's first byte, one read. */
function tapOnce(source: Raster, [a, b, c, d, e, f]: Affine, widthPx: number, rgb: Uint8Array): void {
  const { rgb: from, widthPx: sourceWidth, heightPx: sourceHeight } = source;
  const pixels = new DataView(from.buffer, from.byteOffset, from.byteLength);
  const line = sourceWidth * 3;
  const innerX = sourceWidth - 2;
  const innerY = sourceHeight - 1;
  const rim = new Float64Array(3);
  for (let y = 0, at = 0; at < rgb.length; y++) {
    const fromX = b * y + c;
    const fromY = e * y + f;
    for (let x = 0; x < widthPx; x++, at += 3) {
      const sx = a * x + fromX;
      const sy = d * x + fromY;
      if (sx >= 0 && sy >= 0 && sx < innerX && sy < innerY) {
        const x0 = sx | 0;
        const y0 = sy | 0;
        const fx = sx - x0;
        const fy = sy - y0;
        const w11 = fx * fy;
        const w10 = fx - w11;
        const w01 = fy - w11;
        const w00 = 1 - fx - w01;
        const o = y0 * line + x0 * 3;
        const p00 = pixels.getInt32(o, true);
        const p10 = pixels.getInt32(o + 3, true);
        const p01 = pixels.getInt32(o + line, true);
        const p11 = pixels.getInt32(o + line + 3, true);
        rgb[at] = (p00 & 255) * w00 + (p10 & 255) * w10 + (p01 & 255) * w01 + (p11 & 255) * w11 + 0.5;
        rgb[at + 1] =
          ((p00 >> 8) & 255) * w00 +
          ((p10 >> 8) & 255) * w10 +
          ((p01 >> 8) & 255) * w01 +
          ((p11 >> 8) & 255) * w11 +
          0.5;
        rgb[at + 2] =
          ((p00 >> 16) & 255) * w00 +
          ((p10 >> 16) & 255) * w10 +
          ((p01 >> 16) & 255) * w01 +
          ((p11 >> 16) & 255) * w11 +
          0.5;
      } else {
        addRimTap(source, sx, sy, rim.fill(0.5));
        rgb.set(rim, at);
      }
    }
  }
}

/** Every pixel is the mean of `taps` × `taps`. */
function tapMany(source: Raster, [a, b, c, d, e, f]: Affine, widthPx: number, taps: number, rgb: Uint8Array): void {
  const offsets = Float64Array.from({ length: taps }, (_, tap) => (tap + 0.5) / taps - 0.5);
  const share = 1 / (taps * taps);
  const { rgb: from, widthPx: sourceWidth, heightPx: sourceHeight } = source;
  const line = sourceWidth * 3;
  const lastX = sourceWidth - 1;
  const lastY = sourceHeight - 1;
  const rim = new Float64Array(3);
  for (let y = 0, at = 0; at < rgb.length; y++)
    for (let x = 0; x < widthPx; x++, at += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let ty = 0; ty < taps; ty++) {
        const dy = y + offsets[ty]!;
        const fromX = b * dy + c;
        const fromY = e * dy + f;
        for (let tx = 0; tx < taps; tx++) {
          const dx = x + offsets[tx]!;
          const sx = a * dx + fromX;
          const sy = d * dx + fromY;
          if (sx >= 0 && sy >= 0 && sx < lastX && sy < lastY) {
            const x0 = sx | 0;
            const y0 = sy | 0;
            const fx = sx - x0;
            const fy = sy - y0;
            const w11 = fx * fy;
            const w10 = fx - w11;
            const w01 = fy - w11;
            const w00 = 1 - fx - w01;
            const o = y0 * line + x0 * 3;
            const p = o + line;
            red += from[o]! * w00 + from[o + 3]! * w10 + from[p]! * w01 + from[p + 3]! * w11;
            green += from[o + 1]! * w00 + from[o + 4]! * w10 + from[p + 1]! * w01 + from[p + 4]! * w11;
            blue += from[o + 2]! * w00 + from[o + 5]! * w10 + from[p + 2]! * w01 + from[p + 5]! * w11;
          } else {
            addRimTap(source, sx, sy, rim.fill(0));
            red += rim[0]!;
            green += rim[1]!;
            blue += rim[2]!;
          }
        }
      }
      rgb[at] = red * share + 0.5;
      rgb[at + 1] = green * share + 0.5;
      rgb[at + 2] = blue * share + 0.5;
    }
}

/** Adds to `sums` what a tap on the rim of the source, or beyond it, takes in of each channel. */
function addRimTap({ rgb: from, widthPx, heightPx }: Raster, sx: number, sy: number, sums: Float64Array): void {
  const x0 = Math.floor(sx);
  const y0 = Math.floor(sy);
  for (let corner = 0; corner < 4; corner++) {
    const cx = x0 + (corner & 1);
    const cy = y0 + (corner >> 1);
    if (cx < 0 || cy < 0 || cx >= widthPx || cy >= heightPx) continue;
    const weight = (corner & 1 ? sx - x0 : 1 - sx + x0) * (corner >> 1 ? sy - y0 : 1 - sy + y0);
    const o = (cy * widthPx + cx) * 3;
    sums[0]! += from[o]! * weight;
    sums[1]! += from[o + 1]! * weight;
    sums[2]! += from[o + 2]! * weight;
  }
}

/**
 * As `warpAffine`, at a quarter of the cost when shrinking to half or less: each tap takes its nearest pixel. For networks that look for
 * shapes, such as the mesh's; what is compared or read is drawn by `warpAffine`. Larger pictures are drawn by that anyway.
 */
export function sketchAffine(source: Raster, map: Affine, widthPx: number, heightPx: number): Raster {
  const [a, b, c, d, e, f] = map;
  const scale = Math.sqrt(Math.abs(a * e - b * d));
  const taps = Math.min(MAX_TAPS, Math.round(scale / TAP_EVERY_PX));
  if (taps < 2) return warpAffine(source, map, widthPx, heightPx);
  const { rgb: from, widthPx: sourceWidth, heightPx: sourceHeight } = source;
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  const share = 1 / (taps * taps);
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, at += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let ty = 0; ty < taps; ty++) {
        const dy = y + (ty + 0.5) / taps - 0.5;
        let sx = a * (x + 0.5 / taps - 0.5) + b * dy + c + 0.5;
        let sy = d * (x + 0.5 / taps - 0.5) + e * dy + f + 0.5;
        for (let tx = 0; tx < taps; tx++, sx += a / taps, sy += d / taps) {
          if (sx < 0 || sy < 0 || sx >= sourceWidth || sy >= sourceHeight) continue;
          const o = ((sy | 0) * sourceWidth + (sx | 0)) * 3;
          red += from[o]!;
          green += from[o + 1]!;
          blue += from[o + 2]!;
        }
      }
      rgb[at] = red * share + 0.5;
      rgb[at + 1] = green * share + 0.5;
      rgb[at + 2] = blue * share + 0.5;
    }
  return { widthPx, heightPx, rgb };
}

/** The affine map that draws `box` of the source into a `widthPx` × `heightPx` picture (aspect is not kept). */
export function boxMap(box: Box, widthPx: number, heightPx: number): Affine {
  const a = (box.x1Px - box.x0Px) / widthPx;
  const e = (box.y1Px - box.y0Px) / heightPx;
  return [a, 0, box.x0Px + a / 2 - 0.5, 0, e, box.y0Px + e / 2 - 0.5];
}

/** Draws `box` of the source, which may reach outside it, at `widthPx` × `heightPx`. */
export const cropTo = (source: Raster, box: Box, widthPx: number, heightPx: number): Raster =>
  warpAffine(source, boxMap(box, widthPx, heightPx), widthPx, heightPx);

/** The whole picture at another size. */
export const resizeTo = (source: Raster, widthPx: number, heightPx: number): Raster =>
  cropTo(source, { x0Px: 0, y0Px: 0, x1Px: source.widthPx, y1Px: source.heightPx }, widthPx, heightPx);

/** Maps a point of the source through the inverse of `map`: where it lands in the drawn picture. */
export function throughInverse(map: Affine, [x, y]: Point): Point {
  const [a, b, c, d, e, f] = map;
  const determinant = a * e - b * d;
  return [(e * (x - c) - b * (y - f)) / determinant, (a * (y - f) - d * (x - c)) / determinant];
}

export const throughMap = ([a, b, c, d, e, f]: Affine, [x, y]: Point): Point => [a * x + b * y + c, d * x + e * y + f];

/**
 * The least-squares similarity (turn, scale, shift) that carries `drawn` points onto `source` points, as a map for
 * `warpAffine`. Umeyama's closed form in two dimensions.
 */
export function similarityMap(drawn: readonly Point[], source: readonly Point[]): Affine {
  const count = drawn.length;
  let mx = 0;
  let my = 0;
  let ux = 0;
  let uy = 0;
  for (let i = 0; i < count; i++) {
    mx += drawn[i]![0] / count;
    my += drawn[i]![1] / count;
    ux += source[i]![0] / count;
    uy += source[i]![1] / count;
  }
  let along = 0;
  let across = 0;
  let spread = 0;
  for (let i = 0; i < count; i++) {
    const x = drawn[i]![0] - mx;
    const y = drawn[i]![1] - my;
    const sx = source[i]![0] - ux;
    const sy = source[i]![1] - uy;
    along += x * sx + y * sy;
    across += x * sy - y * sx;
    spread += x * x + y * y;
  }
  const p = along / spread;
  const q = across / spread;
  return [p, -q, ux - p * mx + q * my, q, p, uy - q * mx - p * my];
}

/** The homography that draws `quad` (pixel centres of its corners) into a `widthPx` × `heightPx` picture. */
export function quadMap(quad: Quad, widthPx: number, heightPx: number): Homography {
  const w = widthPx - 1;
  const h = heightPx - 1;
  return homographyBetween(
    [
      [0, 0],
      [w, 0],
      [w, h],
      [0, h],
    ],
    quad,
  );
}

/** The homography through four pairs of points, from → to. @throws RangeError when three points of one side are in line. */
export function homographyBetween(from: Quad, to: Quad): Homography {
  const rows: number[][] = [];
  for (let i = 0; i < 4; i++) {
    const [x, y] = from[i]!;
    const [u, v] = to[i]!;
    rows.push([x, y, 1, 0, 0, 0, -u * x, -u * y, u], [0, 0, 0, x, y, 1, -v * x, -v * y, v]);
  }
  return solve(rows) as unknown as Homography;
}

/** Gauss–Jordan with pivoting on an n × (n + 1) system. */
function solve(rows: number[][]): number[] {
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    if (Math.abs(rows[pivot]![column]!) < 1e-12) throw new RangeError('points in line have no homography');
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    const head = rows[column]!;
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const line = rows[row]!;
      const factor = line[column]! / head[column]!;
      if (factor !== 0) for (let k = column; k <= size; k++) line[k]! -= factor * head[k]!;
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!);
}

export function throughHomography([a, b, c, d, e, f, g, h]: Homography, [x, y]: Point): Point {
  const w = g * x + h * y + 1;
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
}

/** Draws what the quad holds, upright, at `widthPx` × `heightPx`; bilinear with taps along and across when shrinking. */
export function warpQuad(source: Raster, quad: Quad, widthPx: number, heightPx: number): Raster {
  const map = quadMap(quad, widthPx, heightPx);
  const along = Math.hypot(quad[1][0] - quad[0][0], quad[1][1] - quad[0][1]) / widthPx;
  const down = Math.hypot(quad[3][0] - quad[0][0], quad[3][1] - quad[0][1]) / heightPx;
  const tapsX = Math.max(1, Math.min(MAX_TAPS, Math.round(along)));
  const tapsY = Math.max(1, Math.min(MAX_TAPS, Math.round(down)));
  const share = 1 / (tapsX * tapsY);
  const { rgb: from, widthPx: sourceWidth, heightPx: sourceHeight } = source;
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  const [a, b, c, d, e, f, g, h] = map;
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, at += 3) {
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let ty = 0; ty < tapsY; ty++)
        for (let tx = 0; tx < tapsX; tx++) {
          const px = x + (tx + 0.5) / tapsX - 0.5;
          const py = y + (ty + 0.5) / tapsY - 0.5;
          const w = g * px + h * py + 1;
          const sx = Math.max(0, Math.min(sourceWidth - 1.001, (a * px + b * py + c) / w));
          const sy = Math.max(0, Math.min(sourceHeight - 1.001, (d * px + e * py + f) / w));
          const x0 = Math.floor(sx);
          const y0 = Math.floor(sy);
          const fx = sx - x0;
          const fy = sy - y0;
          const o = (y0 * sourceWidth + x0) * 3;
          const p = o + sourceWidth * 3;
          const w00 = (1 - fx) * (1 - fy);
          const w10 = fx * (1 - fy);
          const w01 = (1 - fx) * fy;
          const w11 = fx * fy;
          red += from[o]! * w00 + from[o + 3]! * w10 + from[p]! * w01 + from[p + 3]! * w11;
          green += from[o + 1]! * w00 + from[o + 4]! * w10 + from[p + 1]! * w01 + from[p + 4]! * w11;
          blue += from[o + 2]! * w00 + from[o + 5]! * w10 + from[p + 2]! * w01 + from[p + 5]! * w11;
        }
      rgb[at] = red * share + 0.5;
      rgb[at + 1] = green * share + 0.5;
      rgb[at + 2] = blue * share + 0.5;
    }
  return { widthPx, heightPx, rgb };
}

/** The picture turned clockwise by quarter turns, without resampling. */
export function turnQuarters(source: Raster, quarterTurns: 0 | 1 | 2 | 3): Raster {
  if (quarterTurns === 0) return source;
  const { widthPx: w, heightPx: h, rgb: from } = source;
  const rgb = new Uint8Array(from.length);
  const widthPx = quarterTurns === 2 ? w : h;
  const heightPx = quarterTurns === 2 ? h : w;
  for (let y = 0, at = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++, at += 3) {
      const sx = quarterTurns === 1 ? y : quarterTurns === 2 ? w - 1 - x : w - 1 - y;
      const sy = quarterTurns === 1 ? h - 1 - x : quarterTurns === 2 ? h - 1 - y : x;
      const o = (sy * w + sx) * 3;
      rgb[at] = from[o]!;
      rgb[at + 1] = from[o + 1]!;
      rgb[at + 2] = from[o + 2]!;
    }
  return { widthPx, heightPx, rgb };
}

/** The picture mirrored left to right. */
export function flipHorizontal(source: Raster): Raster {
  const { widthPx, heightPx, rgb: from } = source;
  const rgb = new Uint8Array(from.length);
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      const at = (y * widthPx + x) * 3;
      const o = (y * widthPx + widthPx - 1 - x) * 3;
      rgb[at] = from[o]!;
      rgb[at + 1] = from[o + 1]!;
      rgb[at + 2] = from[o + 2]!;
    }
  return { widthPx, heightPx, rgb };
}
