import type { Point, Quad } from '../../image/raster.ts';
import { throughHomography, type Homography } from '../../image/warp.ts';
import { CROP_HEIGHT_PX, GLYPH_PITCH_PX } from './line-network.ts';

/**
 * Where every glyph of an MRZ lies: an MRZ is flat and its glyphs stand 2.54 mm apart in evenly spaced rows, so that one
 * homography carries (column, row) to px of the picture for all rows at once. Glyph centres are at whole numbers, from
 * (0, 0) for the first glyph of the first row. See [Note: One lattice].
 *
 * [Note: One lattice] Rows read one by one slip: a first glyph lost in glare moves the whole row by one, and a name row has
 * no check digit to show it. In one lattice the rows hold each other: a slip of one glyph in one row is a shear of the block
 * by 22 degrees (two rows) or 31 (three), which hardly a photograph has, and the rows' ends are seen by all of them together.
 */
export type Lattice = { readonly toImage: Homography };

/** What a fit may rely on: a glyph of known column and row, seen in the picture. */
export type LatticePoint = {
  readonly column: number;
  readonly row: number;
  readonly at: Point;
  /** Unit vector along the row, in the picture. */
  readonly direction: Point;
  /** How far the place is trusted along the row and across it, relative weights of squared px. */
  readonly alongWeight: number;
  readonly acrossWeight: number;
};

/** Rows stand 6 to the inch where there are three of them (Doc 9303-5) and 4 to the inch where there are two; glyphs 10. */
export const rowPitchOf = (rows: number): number => (rows === 3 ? 10 / 6 : 10 / 4);

/** The lattice's own steps at a place, px of the picture. */
export type LatticeSteps = {
  /** From one glyph to the next. */
  readonly glyphPx: Point;
  /** From one row to the next. */
  readonly rowPx: Point;
};

export function stepsAt({ toImage }: Lattice, column: number, row: number): LatticeSteps {
  const [a, b, c, d, e, f, g, h] = toImage;
  const w = g * column + h * row + 1;
  const x = (a * column + b * row + c) / w;
  const y = (d * column + e * row + f) / w;
  return {
    glyphPx: [(a - x * g) / w, (d - y * g) / w],
    rowPx: [(b - x * h) / w, (e - y * h) / w],
  };
}

/** How a lattice departs from the standard's drawing, in glyph pitches per row. */
export type LatticeShape = {
  /** How far a row is shifted along against the one above; 0 on an upright document. */
  readonly shearGlyphs: number;
  /** Distance of rows, straight across; `rowPitchOf` on a conforming document seen from straight above. */
  readonly rowPitchGlyphs: number;
};

export function shapeAt(lattice: Lattice, column: number, row: number): LatticeShape {
  const { glyphPx, rowPx } = stepsAt(lattice, column, row);
  const square = glyphPx[0] ** 2 + glyphPx[1] ** 2;
  return {
    shearGlyphs: (glyphPx[0] * rowPx[0] + glyphPx[1] * rowPx[1]) / square,
    rowPitchGlyphs: (glyphPx[0] * rowPx[1] - glyphPx[1] * rowPx[0]) / square,
  };
}

/** Deviation of the tangent of the shear that photographs have; wide enough for any that a person would take. */
const SHEAR_DEVIATION = 0.12;

/** Nats (Gaussian) for rows that are shifted along by so much against the one above. A slip by one costs 5 to 12. */
export const shearCost = (shearGlyphs: number, rows: number): number =>
  (shearGlyphs / rowPitchOf(rows) / SHEAR_DEVIATION) ** 2 / 2;

/** How a row is cut out of the picture. */
export type CropFrame = {
  /** Column at the crop's first glyph place; the crop begins one and a half glyphs before it. */
  readonly firstColumn: number;
  /** Height of the crop in glyph pitches. */
  readonly heightGlyphs: number;
  /** How far the crop is moved down, as a share of its height. */
  readonly shiftDown: number;
};

/** Px along a crop of the glyph at `column`. */
export const placeOfColumn = (frame: Pick<CropFrame, 'firstColumn'>, column: number): number =>
  GLYPH_PITCH_PX * (column - frame.firstColumn + 1.5);

export const columnAtPlace = (frame: Pick<CropFrame, 'firstColumn'>, px: number): number =>
  px / GLYPH_PITCH_PX - 1.5 + frame.firstColumn;

/** Px of a crop of `row`, as `frame` cuts it, to px of the picture. */
export function cropMap(lattice: Lattice, row: number, rowPitchGlyphs: number, frame: CropFrame): Homography {
  const rowsHigh = frame.heightGlyphs / rowPitchGlyphs;
  return composed(lattice.toImage, {
    scaleX: 1 / GLYPH_PITCH_PX,
    fromX: frame.firstColumn - 1.5,
    scaleY: rowsHigh / CROP_HEIGHT_PX,
    fromY: row + (frame.shiftDown - 0.5) * rowsHigh,
  });
}

type Scaling = { readonly scaleX: number; readonly fromX: number; readonly scaleY: number; readonly fromY: number };

/** `map` after (x, y) → (scaleX·x + fromX, scaleY·y + fromY). */
export function composed(map: Homography, { scaleX, fromX, scaleY, fromY }: Scaling): Homography {
  const [a, b, c, d, e, f, g, h] = map;
  const w = g * fromX + h * fromY + 1;
  return [
    (a * scaleX) / w,
    (b * scaleY) / w,
    (a * fromX + b * fromY + c) / w,
    (d * scaleX) / w,
    (e * scaleY) / w,
    (d * fromX + e * fromY + f) / w,
    (g * scaleX) / w,
    (h * scaleY) / w,
  ];
}

/** The lattice with its first glyph elsewhere. */
export const movedTo = (lattice: Lattice, column: number, row: number): Lattice => ({
  toImage: composed(lattice.toImage, { scaleX: 1, fromX: column, scaleY: 1, fromY: row }),
});

/** The corners of a row, `heightGlyphs` high, half a glyph beyond its ends. */
export function rowQuad(lattice: Lattice, row: number, lineLength: number, heightGlyphs: number): Quad {
  const half = heightGlyphs / 2 / shapeAt(lattice, (lineLength - 1) / 2, row).rowPitchGlyphs;
  const corner = (column: number, at: number): Point => throughHomography(lattice.toImage, [column, at]);
  return [
    corner(-0.5, row - half),
    corner(lineLength - 0.5, row - half),
    corner(lineLength - 0.5, row + half),
    corner(-0.5, row + half),
  ];
}
