import type { Font, Path } from 'opentype.js/dist/opentype.mjs';

/** Faces by their role on a document. OCR-B is the face of ISO 1073-2 that ICAO Doc 9303-3 prescribes for the MRZ. */
export type Face =
  'ocr-b' | 'ocr-b-oblique' | 'ocr-b-sharp' | 'sans' | 'sans-bold' | 'condensed' | 'condensed-bold' | 'mono' | 'serif';

export type Fonts = Readonly<Record<Face, Font>>;

export type TextStyle = {
  readonly face: Face;
  /** Font size, in the units of the sheet. */
  readonly size: number;
  /** Added after each glyph, in units. */
  readonly spacing?: number;
  /** Horizontal scale of the glyphs; 1 = as drawn by the face's designer. */
  readonly stretch?: number;
};

/** Outlined text as an SVG path, and the box of its capitals, both in the units of the sheet. */
export type OutlinedText = {
  readonly path: string;
  readonly width: number;
  readonly ascent: number;
  readonly descent: number;
};

const CAP_HEIGHT = 0.73;

/** Letters that Unicode does not decompose, as a letter of ASCII and a mark; a capital sharp s is set as a small one. */
const whole: Readonly<Record<string, string>> = { Ł: 'L\u0335', Ø: 'O\u0338', ẞ: 'ß' };

/** Lays out one line with its pen starting at (0, 0) on the baseline. */
export function outlineText(fonts: Fonts, text: string, style: TextStyle): OutlinedText {
  const font = fonts[style.face];
  const stretch = style.stretch ?? 1;
  const spacing = (style.spacing ?? 0) / stretch;
  let pen = 0;
  let path = '';
  let ascent = CAP_HEIGHT * style.size;
  let descent = 0;
  for (const character of text.normalize('NFC')) {
    const glyph = font.charToGlyph(character);
    const advance = (g: { advanceWidth: number }): number => (g.advanceWidth / font.unitsPerEm) * style.size;
    if (glyph.index === 0 && character.trim() !== '') {
      const [letter, ...marks] = whole[character] ?? character.normalize('NFD');
      const base = font.charToGlyph(letter!);
      if (base.index === 0) throw new RangeError(`the face ${style.face} has no glyph for U+${hex(character)}`);
      path += pathData(base.getPath(pen, 0, style.size));
      for (const mark of marks) path += drawnMark(mark, pen + advance(base) / 2, style.size);
      ascent = Math.max(ascent, 0.93 * style.size);
      pen += advance(base) + spacing;
    } else {
      const outline = glyph.getPath(pen, 0, style.size);
      const box = outline.getBoundingBox();
      if (character.trim() !== '') {
        path += pathData(outline);
        ascent = Math.max(ascent, -box.y1);
        descent = Math.max(descent, box.y2);
      }
      pen += advance(glyph) + spacing;
    }
  }
  return { path, width: Math.max(0, pen - spacing) * stretch, ascent, descent };
}

/** SVG path data. (The package's own writer gives NaN for some numbers, at which renderers stop.) */
const pathData = ({ commands }: Path): string => {
  const n = (...numbers: number[]): string => numbers.map((number) => number.toFixed(2)).join(' ');
  return commands
    .map((c) => {
      switch (c.type) {
        case 'M':
        case 'L':
          return c.type + n(c.x, c.y);
        case 'Q':
          return c.type + n(c.x1, c.y1, c.x, c.y);
        case 'C':
          return c.type + n(c.x1, c.y1, c.x2, c.y2, c.x, c.y);
        case 'Z':
          return 'Z';
      }
    })
    .join('');
};

const hex = (character: string): string => character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');

/**
 * A diacritic over a capital. The free cuts of OCR-B stop at ASCII, while documents print Ñ and accents in that face:
 * these marks have the weight of its strokes.
 */
function drawnMark(mark: string, centre: number, size: number): string {
  const at = (dx: number, height: number): string =>
    `${(centre + dx * size).toFixed(2)} ${(-height * size).toFixed(2)}`;
  switch (mark) {
    case '\u0301': // acute
      return `M${at(-0.05, 0.77)}L${at(0.06, 0.92)}L${at(0.15, 0.9)}L${at(0.02, 0.76)}Z`;
    case '\u0300': // grave
      return `M${at(0.05, 0.77)}L${at(-0.06, 0.92)}L${at(-0.15, 0.9)}L${at(-0.02, 0.76)}Z`;
    case '\u0302': // circumflex
      return `M${at(-0.17, 0.78)}L${at(-0.04, 0.92)}L${at(0.04, 0.92)}L${at(0.17, 0.78)}L${at(0.09, 0.77)}L${at(0, 0.86)}L${at(-0.09, 0.77)}Z`;
    case '\u0303': // tilde
      return (
        `M${at(-0.2, 0.8)}C${at(-0.17, 0.93)} ${at(-0.08, 0.93)} ${at(0, 0.87)}C${at(0.06, 0.83)} ${at(0.11, 0.83)} ${at(0.14, 0.92)}` +
        `L${at(0.2, 0.91)}C${at(0.17, 0.77)} ${at(0.07, 0.76)} ${at(-0.02, 0.81)}C${at(-0.07, 0.85)} ${at(-0.12, 0.86)} ${at(-0.14, 0.79)}Z`
      );
    case '\u0308': // diaeresis
      return [-0.13, 0.13]
        .map((dx) => `M${at(dx - 0.05, 0.8)}L${at(dx + 0.05, 0.8)}L${at(dx + 0.05, 0.89)}L${at(dx - 0.05, 0.89)}Z`)
        .join('');
    case '\u030c': // caron
      return `M${at(-0.17, 0.91)}L${at(-0.04, 0.77)}L${at(0.04, 0.77)}L${at(0.17, 0.91)}L${at(0.09, 0.92)}L${at(0, 0.83)}L${at(-0.09, 0.92)}Z`;
    case '\u030a': // ring
      return [
        [0.1, 1],
        [0.05, 0],
      ]
        .map(([radius, sweep]) => {
          const arc = `A${radius! * size} ${radius! * size} 0 1 ${sweep} `;
          return `M${at(-radius!, 0.86)}${arc}${at(radius!, 0.86)}${arc}${at(-radius!, 0.86)}Z`;
        })
        .join('');
    case '\u0335': // stroke
      return `M${at(-0.25, 0.22)}L${at(0.06, 0.39)}L${at(0.06, 0.47)}L${at(-0.25, 0.3)}Z`;
    case '\u0338': // long stroke
      return `M${at(-0.3, -0.04)}L${at(0.24, 0.76)}L${at(0.3, 0.74)}L${at(-0.24, -0.06)}Z`;
    case '\u0327': // cedilla
    case '\u0328': // ogonek
      return `M${at(-0.02, 0.0)}L${at(0.05, 0.0)}L${at(0.07, -0.09)}L${at(-0.03, -0.17)}L${at(-0.1, -0.14)}L${at(-0.01, -0.1)}Z`;
    default:
      throw new RangeError(`no drawing for the mark U+${hex(mark)}`);
  }
}
