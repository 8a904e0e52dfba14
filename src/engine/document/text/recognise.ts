import type { Quad, Raster } from '../../image/raster.ts';
import { toNchw } from '../../image/tensor.ts';
import { warpQuad } from '../../image/warp.ts';
import type { Model } from '../../runtime/model.ts';

/** A glyph as read: `at` is the middle of its CTC steps along the line, 0 … 1. */
export type Glyph = { readonly text: string; readonly confidence: number; readonly at: number };

/** `confidence` is the mean of the glyphs', 0 for an empty line. */
export type RecognisedLine = { readonly text: string; readonly confidence: number; readonly glyphs: readonly Glyph[] };

/** The recogniser's alphabet: class 0 is CTC's blank, the last is the space. */
export type Dictionary = readonly string[];

/** @param keys the text of PaddleOCR's `ppocr_keys_v1.txt`: a glyph a line. */
export const dictionaryOf = (keys: string): Dictionary => ['', ...keys.trimEnd().split(/\r?\n/), ' '];

export type RecogniseOptions = {
  /** Only these glyphs may be read. */
  readonly alphabet?: string;
  /** Width of the line's picture; by default the aspect of its quad decides. */
  readonly widthPx?: number;
};

const HEIGHT_PX = 48;
const SCALING = { minus: 127.5, by: 127.5 };
const MIN_WIDTH_PX = 48;
const MAX_WIDTH_PX = 720; // titles are longer, and large enough to be read when squeezed

/**
 * Reads one line with PP-OCRv4's recogniser, drawn upright from its own quad at 48 px.
 * @param model the network named 'text-recogniser'.
 */
export async function recogniseLine(
  model: Model,
  dictionary: Dictionary,
  image: Raster,
  quad: Quad,
  options: RecogniseOptions = {},
): Promise<RecognisedLine> {
  const widthPx = options.widthPx ?? lineWidthPx(quad);
  const output = Object.values(await model.run(toNchw(warpQuad(image, quad, widthPx, HEIGHT_PX), SCALING, 'rgb')))[0]!;
  const [, steps, classCount] = output.shape as [number, number, number];
  const classes = options.alphabet === undefined ? null : classesOf(dictionary, options.alphabet);
  return decodeGreedy(output.data, steps, classCount, dictionary, classes);
}

/**
 * Reads lines one after the other; the answers are in the order of `quads`. Batches save nothing: on one thread a line costs
 * 65 µs for each px of its width, alone or with seven others, and the padding that a batch needs costs the same again.
 */
export async function recogniseLines(
  model: Model,
  dictionary: Dictionary,
  image: Raster,
  quads: readonly Quad[],
  options: RecogniseOptions = {},
): Promise<RecognisedLine[]> {
  const lines: RecognisedLine[] = [];
  for (const quad of quads) lines.push(await recogniseLine(model, dictionary, image, quad, options));
  return lines;
}

function lineWidthPx([topLeft, topRight, bottomRight, bottomLeft]: Quad): number {
  const along =
    Math.hypot(topRight[0] - topLeft[0], topRight[1] - topLeft[1]) +
    Math.hypot(bottomRight[0] - bottomLeft[0], bottomRight[1] - bottomLeft[1]);
  const down =
    Math.hypot(bottomLeft[0] - topLeft[0], bottomLeft[1] - topLeft[1]) +
    Math.hypot(bottomRight[0] - topRight[0], bottomRight[1] - topRight[1]);
  return Math.round(Math.max(MIN_WIDTH_PX, Math.min(MAX_WIDTH_PX, (along / down) * HEIGHT_PX)));
}

function classesOf(dictionary: Dictionary, alphabet: string): Int32Array {
  const allowed = new Set(alphabet);
  return Int32Array.from(dictionary.flatMap((glyph, at) => (at === 0 || allowed.has(glyph) ? [at] : [])));
}

/** The best class of each step; repeats and blanks fall away (CTC). A glyph's confidence is that of its first step. */
function decodeGreedy(
  probabilities: Float32Array,
  steps: number,
  classCount: number,
  dictionary: Dictionary,
  classes: Int32Array | null,
): RecognisedLine {
  const glyphs: Glyph[] = [];
  let previous = 0;
  let first = { step: 0, confidence: 0 };
  const close = (stop: number): void => {
    if (previous === 0) return;
    glyphs.push({
      text: dictionary[previous]!,
      confidence: first.confidence,
      at: (first.step + stop) / 2 / steps,
    });
  };
  for (let step = 0; step < steps; step++) {
    const row = step * classCount;
    let best = 0;
    let top = -1;
    if (classes === null) {
      for (let k = 0; k < classCount; k++) if (probabilities[row + k]! > top) top = probabilities[row + (best = k)]!;
    } else {
      for (const k of classes) if (probabilities[row + k]! > top) top = probabilities[row + (best = k)]!;
    }
    if (best === previous) continue;
    close(step);
    first = { step, confidence: top };
    previous = best;
  }
  close(steps);
  const sum = glyphs.reduce((total, glyph) => total + glyph.confidence, 0);
  return {
    text: glyphs.map((glyph) => glyph.text).join(''),
    confidence: glyphs.length === 0 ? 0 : sum / glyphs.length,
    glyphs,
  };
}
