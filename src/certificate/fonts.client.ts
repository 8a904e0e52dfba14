import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';

/** The faces of a certificate: a serif for text, a fixed width for digests and figures. All are put into the file. */
export const faces = {
  serif: 'DejaVuSerifCondensed.ttf',
  bold: 'DejaVuSerifCondensed-Bold.ttf',
  italic: 'DejaVuSerifCondensed-Italic.ttf',
  mono: 'DejaVuSansMono.ttf',
} as const;
export type Face = keyof typeof faces;

/** A font as PDFKit takes one, read once: reading is most of the work of a page. */
type OpenFont = { hasGlyphForCodePoint(codePoint: number): boolean; layout(text: string): unknown };
export type Fonts = Readonly<Record<Face, OpenFont>>;

/** Reads the fonts from their package. */
export function openFonts(): Fonts {
  const open = (face: Face): OpenFont => {
    const font = fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${faces[face]}`));
    // PDFKit's types leave out what its current font is made of.
    return (new PDFDocument({ font }) as unknown as { readonly _font: { readonly font: OpenFont } })._font.font;
  };
  return { serif: open('serif'), bold: open('bold'), italic: open('italic'), mono: open('mono') };
}
