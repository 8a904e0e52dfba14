import sharp from 'sharp';
import { ALPHABET } from '../../src/engine/document/mrz/alphabet.ts';
import { loadFonts } from '../../src/specimen/fonts.client.ts';
import { outlineText, type Face } from '../../src/specimen/text.ts';

/** Glyphs are kept as ink, 0 … 1, in cells of this size; their centre is in the middle, the baseline at `BASELINE_PX`. */
export const CELL_WIDTH_PX = 52;
export const CELL_HEIGHT_PX = 72;
export const BASELINE_PX = 52;
/** Distance of glyphs in the cells' scale. */
export const ATLAS_PITCH_PX = 32;

/** One cell for each glyph of the alphabet, in its order. */
export type Atlas = readonly Float32Array[];

type Cut = { readonly face: Face; readonly stroke: number; readonly stretch: number; readonly share: number };

const OCR_B_SIZE = ATLAS_PITCH_PX / 0.723;
/**
 * What lines are printed in, and how often. Most documents use OCR-B, in lighter and heavier prints; a few cards set their MRZ in
 * some condensed or monospaced sans, which the reader should know by sight.
 */
const cuts: readonly Cut[] = [
  { face: 'ocr-b', stroke: 0, stretch: 1, share: 0.29 },
  { face: 'ocr-b', stroke: 0.8, stretch: 1, share: 0.2 },
  { face: 'ocr-b', stroke: 1.6, stretch: 1, share: 0.1 },
  { face: 'ocr-b-sharp', stroke: 0, stretch: 1, share: 0.21 },
  { face: 'ocr-b-oblique', stroke: 0, stretch: 1, share: 0.1 },
  { face: 'condensed', stroke: 0, stretch: 0.92, share: 0.06 },
  { face: 'mono', stroke: 0, stretch: 1, share: 0.04 },
];
export const atlasShares: readonly number[] = cuts.map((cut) => cut.share);
/** The atlas of OCR-B as its designer drew it. */
export const PLAIN_ATLAS = 0;

/** Draws every cut of every glyph. */
export async function drawAtlases(): Promise<Atlas[]> {
  return Promise.all(cuts.map(drawAtlas));
}

async function drawAtlas({ face, stroke, stretch }: Cut): Promise<Atlas> {
  const size = OCR_B_SIZE * (face.startsWith('ocr-b') ? 1 : 0.95);
  const cells = [...ALPHABET].map((glyph, at) => {
    const { path, width } = outlineText(loadFonts(), glyph, { face, size, stretch });
    const x = (at + 0.5) * CELL_WIDTH_PX - width / 2;
    return `<path transform="translate(${x} ${BASELINE_PX}) scale(${stretch} 1)" stroke="#000" stroke-width="${stroke}" d="${path}"/>`;
  });
  const widthPx = CELL_WIDTH_PX * ALPHABET.length;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${CELL_HEIGHT_PX}"><rect width="100%" height="100%" fill="#fff"/>${cells.join('')}</svg>`;
  const strip = await sharp(Buffer.from(svg)).greyscale().raw().toBuffer();
  return [...ALPHABET].map((_, at) =>
    Float32Array.from({ length: CELL_WIDTH_PX * CELL_HEIGHT_PX }, (_, i) => {
      const x = at * CELL_WIDTH_PX + (i % CELL_WIDTH_PX);
      return 1 - strip[Math.floor(i / CELL_WIDTH_PX) * widthPx + x]! / 255;
    }),
  );
}
