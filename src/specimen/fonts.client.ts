import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parse, type Font } from 'opentype.js/dist/opentype.mjs';
import type { Face, Fonts } from './text.ts';

const dejavu = (file: string): string =>
  createRequire(import.meta.url).resolve(`dejavu-fonts-ttf/ttf/DejaVu${file}.ttf`);

const files: Readonly<Record<Face, string>> = {
  'ocr-b': path.join(import.meta.dirname, 'fonts/OCRB.otf'),
  'ocr-b-oblique': path.join(import.meta.dirname, 'fonts/OCRBL.otf'),
  'ocr-b-sharp': path.join(import.meta.dirname, 'fonts/OCRBS.otf'),
  sans: dejavu('Sans'),
  'sans-bold': dejavu('Sans-Bold'),
  condensed: dejavu('SansCondensed'),
  'condensed-bold': dejavu('SansCondensed-Bold'),
  mono: dejavu('SansMono'),
  serif: dejavu('Serif-Bold'),
};

let loaded: Fonts | undefined;

/** The faces that documents are drawn in, from files that travel with the project: the same outlines on every machine. */
export function loadFonts(): Fonts {
  loaded ??= Object.fromEntries(
    Object.entries(files).map(([face, file]): [string, Font] => {
      const bytes = readFileSync(file);
      return [face, parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))];
    }),
  ) as Record<Face, Font>;
  return loaded;
}
