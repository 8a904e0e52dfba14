import { GLYPHS } from './alphabet.ts';

/**
 * What the glyph reader says about a block of rows: for each row `lineLength` × 37 log-probabilities (nats), glyph by glyph,
 * classes in the order of `ALPHABET`.
 */
export type GlyphGrid = { readonly lineLength: number; readonly rows: readonly Float32Array[] };

/** Log-probability of a class at a place; `line` and `column` count from 0. */
export const logProbability = (grid: GlyphGrid, line: number, column: number, glyphClass: number): number =>
  grid.rows[line]![column * GLYPHS + glyphClass]!;

/** The likeliest of the allowed classes at a place. */
export function likeliest(grid: GlyphGrid, line: number, column: number, allowed: readonly number[]): number {
  const row = grid.rows[line]!;
  const from = column * GLYPHS;
  let best = allowed[0]!;
  for (const glyphClass of allowed) if (row[from + glyphClass]! > row[from + best]!) best = glyphClass;
  return best;
}
