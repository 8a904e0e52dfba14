import type { Point, Quad, Raster } from '../engine/image/raster.ts';
import { homographyBetween, resizeTo, turnQuarters, type Homography } from '../engine/image/warp.ts';
import { seededRandom, type Random } from '../kernel/random.ts';

/** 0 is a scan-like picture, 1 mild, 2 medium, 3 hard. */
export type CameraLevel = 0 | 1 | 2 | 3;

type Conditions = {
  /** Greatest turn of the document in the frame, either way. */
  readonly turnRadians: number;
  /** Each corner moves by up to this share of its distance from the centre: perspective. */
  readonly cornerShare: number;
  /** Darkest shade, falling off from the left edge; opacity of black. */
  readonly shade: number;
  /** Opacity of white in the middle of the glare. */
  readonly glare: number;
  /** Standard deviation of the defocus, px of the frame. */
  readonly blurPx: number;
  /** Length of a smear in some direction, px; in one of four pictures. */
  readonly smearPx: number;
  /** Spread of the noise, levels of 255 (before a factor of 1.6 on a sum of three uniform numbers). */
  readonly noise: number;
  /** Gain of each colour channel is up to this far from 1. */
  readonly cast: number;
  readonly jpegQuality: number;
};

/** What a phone adds to a flat document, by level. The document is 0.72 to 0.92 of the frame's width at every level. */
export const conditionsAt: Readonly<Record<CameraLevel, Conditions>> = {
  0: {
    turnRadians: 0.03,
    cornerShare: 0.01,
    shade: 0,
    glare: 0,
    blurPx: 0.3,
    smearPx: 0,
    noise: 2,
    cast: 0,
    jpegQuality: 92,
  },
  1: {
    turnRadians: 0.12,
    cornerShare: 0.05,
    shade: 0.15,
    glare: 0.25,
    blurPx: 0.6,
    smearPx: 0,
    noise: 5,
    cast: 0.03,
    jpegQuality: 85,
  },
  2: {
    turnRadians: 0.3,
    cornerShare: 0.1,
    shade: 0.3,
    glare: 0.45,
    blurPx: 1,
    smearPx: 2,
    noise: 9,
    cast: 0.06,
    jpegQuality: 75,
  },
  3: {
    turnRadians: 0.5,
    cornerShare: 0.16,
    shade: 0.45,
    glare: 0.75,
    blurPx: 1.5,
    smearPx: 3,
    noise: 14,
    cast: 0.1,
    jpegQuality: 65,
  },
};

export type Exposure = {
  readonly image: Raster;
  /** Where the document's corners lie in the frame, in the document's own reading order. */
  readonly quad: Quad;
  readonly jpegQuality: number;
};

export type CameraOptions = {
  readonly seed: number;
  readonly level: CameraLevel;
  /** Clockwise turns of the finished frame: a phone held or saved another way. */
  readonly quarterTurns?: 0 | 1 | 2 | 3;
  readonly widthPx?: number;
  readonly heightPx?: number;
};

/** The document is brought to this width first: what the print itself resolves. */
const PRINTED_WIDTH_PX = 1000;
/** Corners stay this far inside the frame: a document that is cut off is another matter than a hard picture. */
const MARGIN_PX = 12;
/** Rounded corners of a card, as a share of its width. */
const CORNER_RADIUS = 0.032;

/**
 * Photographs a flat document: lays it on a table, turned and in perspective, lit unevenly, out of focus, with noise. The last
 * step, JPEG, is the caller's.
 */
export function expose(document: Raster, options: CameraOptions): Exposure {
  const { widthPx = 1440, heightPx = 1920, level, quarterTurns = 0 } = options;
  const random = seededRandom(Math.imul(options.seed, 0x9e3779b1));
  const conditions = conditionsAt[level];
  const heightOfPrint = Math.round((PRINTED_WIDTH_PX * document.heightPx) / document.widthPx);
  const print = resizeTo(document, PRINTED_WIDTH_PX, heightOfPrint);
  const quad = placeDocument(random, conditions, print.heightPx / print.widthPx, widthPx, heightPx);

  const frame = tableTop(random, widthPx, heightPx);
  layDown(frame, print, quad);
  light(frame, random, conditions);
  const sharp = { ...frame, light: blurred(frame.light, widthPx, heightPx, conditions.blurPx) };
  if (conditions.smearPx > 0 && random() < 0.25) smear(sharp, random() * Math.PI, random() * conditions.smearPx);
  const image = developed(sharp, random, conditions.noise);
  return {
    image: turnQuarters(image, quarterTurns),
    quad: turnQuad(quad, widthPx, heightPx, quarterTurns),
    jpegQuality: conditions.jpegQuality,
  };
}

/** A picture in light, three numbers a pixel, 0 … 255 and beyond. */
type Frame = { readonly widthPx: number; readonly heightPx: number; readonly light: Float32Array };

const between = (random: Random, low: number, high: number): number => low + (high - low) * random();

function placeDocument(random: Random, at: Conditions, aspect: number, widthPx: number, heightPx: number): Quad {
  const width = widthPx * between(random, 0.72, 0.92);
  const centre: Point = [widthPx / 2 + between(random, -40, 40), heightPx / 2 + between(random, -120, 120)];
  const turn = between(random, -1, 1) * at.turnRadians;
  const corners = [
    [-0.5, -0.5],
    [0.5, -0.5],
    [0.5, 0.5],
    [-0.5, 0.5],
  ].map(([u, v]): [number, number] => {
    const x = u! * width * (1 + between(random, -at.cornerShare, at.cornerShare));
    const y = v! * width * aspect * (1 + between(random, -at.cornerShare, at.cornerShare));
    return [x * Math.cos(turn) - y * Math.sin(turn), x * Math.sin(turn) + y * Math.cos(turn)];
  });
  // Nearer to the middle, and smaller, if it would reach over the edge.
  const reach = (axis: 0 | 1): number => Math.max(...corners.map((corner) => Math.abs(corner[axis])));
  const scale = Math.min(1, (widthPx / 2 - MARGIN_PX) / reach(0), (heightPx / 2 - MARGIN_PX) / reach(1));
  const kept = (axis: 0 | 1, size: number): number => {
    const low = MARGIN_PX - Math.min(...corners.map((corner) => corner[axis])) * scale;
    const high = size - MARGIN_PX - Math.max(...corners.map((corner) => corner[axis])) * scale;
    return Math.max(low, Math.min(high, centre[axis]));
  };
  const [cx, cy] = [kept(0, widthPx), kept(1, heightPx)];
  return corners.map(([x, y]): Point => [cx + x * scale, cy + y * scale]) as unknown as Quad;
}

const tableColours = [
  [107, 74, 47],
  [60, 63, 69],
  [185, 178, 166],
  [45, 79, 107],
  [232, 230, 225],
] as const;

/** A plain colour with some sixty streaks across it. */
function tableTop(random: Random, widthPx: number, heightPx: number): Frame {
  const colour = tableColours[Math.floor(random() * tableColours.length)]!;
  const light = new Float32Array(widthPx * heightPx * 3);
  const streaks = Array.from({ length: 60 }, () => ({
    top: random() * widthPx,
    bottom: random() * widthPx,
    width: between(random, 1, 9),
    keep: 1 - random() * 0.14,
  }));
  const row = new Float32Array(widthPx);
  for (let y = 0, at = 0; y < heightPx; y++) {
    row.fill(1);
    for (const streak of streaks) {
      const middle = streak.top + ((streak.bottom - streak.top) * y) / heightPx;
      const end = Math.min(widthPx, Math.round(middle + streak.width / 2));
      for (let x = Math.max(0, Math.round(middle - streak.width / 2)); x < end; x++) row[x]! *= streak.keep;
    }
    for (let x = 0; x < widthPx; x++, at += 3) {
      light[at] = colour[0] * row[x]!;
      light[at + 1] = colour[1] * row[x]!;
      light[at + 2] = colour[2] * row[x]!;
    }
  }
  return { widthPx, heightPx, light };
}

/** Draws the print into the frame, its corners on `quad`; edges are blended over one pixel. */
function layDown(frame: Frame, print: Raster, quad: Quad): void {
  const [w, h] = [print.widthPx, print.heightPx];
  const map: Homography = homographyBetween(quad, [
    [0, 0],
    [w, 0],
    [w, h],
    [0, h],
  ]);
  const [a, b, c, d, e, f, g, i] = map;
  const xs = quad.map((corner) => corner[0]);
  const ys = quad.map((corner) => corner[1]);
  const radius = CORNER_RADIUS * w;
  const { rgb } = print;
  for (let y = Math.floor(Math.min(...ys)) - 1; y <= Math.max(...ys) + 1; y++)
    for (let x = Math.floor(Math.min(...xs)) - 1; x <= Math.max(...xs) + 1; x++) {
      if (x < 0 || y < 0 || x >= frame.widthPx || y >= frame.heightPx) continue;
      const depth = g * x + i * y + 1;
      const u = (a * x + b * y + c) / depth;
      const v = (d * x + e * y + f) / depth;
      // Distance outside the rounded rectangle, in px of the print.
      const ox = Math.max(radius - u, u - (w - radius), 0);
      const oy = Math.max(radius - v, v - (h - radius), 0);
      const cover = radius - Math.hypot(ox, oy) + 0.5;
      if (cover <= 0) continue;
      const alpha = cover >= 1 ? 1 : cover;
      const sx = Math.max(0, Math.min(w - 1.001, u - 0.5));
      const sy = Math.max(0, Math.min(h - 1.001, v - 0.5));
      const x0 = Math.floor(sx);
      const y0 = Math.floor(sy);
      const fx = sx - x0;
      const fy = sy - y0;
      const o = (y0 * w + x0) * 3;
      const p = o + w * 3;
      const at = (y * frame.widthPx + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const upper = rgb[o + channel]! * (1 - fx) + rgb[o + 3 + channel]! * fx;
        const lower = rgb[p + channel]! * (1 - fx) + rgb[p + 3 + channel]! * fx;
        const value = upper * (1 - fy) + lower * fy;
        frame.light[at + channel] = frame.light[at + channel]! * (1 - alpha) + value * alpha;
      }
    }
}

/** Shade from the left, a cast over all, an elliptic glare somewhere. */
function light(frame: Frame, random: Random, at: Conditions): void {
  const { widthPx, heightPx } = frame;
  const cast = [0, 1, 2].map(() => between(random, 1 - at.cast, 1 + at.cast));
  const [glareX, glareY] = [random() * widthPx, random() * heightPx];
  const [radiusX, radiusY] = [between(random, 90, 260), between(random, 60, 120)];
  for (let y = 0, o = 0; y < heightPx; y++) {
    const dy = (y - glareY) / radiusY;
    for (let x = 0; x < widthPx; x++, o += 3) {
      const shade = 1 - at.shade * (1 - x / widthPx);
      const dx = (x - glareX) / radiusX;
      const distance = dx * dx + dy * dy;
      const glare = distance < 1 ? at.glare * (1 - Math.sqrt(distance)) : 0;
      for (let channel = 0; channel < 3; channel++) {
        const lit = frame.light[o + channel]! * shade * cast[channel]!;
        frame.light[o + channel] = lit + (255 - lit) * glare;
      }
    }
  }
}

function blurred(source: Float32Array, widthPx: number, heightPx: number, sigmaPx: number): Float32Array {
  const reach = Math.ceil(sigmaPx * 3);
  const kernel = Float32Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-((k - reach) ** 2) / (2 * sigmaPx ** 2)),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  for (let k = 0; k < kernel.length; k++) kernel[k]! /= sum;
  const across = new Float32Array(source.length);
  const row = widthPx * 3;
  for (let y = 0; y < heightPx; y++)
    for (let x = 0; x < widthPx; x++) {
      let [red, green, blue] = [0, 0, 0];
      for (let k = -reach; k <= reach; k++) {
        const from = y * row + Math.max(0, Math.min(widthPx - 1, x + k)) * 3;
        const weight = kernel[k + reach]!;
        red += weight * source[from]!;
        green += weight * source[from + 1]!;
        blue += weight * source[from + 2]!;
      }
      const to = y * row + x * 3;
      across[to] = red;
      across[to + 1] = green;
      across[to + 2] = blue;
    }
  const down = new Float32Array(source.length);
  for (let y = 0; y < heightPx; y++)
    for (let k = -reach; k <= reach; k++) {
      const from = Math.max(0, Math.min(heightPx - 1, y + k)) * row;
      const weight = kernel[k + reach]!;
      for (let x = 0; x < row; x++) down[y * row + x]! += weight * across[from + x]!;
    }
  return down;
}

/** Averages the frame along a direction, in place: the hand moved. */
function smear(frame: Frame, direction: number, lengthPx: number): void {
  const { widthPx, heightPx, light: source } = frame;
  const steps = Math.max(2, Math.ceil(lengthPx) + 1);
  const sum = new Float32Array(source.length);
  for (let step = 0; step < steps; step++) {
    const along = lengthPx * (step / (steps - 1) - 0.5);
    const dx = Math.cos(direction) * along;
    const dy = Math.sin(direction) * along;
    const [ix, iy] = [Math.floor(dx), Math.floor(dy)];
    const [fx, fy] = [dx - ix, dy - iy];
    const weights = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy].map((weight) => weight / steps);
    for (let corner = 0; corner < 4; corner++) {
      const weight = weights[corner]!;
      if (weight < 1e-6) continue;
      const ox = ix + (corner & 1);
      const oy = iy + (corner >> 1);
      for (let y = 0; y < heightPx; y++) {
        const from = Math.max(0, Math.min(heightPx - 1, y + oy)) * widthPx;
        for (let x = 0; x < widthPx; x++) {
          const o = (from + Math.max(0, Math.min(widthPx - 1, x + ox))) * 3;
          const to = (y * widthPx + x) * 3;
          sum[to]! += weight * source[o]!;
          sum[to + 1]! += weight * source[o + 1]!;
          sum[to + 2]! += weight * source[o + 2]!;
        }
      }
    }
  }
  source.set(sum);
}

/** Adds noise and rounds. The noise is drawn from a table: sums of three uniform numbers, as good as normal here. */
function developed({ widthPx, heightPx, light: source }: Frame, random: Random, noise: number): Raster {
  const table = Float32Array.from({ length: 1 << 16 }, () => (random() + random() + random() - 1.5) * 1.6 * noise);
  const rgb = new Uint8Array(source.length);
  let state = Math.floor(random() * 4294967296) | 1;
  for (let at = 0; at < source.length; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const value = source[at]! + table[state & 0xffff]! + 0.5;
    rgb[at] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
  return { widthPx, heightPx, rgb };
}

function turnQuad(quad: Quad, widthPx: number, heightPx: number, quarterTurns: 0 | 1 | 2 | 3): Quad {
  const turned = ([x, y]: Point): Point =>
    quarterTurns === 0
      ? [x, y]
      : quarterTurns === 1
        ? [heightPx - 1 - y, x]
        : quarterTurns === 2
          ? [widthPx - 1 - x, heightPx - 1 - y]
          : [y, widthPx - 1 - x];
  return quad.map(turned) as unknown as Quad;
}
