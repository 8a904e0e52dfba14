import type { FieldName } from '../engine/document/document.ts';
import type { Box } from '../engine/image/raster.ts';
import { outlineText, type Fonts, type TextStyle } from './text.ts';

/** A printed value: what it says to the letter, and where, in px once the sheet is finished. */
export type PrintedField = { readonly name: FieldName; readonly text: string; readonly box: Box };

/** One drawn side. `svg` is `widthPx` × `heightPx`; boxes are in those px. */
export type DrawnSide = {
  readonly svg: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly fields: readonly PrintedField[];
  readonly mrzRows: readonly Box[];
  readonly portrait: Box | null;
};

/** A box in units of the sheet, until the sheet is finished. */
type Extent = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };

export type Ink = TextStyle & {
  readonly colour: string;
  readonly opacity?: number;
  /** Ink beyond the outlines, both edges together, in units. */
  readonly spread?: number;
  /** Text that would be longer is set smaller, then squeezed; in units. */
  readonly maxWidth?: number;
  /** Degrees clockwise around the start of the baseline. */
  readonly turn?: number;
};

// Issuers print the MRZ at ten glyphs an inch (Doc 9303-3 section 4.4); the advance of OCR-B is 0.723 of its size.
const MRZ_PITCH = 25.4;
export const mrzSize = MRZ_PITCH / 0.723;

/**
 * A side being drawn. The unit is a tenth of a millimetre, so that the standard's measures are written as it prints them; the
 * origin is the top left corner and y of a text is its baseline.
 */
export class Sheet {
  readonly width: number;
  readonly height: number;
  private readonly fonts: Fonts;
  private readonly portraitHref: string | null;
  private readonly inkSpread: number;
  private readonly elements: string[] = [];
  private readonly fields: { readonly name: FieldName; readonly text: string; readonly extent: Extent }[] = [];
  private readonly rows: Extent[] = [];
  private portraitExtent: Extent | null = null;

  /**
   * @param portraitHref a data URI of the portrait, or null for a drawn placeholder.
   * @param inkSpread how far the ink of the machine readable zone ran beyond its outlines, both edges together, in units.
   */
  constructor(
    size: { width: number; height: number },
    fonts: Fonts,
    portraitHref: string | null = null,
    inkSpread = 0,
  ) {
    this.width = size.width;
    this.height = size.height;
    this.fonts = fonts;
    this.portraitHref = portraitHref;
    this.inkSpread = inkSpread;
  }

  /** Adds SVG in the sheet's units. */
  draw(svg: string): void {
    this.elements.push(svg);
  }

  /** Sets a line and returns the box of its ink. */
  text(x: number, y: number, text: string, ink: Ink): Extent {
    let style: TextStyle = ink;
    let outline = outlineText(this.fonts, text, style);
    let squeeze = 1;
    if (ink.maxWidth !== undefined && outline.width > ink.maxWidth) {
      const smaller = Math.max(0.75, ink.maxWidth / outline.width);
      style = { ...ink, size: ink.size * smaller };
      outline = outlineText(this.fonts, text, style);
      squeeze = Math.min(1, ink.maxWidth / outline.width);
    }
    const turn = ink.turn === undefined ? '' : ` rotate(${ink.turn})`;
    const stretch = (style.stretch ?? 1) * squeeze;
    this.elements.push(
      `<path transform="translate(${x} ${y})${turn}${stretch === 1 ? '' : ` scale(${stretch.toFixed(4)} 1)`}" ` +
        `fill="${ink.colour}"${ink.opacity === undefined ? '' : ` fill-opacity="${ink.opacity}"`}` +
        `${ink.spread ? ` stroke="${ink.colour}" stroke-width="${ink.spread.toFixed(2)}"` : ''} d="${outline.path}"/>`,
    );
    return { x0: x, y0: y - outline.ascent, x1: x + outline.width * squeeze, y1: y + outline.descent };
  }

  /** Sets a line that is the value, or one line of the value, of a field. */
  field(name: FieldName, x: number, y: number, text: string, ink: Ink): void {
    if (text !== '') this.fields.push({ name, text, extent: this.text(x, y, text, ink) });
  }

  /** Sets the machine readable zone; y is the baseline of its first row. */
  mrz(x: number, y: number, rowPitch: number, lines: readonly string[], colour = '#17171c'): void {
    lines.forEach((line, row) => {
      this.rows.push(
        this.text(x, y + row * rowPitch, line, { face: 'ocr-b', size: mrzSize, colour, spread: this.inkSpread }),
      );
    });
  }

  /** Places the portrait, or the placeholder, cropped to fill. `veil` is artwork drawn over it. */
  portrait(x: number, y: number, width: number, height: number, veil = ''): void {
    this.portraitExtent = { x0: x, y0: y, x1: x + width, y1: y + height };
    this.elements.push(this.portraitAt(x, y, width, height, 1), veil);
  }

  /** The small, pale second portrait of many documents. */
  ghostPortrait(x: number, y: number, width: number, height: number): void {
    this.elements.push(this.portraitAt(x, y, width, height, 0.35));
  }

  private portraitAt(x: number, y: number, width: number, height: number, opacity: number): string {
    return this.portraitHref === null
      ? placeholder(x, y, width, height, opacity)
      : `<image x="${x}" y="${y}" width="${width}" height="${height}" opacity="${opacity}" preserveAspectRatio="xMidYMid slice" href="${this.portraitHref}"/>`;
  }

  /** @param pxPerUnit pixels per tenth of a millimetre. */
  finish(pxPerUnit: number): DrawnSide {
    const widthPx = Math.round(this.width * pxPerUnit);
    const heightPx = Math.round(this.height * pxPerUnit);
    const scaled = ({ x0, y0, x1, y1 }: Extent): Box => ({
      x0Px: x0 * pxPerUnit,
      y0Px: y0 * pxPerUnit,
      x1Px: x1 * pxPerUnit,
      y1Px: y1 * pxPerUnit,
    });
    return {
      svg:
        `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}" viewBox="0 0 ${this.width} ${this.height}" ` +
        `preserveAspectRatio="none">${this.elements.join('')}</svg>`,
      widthPx,
      heightPx,
      fields: this.fields.map(({ name, text, extent }) => ({ name, text, box: scaled(extent) })),
      mrzRows: this.rows.map(scaled),
      portrait: this.portraitExtent === null ? null : scaled(this.portraitExtent),
    };
  }
}

/** Head and shoulders, drawn: stands for a portrait where none was handed in. */
function placeholder(x: number, y: number, width: number, height: number, opacity: number): string {
  const at = (u: number, v: number): string => `${(x + u * width).toFixed(1)} ${(y + v * height).toFixed(1)}`;
  const ellipse = (u: number, v: number, ru: number, rv: number, fill: string): string =>
    `<ellipse cx="${x + u * width}" cy="${y + v * height}" rx="${ru * width}" ry="${rv * height}" fill="${fill}"/>`;
  return (
    `<g opacity="${opacity}"><rect x="${x}" y="${y}" width="${width}" height="${height}" fill="#d3d6da"/>` +
    `<path d="M${at(0.06, 1)}C${at(0.08, 0.8)} ${at(0.3, 0.8)} ${at(0.4, 0.74)}L${at(0.6, 0.74)}C${at(0.7, 0.8)} ${at(0.92, 0.8)} ${at(0.94, 1)}Z" fill="#4a4f57"/>` +
    `<path d="M${at(0.41, 0.6)}L${at(0.4, 0.77)}Q${at(0.5, 0.84)} ${at(0.6, 0.77)}L${at(0.59, 0.6)}Z" fill="#a39c95"/>` +
    ellipse(0.5, 0.34, 0.27, 0.25, '#3a3634') +
    ellipse(0.5, 0.43, 0.225, 0.255, '#b9b1a9') +
    ellipse(0.405, 0.41, 0.042, 0.014, '#3b3a3a') +
    ellipse(0.595, 0.41, 0.042, 0.014, '#3b3a3a') +
    `<path d="M${at(0.35, 0.37)}Q${at(0.405, 0.35)} ${at(0.455, 0.37)}M${at(0.545, 0.37)}Q${at(0.595, 0.35)} ${at(0.65, 0.37)}" fill="none" stroke="#3a3634" stroke-width="${width * 0.016}"/>` +
    `<path d="M${at(0.5, 0.42)}L${at(0.47, 0.51)}Q${at(0.5, 0.53)} ${at(0.53, 0.51)}" fill="none" stroke="#857c74" stroke-width="${width * 0.013}"/>` +
    `<path d="M${at(0.41, 0.58)}Q${at(0.5, 0.61)} ${at(0.59, 0.58)}" fill="none" stroke="#6f5c57" stroke-width="${width * 0.018}"/>` +
    `<path d="M${at(0.26, 0.4)}Q${at(0.28, 0.13)} ${at(0.5, 0.14)}Q${at(0.72, 0.13)} ${at(0.74, 0.4)}Q${at(0.66, 0.25)} ${at(0.5, 0.25)}Q${at(0.34, 0.25)} ${at(0.26, 0.4)}Z" fill="#3a3634"/></g>`
  );
}
