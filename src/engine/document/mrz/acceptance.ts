import type { GlyphReading } from './glyph-reader.ts';

/**
 * When a reading of the glyph reader may be relied on. Every bound is a measure of the reading itself, none of what it says; where
 * they come from: `docs/decisions/0005-mrz-reading.md`.
 */
export const acceptance = {
  /** The lattice lies on glyphs with gaps between them (nats per glyph); what slipped or lies askew is below. */
  leastFit: -0.45,
  /** Little stands just before or after the rows (nats per place). */
  leastEnds: -1.2,
  /** Mean probability of the likeliest glyph, row by row, before gaps are taken out. */
  leastRowConfidence: 0.85,
  /** What the check digits may change: one glyph, and only one that was nearly seen. */
  mostRepairedGlyphs: 1,
  mostPriceNats: 3,
  /** A row that the second reader did not see alike: every glyph of it by itself. */
  leastLoneGlyph: 0.9,
} as const;

/** Whether the glyph reader's own measures let its check digits stand: the data rows, not yet the names. */
export function dataHolds({ block, decoded, rowConfidence }: GlyphReading): boolean {
  return (
    decoded.priceNats !== null &&
    decoded.priceNats <= acceptance.mostPriceNats &&
    decoded.repairedGlyphs <= acceptance.mostRepairedGlyphs &&
    decoded.checks.every(({ passed }) => passed) &&
    block.fit > acceptance.leastFit &&
    block.ends > acceptance.leastEnds &&
    rowConfidence.every((confidence) => confidence > acceptance.leastRowConfidence)
  );
}

/** Whether every glyph of a line is clear enough to stand without a second opinion. */
export const standsAlone = ({ decoded }: GlyphReading, line: number): boolean =>
  Math.min(...decoded.glyphConfidence[line]!) >= acceptance.leastLoneGlyph;
