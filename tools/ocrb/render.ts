import { ALPHABET } from '../../src/engine/document/mrz/alphabet.ts';
import { CROP_HEIGHT_PX, GAP, GLYPH_PITCH_PX, STEP_PX } from '../../src/engine/document/mrz/line-network.ts';
import { localContrast } from '../../src/engine/document/mrz/row-crop.ts';
import { ATLAS_PITCH_PX, atlasShares, BASELINE_PX, CELL_HEIGHT_PX, CELL_WIDTH_PX, type Atlas } from './atlas.ts';
import { drawnBackground } from './background.ts';
import type { Chance } from './chance.ts';
import { quantiseAsJpeg } from './jpeg.ts';
import { blurPlane, resamplePlane, type Plane } from './plane.ts';
import { mrzLikeText } from './text.ts';

/** A drawn piece of a line as the network sees it, and what it should answer. */
export type Sample = {
  /** Local contrast, `CROP_HEIGHT_PX` rows of `widthPx`. */
  readonly contrast: Float32Array;
  /** For each step of `STEP_PX` px: class of the glyph there, `GAP` between two, `UNSURE` where either would do. */
  readonly labels: Int8Array;
};
export const UNSURE = -1;

/** Around the row itself, a band of the sheet is drawn: neighbouring rows and what the geometry may reach. */
const SHEET_HEIGHT_PX = 112;
const SHEET_MIDDLE_PX = SHEET_HEIGHT_PX / 2;
/** Baseline below the middle of the capitals. */
const BASELINE_BELOW_MIDDLE_PX = 18.5;
const SHEET_START_PX = ATLAS_PITCH_PX * 1.2;

/**
 * Draws a line and photographs it: text, ink, geometry, paper, light, lens, sensor, compression.
 * @param severity how far conditions stray: 0 is a clean scan of OCR-B, 1 what training sees, 1.5 harder than that.
 */
export function drawSample(atlases: readonly Atlas[], chance: Chance, widthPx: number, severity: number): Sample {
  const pitchPx = GLYPH_PITCH_PX * chance.between(1 - 0.16 * severity, 1 + 0.19 * severity);
  const atlas = atlases[severity === 0 ? 0 : weighted(chance, atlasShares)]!;
  const { sheet, glyphs } = typeset(atlas, chance, widthPx, pitchPx, severity);
  const inked = severity > 0 && chance.happens(0.6) ? spreadInk(sheet, chance) : sheet;

  const capturePitchPx = capturePitch(chance, severity);
  const seen = throughLens(inked, chance, capturePitchPx, severity);
  const geometry = drawGeometry(chance, widthPx, pitchPx, severity);
  const captured = capture(seen, geometry, chance, widthPx, capturePitchPx / pitchPx, severity);
  addNoise(captured, chance, severity);
  if (severity > 0 && chance.happens(0.5))
    quantiseAsJpeg(
      captured,
      chance.happens(0.25) ? chance.between(18, 45) : chance.between(45, 90),
      chance.below(8),
      chance.below(8),
    );
  const drawn = resamplePlane(captured, widthPx, CROP_HEIGHT_PX);
  return { contrast: localContrast(drawn.values, widthPx), labels: labelsOf(glyphs, geometry, widthPx, pitchPx) };
}

/** The distance of glyphs in the photograph, px: half of them comfortable, some at the limit of what can be read. */
function capturePitch(chance: Chance, severity: number): number {
  if (severity === 0) return chance.between(14, 24);
  if (severity > 1) return chance.between(5.5, 12);
  const kind = chance.unit();
  if (kind < 0.5) return chance.between(9, 20);
  if (kind < 0.72) return chance.between(16, 30);
  return chance.between(5.5, 10);
}

function weighted(chance: Chance, shares: readonly number[]): number {
  let rest = chance.unit() * shares.reduce((sum, share) => sum + share, 0);
  return Math.max(
    0,
    shares.findIndex((share) => (rest -= share) < 0),
  );
}

/** A glyph on the sheet: where its centre is, and its class. */
type SetGlyph = { readonly x: number; readonly glyphClass: number };

function typeset(
  atlas: Atlas,
  chance: Chance,
  widthPx: number,
  pitchPx: number,
  severity: number,
): { sheet: Plane; glyphs: SetGlyph[] } {
  const places = Math.ceil(widthPx / pitchPx) + 3;
  const text = mrzLikeText(chance, places);
  const startsInside = chance.happens(0.14);
  const endsInside = !startsInside && chance.happens(0.14);
  const values = new Float32Array(Math.round((places + 2) * ATLAS_PITCH_PX) * SHEET_HEIGHT_PX);
  const sheet: Plane = { widthPx: values.length / SHEET_HEIGHT_PX, heightPx: SHEET_HEIGHT_PX, values };
  const jitterPx = chance.happens(0.5) ? chance.between(0, 1.3 * severity) : 0;
  const fading = severity > 0 && chance.happens(0.3) ? chance.between(0, 0.5) : 0;
  const offset = startsInside ? chance.between(0, 3) * ATLAS_PITCH_PX : -chance.unit() * ATLAS_PITCH_PX;
  const end = endsInside ? Math.floor(widthPx / pitchPx - chance.between(0, 3)) : places;
  const baseline = SHEET_MIDDLE_PX + BASELINE_BELOW_MIDDLE_PX;
  const xOf = (place: number): number => SHEET_START_PX + offset + (place + 0.5) * ATLAS_PITCH_PX;

  const glyphs: SetGlyph[] = [];
  for (let place = 0; place < Math.min(places, end); place++) {
    const x = xOf(place) + chance.bell() * jitterPx;
    if (x > sheet.widthPx + ATLAS_PITCH_PX) break;
    const glyphClass = ALPHABET.indexOf(text[place]!);
    glyphs.push({ x, glyphClass });
    stamp(sheet, atlas[glyphClass]!, x, baseline + chance.bell() * jitterPx * 0.6, 1 - fading * chance.unit());
  }
  // The row above or below looks in.
  if (chance.happens(0.3 * severity)) {
    const away = chance.between(1.75, 2.5) * 37 * (chance.happens(0.5) ? 1 : -1);
    const other = mrzLikeText(chance, places + 1);
    for (let place = 0; place <= places; place++)
      stamp(sheet, atlas[ALPHABET.indexOf(other[place]!)]!, xOf(place) + chance.bell(), baseline + away, 1);
  }
  // Something that is no glyph of the line stands before it or after it.
  if ((startsInside || endsInside) && chance.happens(0.35 * severity)) {
    const gap = chance.between(0.9, 2) * ATLAS_PITCH_PX;
    const x = startsInside ? SHEET_START_PX + offset - gap : SHEET_START_PX + offset + end * ATLAS_PITCH_PX + gap;
    stamp(sheet, chance.pick(atlas), x, baseline + chance.between(-30, 30), chance.between(0.2, 1));
  }
  return { sheet, glyphs };
}

function stamp(sheet: Plane, cell: Float32Array, x: number, baseline: number, strength: number): void {
  const left = Math.round(x - CELL_WIDTH_PX / 2);
  const top = Math.round(baseline - BASELINE_PX);
  for (let j = Math.max(0, -top); j < CELL_HEIGHT_PX && top + j < sheet.heightPx; j++)
    for (let i = Math.max(0, -left); i < CELL_WIDTH_PX && left + i < sheet.widthPx; i++) {
      const at = (top + j) * sheet.widthPx + left + i;
      const ink = cell[j * CELL_WIDTH_PX + i]! * strength;
      if (ink > sheet.values[at]!) sheet.values[at] = ink;
    }
}

/** Ink runs or wears off: blurred, then cut at some level more or less hard. */
function spreadInk(sheet: Plane, chance: Chance): Plane {
  const sigmaPx = chance.between(0.8, 2.4);
  const blurred = blurPlane(sheet, sigmaPx, sigmaPx);
  const level = chance.between(0.28, 0.62);
  const hardness = chance.between(3, 8);
  for (let at = 0; at < blurred.values.length; at++)
    blurred.values[at] = Math.max(0, Math.min(1, (blurred.values[at]! - level) * hardness + 0.5));
  return blurred;
}

/** Blur of the sensor's pixel, of the focus and of the hand, before pixels are taken. */
function throughLens(sheet: Plane, chance: Chance, capturePitchPx: number, severity: number): Plane {
  const sheetPxPerCapturePx = ATLAS_PITCH_PX / capturePitchPx;
  const focus =
    severity *
    (chance.happens(0.5) ? chance.between(0, 1.1) : chance.between(0, 0.45)) *
    (capturePitchPx < 9 ? 0.6 : 1) *
    sheetPxPerCapturePx;
  const print = severity > 0 && chance.happens(0.15) ? chance.between(0, 5) : 0;
  const sigmaPx = Math.hypot(0.42 * sheetPxPerCapturePx, focus, print);
  const along = chance.happens(0.15) ? chance.between(0, 4.5) * severity : 0;
  const down = along === 0 && chance.happens(0.12) ? chance.between(0, 4.5) * severity : 0;
  return blurPlane(sheet, Math.hypot(sigmaPx, along), Math.hypot(sigmaPx, down));
}

/** Takes px of the crop to px of the sheet. */
type Geometry = (x: number, y: number) => readonly [x: number, y: number];

function drawGeometry(
  chance: Chance,
  widthPx: number,
  pitchPx: number,
  severity: number,
): Geometry & { middle: number } {
  const heightScale = chance.between(1 - 0.2 * severity, 1 + 0.28 * severity);
  const turn = chance.between(-0.03, 0.03) * severity * (chance.happens(0.6) ? 1 : 0.3);
  const slant = chance.between(-0.16, 0.16) * severity;
  const downPx = chance.between(-3.6, 3.6) * Math.min(1, severity);
  // Far and near end: heights differ, and so do the distances of glyphs.
  const perspective = chance.happens(0.4) ? chance.between(-0.07, 0.07) * severity : 0;
  const scale = ATLAS_PITCH_PX / pitchPx;
  const map = (x: number, y: number): readonly [number, number] => {
    const v = y - CROP_HEIGHT_PX / 2 - downPx;
    const along = x + v * slant + (perspective * x * (1 - x / widthPx)) / 2;
    const near = 1 + perspective * (x / widthPx - 0.5);
    return [
      SHEET_START_PX + along * scale,
      SHEET_MIDDLE_PX + ((v + (x - widthPx / 2) * turn) * near * scale) / heightScale,
    ];
  };
  return Object.assign(map, { middle: CROP_HEIGHT_PX / 2 + downPx });
}

/** Lays the ink on paper and takes pixels of it, at `pxPerCropPx` of the crop's. */
function capture(
  ink: Plane,
  geometry: Geometry,
  chance: Chance,
  widthPx: number,
  pxPerCropPx: number,
  severity: number,
): Plane {
  const captureWidth = Math.max(8, Math.round(widthPx * pxPerCropPx));
  const captureHeight = Math.max(8, Math.round(CROP_HEIGHT_PX * pxPerCropPx));
  const background = drawnBackground(chance, widthPx, severity);
  const values = new Float32Array(captureWidth * captureHeight);
  for (let j = 0; j < captureHeight; j++)
    for (let i = 0; i < captureWidth; i++) {
      const x = ((i + 0.5) * widthPx) / captureWidth;
      const y = ((j + 0.5) * CROP_HEIGHT_PX) / captureHeight;
      const [sheetX, sheetY] = geometry(x, y);
      values[j * captureWidth + i] = background.lit(x, y, inkAt(ink, sheetX - 0.5, sheetY - 0.5));
    }
  return { widthPx: captureWidth, heightPx: captureHeight, values };
}

function inkAt({ widthPx, heightPx, values }: Plane, x: number, y: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  if (x0 < 0 || y0 < 0 || x0 >= widthPx - 1 || y0 >= heightPx - 1) return 0;
  const [p, q, at] = [x - x0, y - y0, y0 * widthPx + x0];
  return (
    (values[at]! * (1 - p) + values[at + 1]! * p) * (1 - q) +
    (values[at + widthPx]! * (1 - p) + values[at + widthPx + 1]! * p) * q
  );
}

function addNoise({ values }: Plane, chance: Chance, severity: number): void {
  const noise = severity * (chance.happens(0.7) ? chance.between(0, 7) : chance.between(5, 16));
  const isCorrelated = chance.happens(0.3);
  let last = 0;
  for (let at = 0; at < values.length; at++) {
    const fresh = chance.bell() * noise;
    last = isCorrelated ? 0.5 * last + 0.8 * fresh : fresh;
    values[at] = Math.max(0, Math.min(255, values[at]! + last));
  }
}

/** Within this share of a pitch from a centre stands the glyph; further than the second, a gap. */
const GLYPH_REACH = 0.27;
const GAP_REACH = 0.38;

function labelsOf(
  glyphs: readonly SetGlyph[],
  geometry: Geometry & { middle: number },
  widthPx: number,
  pitchPx: number,
): Int8Array {
  const scale = ATLAS_PITCH_PX / pitchPx;
  // The geometry is nearly a straight stretch along the row: a few corrections invert it.
  const xInCrop = (sheetX: number): number => {
    let x = (sheetX - SHEET_START_PX) / scale;
    for (let round = 0; round < 4; round++) x += (sheetX - geometry(x, geometry.middle)[0]) / scale;
    return x;
  };
  const placed = glyphs.map(({ x, glyphClass }) => ({ x: xInCrop(x), glyphClass }));
  return Int8Array.from({ length: widthPx / STEP_PX }, (_, step) => {
    const x = (step + 0.5) * STEP_PX;
    if (x < pitchPx / 2 || x > widthPx - pitchPx / 2) return UNSURE;
    const near = placed.find((glyph) => Math.abs(x - glyph.x) < GAP_REACH * pitchPx);
    if (near === undefined) return GAP;
    return Math.abs(x - near.x) < GLYPH_REACH * pitchPx ? near.glyphClass : UNSURE;
  });
}
