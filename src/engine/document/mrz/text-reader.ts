import type { Quad, Raster } from '../../image/raster.ts';
import type { TextReader } from '../text/reader.ts';
import { ALPHABET, classOf, GLYPHS } from './alphabet.ts';
import type { GlyphGrid } from './glyph-grid.ts';

/**
 * The second reader: a recogniser of general print, held to the glyphs of an MRZ. It knows nothing of columns, so it cannot slip
 * where the glyph reader does; what both see is what is there.
 */
export type TextRow = {
  /** What it read, filler and look-alikes of filler put right. */
  readonly text: string;
  /** Mean of its glyphs', 0 … 1. */
  readonly confidence: number;
};

/** Px of the line's picture for each glyph: four steps of the recogniser, so that two equal glyphs stay two. */
const PX_PER_GLYPH = 32;
/** The recogniser halves its input three times. */
const MULTIPLE_PX = 8;

export async function readTextRow(
  reader: TextReader,
  image: Raster,
  row: Quad,
  lineLength: number,
  pxPerGlyph: number = PX_PER_GLYPH,
): Promise<TextRow> {
  const widthPx = Math.round((pxPerGlyph * lineLength) / MULTIPLE_PX) * MULTIPLE_PX;
  const { text, confidence } = await reader.recognise(image, row, { alphabet: ALPHABET, widthPx });
  return { text: withFillerPutRight(text), confidence };
}

/**
 * General print has no `<`. A run of one look-alike at the end of a row is how this picture shows filler; a lone K between
 * fillers is one of them; and what ends a row of filler is filler.
 */
export function withFillerPutRight(text: string): string {
  const tail = /([KCSEL])\1{3,}.?$/.exec(text);
  const shown = tail === null ? text : text.replaceAll(new RegExp(`${tail[1]!}{2,}`, 'g'), fillerOf);
  const glyphs = [...shown];
  return glyphs
    .map((glyph, at) => {
      const isBetween = glyphs[at - 1] === '<' && (at + 1 === glyphs.length || glyphs[at + 1] === '<');
      return glyph === 'K' && isBetween ? '<' : glyph;
    })
    .join('')
    .replace(/<<[<KCSELA]{3,}$/, fillerOf);
}

const fillerOf = (glyphs: string): string => '<'.repeat(glyphs.length);

/**
 * Whether a row as the second reader saw it says the same as a line. How many fillers stand in a run of two or more is not
 * compared: the recogniser loses some, and the format fixes their number. Nor are O and 0, I and 1, which it takes for each
 * other and which field types and check digits tell apart.
 */
export const saysTheSame = (seen: string, line: string): boolean => essence(seen) === essence(line);

const essence = (line: string): string =>
  line.replace(/<+$/, '').replace(/<<+/g, '<<').replaceAll('0', 'O').replaceAll('1', 'I');

/** The row at the length of its format: the longest run of filler gives or takes what is missing. */
export function atLength(text: string, lineLength: number): string {
  const runs = [...text.matchAll(/<+/g)].sort((a, b) => b[0].length - a[0].length || b.index - a.index);
  const run = runs[0];
  const excess = text.length - lineLength;
  if (run !== undefined && run[0].length - excess >= (run.index + run[0].length === text.length ? 0 : 2))
    return text.slice(0, run.index) + '<'.repeat(run[0].length - excess) + text.slice(run.index + run[0].length);
  return text.slice(0, lineLength).padEnd(lineLength, '<');
}

/** A digit and the letter that general print takes it for first of all. */
const TWINS = ['0O', '1I', '2Z', '5S', '8B', '6G', '4A', '7T'];
const TWIN_PROBABILITY = 0.05;
/** Glyphs that it takes for each other. */
const CONFUSED = ['0OQD', '1IL', '2Z', '5S', '8B3', '6G', '4A', '7T', 'K<', 'C<', 'CG', 'UV', 'MN', 'VY'];
const SEEN_PROBABILITY = 0.9;
const CONFUSED_PROBABILITY = 0.03;
const OTHER_PROBABILITY = 0.0005;

/** Rows of the second reader as a grid for `decodeGrid`, so that check digits and grammar have their say here too. */
export function gridOfText(rows: readonly string[], lineLength: number): GlyphGrid {
  return {
    lineLength,
    rows: rows.map((row) => {
      const logProbabilities = new Float32Array(lineLength * GLYPHS).fill(Math.log(OTHER_PROBABILITY));
      [...atLength(row, lineLength)].forEach((glyph, column) => {
        const put = (other: string, probability: number): void => {
          logProbabilities[column * GLYPHS + classOf(other)] = Math.log(probability);
        };
        for (const group of CONFUSED)
          if (group.includes(glyph)) for (const other of group) put(other, CONFUSED_PROBABILITY);
        for (const twins of TWINS) if (twins.includes(glyph)) for (const twin of twins) put(twin, TWIN_PROBABILITY);
        put(glyph, SEEN_PROBABILITY);
      });
      return logProbabilities;
    }),
  };
}
