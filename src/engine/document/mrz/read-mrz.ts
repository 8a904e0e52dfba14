import { greyOf, type Quad, type Raster } from '../../image/raster.ts';
import type { Models } from '../../runtime/model.ts';
import type { Mrz } from '../document.ts';
import { readGlyphs } from './glyph-reader.ts';
import { rowQuad } from './lattice.ts';

export type MrzRequest = {
  /** The picture, upright. */
  readonly image: Raster;
  /** Where text was detected on it. */
  readonly boxes: readonly { readonly quad: Quad }[];
  readonly models: Models;
};

/** Height of a row's quad: the glyphs with some air. */
const ROW_HEIGHT_GLYPHS = 2;

/** Finds and reads the machine readable zone; null where there is none. */
export async function readMrz({ image, boxes, models }: MrzRequest): Promise<Mrz | null> {
  const reading = await readGlyphs(
    await models.open('ocrb-reader'),
    greyOf(image),
    boxes.map(({ quad }) => quad),
  );
  if (reading === null) return null;
  const { block, decoded } = reading;
  return {
    format: decoded.format,
    lines: decoded.lines,
    rawLines: decoded.rawLines,
    checks: decoded.checks,
    repairedGlyphs: decoded.repairedGlyphs,
    repairPriceNats: decoded.priceNats,
    glyphConfidence: decoded.glyphConfidence,
    agreement: 'glyph-reader-only',
    accepted: decoded.checks.every(({ passed }) => passed),
    rows: Array.from({ length: block.rows }, (_, row) =>
      rowQuad(block.lattice, row, block.lineLength, ROW_HEIGHT_GLYPHS),
    ),
  };
}
