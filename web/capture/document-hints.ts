/** What the applicant is told while they frame a document. */
export const cardHints = [
  'no-card',
  'come-closer',
  'too-dark',
  'too-bright',
  'glare',
  'moving',
  'blurred',
  'hold',
] as const;
export type CardHint = (typeof cardHints)[number];

/** Pixels as a canvas gives them: RGBA, rows from the top. */
export type Pixels = { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number };

/**
 * One look at the card frame and a margin around it.
 * - `luma`: mean inside the frame, 0 to 255
 * - `sharpness`: variance of the Laplacian of luma over the variance of luma, inside the frame; no unit
 * - `glare`: part of the frame's blocks that are burnt out, 0 to 1
 * - `washedOut`: part of the frame's pixels at the top of the range, 0 to 1
 * - `edges`: how many of the frame's four sides have the edge of something along them
 * - `edgesInside`: the same, well inside the frame: a card that does not fill it
 * - `contrast`: standard deviation of luma inside the frame
 */
export type CardSeen = {
  readonly luma: number;
  readonly contrast: number;
  readonly sharpness: number;
  readonly glare: number;
  readonly washedOut: number;
  readonly edges: number;
  readonly edgesInside: number;
  /** Luma of the frame on a coarse grid, to tell whether the next look sees the same. */
  readonly grid: Float32Array;
};

/** The margin around the frame within the pixels that are looked at, in parts of the frame's width and height. */
export const CARD_MARGIN = 0.1;

const DARK_LUMA = 55;
const WASHED_OUT = 0.45;
const GLARE_BLOCKS = 0.008;
const FLAT_CONTRAST = 12;
const EDGES_NEEDED = 3;
const SHARPNESS_NEEDED = 0.05;
/** Mean difference of the grid from one look to the next, in luma. */
const STILL_DIFFERENCE = 4;
const BURNT_LUMA = 250;
const BLOCK_PX = 8;
const GRID_COLUMNS = 24;
const GRID_ROWS = 15;
/** Luma by which one side of an edge differs from the other, on average along the side. */
const EDGE_STEP = 9;

export function lookAtCard(pixels: Pixels): CardSeen {
  const luma = lumaOf(pixels);
  const { width, height } = pixels;
  const inset = CARD_MARGIN / (1 + 2 * CARD_MARGIN);
  const frame = {
    left: Math.round(width * inset),
    right: Math.round(width * (1 - inset)),
    top: Math.round(height * inset),
    bottom: Math.round(height * (1 - inset)),
  };
  return {
    ...spreadOf(luma, width, frame),
    glare: burntBlocks(luma, width, frame),
    edges: sidesWithEdge(luma, width, height, frame, -0.8, 0.6),
    edgesInside: sidesWithEdge(luma, width, height, frame, 0.6, 3.2),
    grid: gridOf(luma, width, frame),
  };
}

/** @param before the look before this one, or null for the first. */
export function cardHint(seen: CardSeen, before: CardSeen | null): CardHint {
  if (seen.luma < DARK_LUMA) return 'too-dark';
  if (seen.contrast < FLAT_CONTRAST) return 'no-card';
  if (seen.washedOut > WASHED_OUT) return 'too-bright';
  if (seen.edges < EDGES_NEEDED) return seen.edgesInside >= EDGES_NEEDED ? 'come-closer' : 'no-card';
  if (seen.glare > GLARE_BLOCKS) return 'glare';
  if (before === null || differenceOf(seen.grid, before.grid) > STILL_DIFFERENCE) return 'moving';
  if (seen.sharpness < SHARPNESS_NEEDED) return 'blurred';
  return 'hold';
}

export type CardTrouble = Extract<CardHint, 'no-card' | 'too-dark' | 'too-bright' | 'glare' | 'blurred'>;

/**
 * What is certainly wrong with a picture that was taken, before it is sent; null: nothing that is seen from here. Edges are no part of it: a
 * white card on a white table has none, and whoever pressed the shutter has eyes.
 */
export function troubleWith(seen: CardSeen): CardTrouble | null {
  if (seen.luma < DARK_LUMA) return 'too-dark';
  if (seen.contrast < FLAT_CONTRAST) return 'no-card';
  if (seen.washedOut > WASHED_OUT) return 'too-bright';
  if (seen.glare > GLARE_BLOCKS) return 'glare';
  return seen.sharpness < SHARPNESS_NEEDED ? 'blurred' : null;
}

/** How many good looks one after the other make the shutter release itself, each at a picture of its own. */
export const GOOD_LOOKS_NEEDED = 4;

/** Good looks in a row, this one included. */
export const goodLooks = (before: number, hint: CardHint): number => (hint === 'hold' ? before + 1 : 0);

type Frame = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

function lumaOf({ data, width, height }: Pixels): Float32Array {
  const luma = new Float32Array(width * height);
  for (let i = 0, at = 0; i < luma.length; i += 1, at += 4)
    luma[i] = 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!;
  return luma;
}

function spreadOf(
  luma: Float32Array,
  width: number,
  { left, right, top, bottom }: Frame,
): Pick<CardSeen, 'luma' | 'contrast' | 'sharpness' | 'washedOut'> {
  let [sum, squares, laplacians, washedOut, count] = [0, 0, 0, 0, 0];
  for (let y = top + 1; y < bottom - 1; y += 1)
    for (let x = left + 1; x < right - 1; x += 1) {
      const i = y * width + x;
      const here = luma[i]!;
      const laplacian = 4 * here - luma[i - 1]! - luma[i + 1]! - luma[i - width]! - luma[i + width]!;
      sum += here;
      squares += here * here;
      laplacians += laplacian * laplacian;
      if (here >= BURNT_LUMA) washedOut += 1;
      count += 1;
    }
  const mean = sum / count;
  const variance = Math.max(squares / count - mean * mean, 1);
  return {
    luma: mean,
    contrast: Math.sqrt(variance),
    sharpness: laplacians / count / variance,
    washedOut: washedOut / count,
  };
}

/** Blocks in which nearly everything is burnt out: a lamp's reflection is a patch, white paper under even light is not that bright. */
function burntBlocks(luma: Float32Array, width: number, { left, right, top, bottom }: Frame): number {
  let [burnt, blocks] = [0, 0];
  for (let y = top; y + BLOCK_PX <= bottom; y += BLOCK_PX)
    for (let x = left; x + BLOCK_PX <= right; x += BLOCK_PX) {
      let bright = 0;
      for (let dy = 0; dy < BLOCK_PX; dy += 1)
        for (let dx = 0; dx < BLOCK_PX; dx += 1) if (luma[(y + dy) * width + x + dx]! >= BURNT_LUMA) bright += 1;
      if (bright > BLOCK_PX * BLOCK_PX * 0.8) burnt += 1;
      blocks += 1;
    }
  return blocks === 0 ? 0 : burnt / blocks;
}

/**
 * On how many sides a straight edge runs along the frame.
 * @param from,to where it is looked for, in margins from the side: negative is outside the frame.
 */
function sidesWithEdge(
  luma: Float32Array,
  width: number,
  height: number,
  frame: Frame,
  from: number,
  to: number,
): number {
  const marginX = frame.left;
  const marginY = frame.top;
  // Only the middle of each side counts: corners are round, and a card seldom lies quite straight.
  const alongX = span(frame.left, frame.right, 0.2);
  const alongY = span(frame.top, frame.bottom, 0.2);
  const stepAcrossRow = (y: number): number =>
    meanStep(alongX, (x) => luma[(y + 2) * width + x]! - luma[(y - 2) * width + x]!);
  const stepAcrossColumn = (x: number): number =>
    meanStep(alongY, (y) => luma[y * width + x + 2]! - luma[y * width + x - 2]!);
  const strongest = (side: number, margin: number, inwards: 1 | -1, limit: number, step: (at: number) => number) => {
    let best = 0;
    for (let d = Math.round(from * margin); d <= Math.round(to * margin); d += 1) {
      const at = side + inwards * d;
      if (at >= 2 && at < limit - 2) best = Math.max(best, Math.abs(step(at)));
    }
    return best;
  };
  return [
    strongest(frame.top, marginY, 1, height, stepAcrossRow),
    strongest(frame.bottom, marginY, -1, height, stepAcrossRow),
    strongest(frame.left, marginX, 1, width, stepAcrossColumn),
    strongest(frame.right, marginX, -1, width, stepAcrossColumn),
  ].filter((step) => step >= EDGE_STEP).length;
}

function span(from: number, to: number, cutOff: number): { readonly from: number; readonly to: number } {
  const cut = Math.round((to - from) * cutOff);
  return { from: from + cut, to: to - cut };
}

/** Mean of steps along a side that keep their sign: print on a card changes its sign all the time and adds up to little. */
function meanStep({ from, to }: { from: number; to: number }, stepAt: (at: number) => number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += Math.max(-40, Math.min(40, stepAt(at)));
  return sum / (to - from);
}

function gridOf(luma: Float32Array, width: number, { left, right, top, bottom }: Frame): Float32Array {
  const grid = new Float32Array(GRID_COLUMNS * GRID_ROWS);
  for (let row = 0; row < GRID_ROWS; row += 1)
    for (let column = 0; column < GRID_COLUMNS; column += 1) {
      const [x0, x1] = [column, column + 1].map((n) => Math.round(left + ((right - left) * n) / GRID_COLUMNS));
      const [y0, y1] = [row, row + 1].map((n) => Math.round(top + ((bottom - top) * n) / GRID_ROWS));
      let [sum, count] = [0, 0];
      for (let y = y0!; y < y1!; y += 1) for (let x = x0!; x < x1!; x += 1, count += 1) sum += luma[y * width + x]!;
      grid[row * GRID_COLUMNS + column] = sum / Math.max(count, 1);
    }
  return grid;
}

function differenceOf(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
