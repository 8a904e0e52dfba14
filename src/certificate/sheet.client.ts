import PDFDocument from 'pdfkit';
import type { Bytes } from '../kernel/der.ts';
import { concat } from '../kernel/der.ts';
import type { Face, Fonts } from './fonts.client.ts';

/** A4 with generous margins, in points. */
export const page = { width: 595.28, height: 841.89, left: 66, right: 66, top: 62, bottom: 72 } as const;
export const textWidth = page.width - page.left - page.right;

export type Type = { readonly face: Face; readonly size: number; readonly colour?: string };

export const ink = '#1a1a1a';
export const soft = '#5f5f5f';
const hairline = '#b9b9b9';
const LINE_GAP = 2.2;

export type Column = { readonly width: number; readonly type?: Type };
export type Cell = string | readonly Run[];
type Run = { readonly text: string; readonly type: Type };
type Measured = {
  readonly runs: readonly (Run & { readonly height: number })[];
  readonly width: number;
  readonly height: number;
};
type Struct = PDFKit.PDFStructureElement;

export type SheetOrder = {
  readonly fonts: Fonts;
  readonly language: string;
  readonly title: string;
  readonly keywords: string;
  readonly creator: string;
  readonly at: Date;
};

/** Paper that is written from top to bottom: every piece is tagged for those who listen to it, and goes on a further page when it does not fit. */
export type Sheet = ReturnType<typeof openSheet>;

export function openSheet({ fonts, language, title, keywords, creator, at }: SheetOrder) {
  const document = new PDFDocument({
    size: 'A4',
    margins: { top: page.top, bottom: 0, left: page.left, right: page.right },
    pdfVersion: '1.7',
    subset: 'PDF/A-3b' as never,
    tagged: true,
    lang: language,
    displayTitle: true,
    bufferPages: true,
    // A first font would be opened anew at every change to it: PDFKit keeps those alone that are called by the name of their registration.
    font: null as never,
    info: { Title: title, Keywords: keywords, Creator: creator, Producer: creator, CreationDate: at, ModDate: at },
  });
  const parts: Uint8Array[] = [];
  document.on('data', (part: Uint8Array) => parts.push(part));
  const ended = new Promise((resolve) => document.on('end', resolve));
  for (const [face, font] of Object.entries(fonts)) document.registerFont(face, font as never);
  const root = document.struct('Document');
  document.addStructure(root);
  const lowest = page.height - page.bottom;
  let section: Struct = root;

  const set = ({ face, size, colour = ink }: Type) => document.font(face).fontSize(size).fillColor(colour);
  /** What is to be written, its lines broken: each run with the height that it takes. */
  const measured = (cell: Cell, width: number, type: Type): Measured => {
    const runs = runsOf(cell, type).map((run) => {
      set(run.type);
      return { ...run, height: document.heightOfString(run.text, { width, lineGap: LINE_GAP }) };
    });
    return { runs, width, height: runs.reduce((sum, { height }) => sum + height, 0) };
  };
  /** One piece for each run, so that those who listen hear where one ends. */
  const writing = ({ runs, width }: Measured, x: number, y: number): readonly (() => void)[] => {
    let at = y;
    return runs.map(({ text, type, height }) => {
      const from = at;
      at += height;
      return () => {
        set(type);
        document.text(text, x, from, { width, lineGap: LINE_GAP });
      };
    });
  };
  const artifact = (draw: () => void): void => {
    document.markContent('Artifact', { type: 'Layout' });
    draw();
    document.endMarkedContent();
  };
  const rule = (y: number, colour = hairline, from: number = page.left, to: number = page.width - page.right): void =>
    artifact(() => document.lineWidth(0.5).strokeColor(colour).moveTo(from, y).lineTo(to, y).stroke());
  /** Makes sure that so much fits below. */
  const room = (height: number): void => {
    if (document.y + height > lowest) {
      document.addPage();
      document.y = page.top;
    }
  };
  const add = (
    tag: string,
    draws: readonly (() => void)[],
    options: { readonly alt?: string } = {},
    parent = section,
  ): void => {
    const [draw, ...more] = draws;
    const children = more.length === 0 ? draw! : draws.map((own) => document.struct('P', {}, own));
    const element = document.struct(tag, options, children);
    parent.add(element);
    element.end();
  };

  return {
    get y(): number {
      return document.y;
    },
    set y(value: number) {
      document.y = value;
    },
    room,
    rule,
    newPage(): void {
      document.addPage();
      document.y = page.top;
    },
    gap(height: number): void {
      document.y += height;
    },
    /** Whether a face has a character; what it has not may not be written. */
    hasGlyph: (codePoint: number): boolean =>
      fonts.serif.hasGlyphForCodePoint(codePoint) &&
      fonts.bold.hasGlyphForCodePoint(codePoint) &&
      fonts.mono.hasGlyphForCodePoint(codePoint),
    /** What follows belongs together. */
    section(): void {
      if (section !== root) section.end();
      section = document.struct('Sect');
      root.add(section);
    },
    heading(tag: 'H1' | 'H2' | 'H3', text: string, type: Type, needs = 70): void {
      const piece = measured(text, textWidth, type);
      room(piece.height + needs);
      const { y } = document;
      add(tag, writing(piece, page.left, y));
      document.y = y + piece.height;
    },
    paragraph(text: Cell, type: Type, { x = page.left as number, width = textWidth as number } = {}): void {
      const piece = measured(text, width, type);
      room(piece.height);
      const { y } = document;
      add('P', writing(piece, x, y));
      document.y = y + piece.height;
    },
    /** Words that must not be missed. */
    notice(title: string, text: string): void {
      const inner = textWidth - 24;
      const cell = [
        { text: title, type: noticeTitle },
        { text, type: small },
      ];
      const piece = measured(cell, inner, small);
      const height = piece.height + 18;
      room(height);
      const { y } = document;
      artifact(() => document.lineWidth(1.6).strokeColor(ink).rect(page.left, y, textWidth, height).stroke());
      add('Div', writing(piece, page.left + 12, y + 9));
      document.y = y + height;
    },
    /** Rows of a table; the head is repeated on every page that it goes on to. */
    table(
      columns: readonly Column[],
      head: readonly string[] | null,
      rows: readonly (readonly Cell[])[],
      { x = page.left as number } = {},
    ): void {
      const table = document.struct('Table');
      section.add(table);
      const width = columns.reduce((sum, column) => sum + column.width, 0);
      const row = (cells: readonly Cell[], tag: 'TH' | 'TD'): void => {
        const typeOf = (column: Column): Type => (tag === 'TH' ? headType : (column.type ?? body));
        const pieces = cells.map((cell, at) => measured(cell, columns[at]!.width - 8, typeOf(columns[at]!)));
        const height = Math.max(...pieces.map((piece) => piece.height)) + 7;
        if (document.y + height > lowest) {
          room(height + 40);
          if (head !== null && tag === 'TD') row(head, 'TH');
        }
        const { y } = document;
        const line = document.struct('TR');
        table.add(line);
        let left = x;
        for (const [at, piece] of pieces.entries()) {
          const cellTag = tag === 'TD' && head === null && at === 0 ? 'TH' : tag;
          add(cellTag, writing(piece, left, y + 3), {}, line);
          left += columns[at]!.width;
        }
        line.end();
        rule(y + height, tag === 'TH' ? soft : hairline, x, x + width);
        document.y = y + height;
      };
      if (head !== null) {
        room(60);
        row(head, 'TH');
      }
      for (const cells of rows) row(cells, 'TD');
      table.end();
    },
    /** A JPEG as it is, within a box; answers the height that it takes. */
    picture(jpeg: Uint8Array, alternative: string, { x, y, width, height }: Box): number {
      const image = openImage(document, jpeg);
      const scale = Math.min(width / image.width, height / image.height);
      const size = { width: image.width * scale, height: image.height * scale };
      add('Figure', [() => document.image(image, x, y, size)], { alt: alternative });
      return image.height * scale;
    },
    /** Dark modules of a square code as one path. */
    code(path: string, modules: number, alternative: string, { x, y, width }: Omit<Box, 'height'>): void {
      add(
        'Figure',
        [
          () => {
            document.save();
            document.translate(x, y).scale(width / modules);
            document.path(path).fill('#000000');
            document.restore();
          },
        ],
        { alt: alternative },
      );
    },
    attach(name: string, bytes: Uint8Array, description: string): void {
      const how = { name, type: 'application/json', description, relationship: 'Data' };
      document.file(Buffer.from(bytes), { ...how, creationDate: at, modifiedDate: at });
    },
    /** Writes the foot of every page and closes the file. */
    async close(foot: (pageNumber: number, pages: number) => readonly [string, string]): Promise<Bytes> {
      if (section !== root) section.end();
      root.end();
      const { count } = document.bufferedPageRange();
      for (let at = 0; at < count; at++) {
        document.switchToPage(at);
        const [left, right] = foot(at + 1, count);
        document.markContent('Artifact', { type: 'Pagination' });
        const y = page.height - 46;
        document
          .lineWidth(0.5)
          .strokeColor(hairline)
          .moveTo(page.left, y - 8)
          .lineTo(page.width - page.right, y - 8)
          .stroke();
        set(footType);
        document.text(left, page.left, y, { width: textWidth * 0.84, lineBreak: false });
        document.text(right, page.left + textWidth * 0.84, y, { width: textWidth * 0.16, align: 'right' });
        document.endMarkedContent();
      }
      document.end();
      await ended;
      return concat(parts);
    },
  };
}

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

export const body: Type = { face: 'serif', size: 9 };
export const small: Type = { face: 'serif', size: 8, colour: soft };
const noticeTitle: Type = { face: 'bold', size: 10 };
const headType: Type = { face: 'bold', size: 8, colour: soft };
const footType: Type = { face: 'serif', size: 7.5, colour: soft };

const runsOf = (cell: Cell, type: Type): readonly Run[] => (typeof cell === 'string' ? [{ text: cell, type }] : cell);

type Image = { readonly width: number; readonly height: number };
/** PDFKit's types leave out that a picture may be opened once and placed by its size. */
const openImage = (document: PDFKit.PDFDocument, jpeg: Uint8Array): Image & PDFKit.Mixins.ImageSrc =>
  (document as unknown as { openImage(source: Buffer): Image & PDFKit.Mixins.ImageSrc }).openImage(Buffer.from(jpeg));
