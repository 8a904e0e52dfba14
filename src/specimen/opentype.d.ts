/** The part of opentype.js 2.0 that this room uses; the package carries no types. */
declare module 'opentype.js/dist/opentype.mjs' {
  export type PathCommand =
    | { type: 'M' | 'L'; x: number; y: number }
    | { type: 'Q'; x1: number; y1: number; x: number; y: number }
    | { type: 'C'; x1: number; y1: number; x2: number; y2: number; x: number; y: number }
    | { type: 'Z' };
  export type Path = {
    readonly commands: readonly PathCommand[];
    getBoundingBox(): { x1: number; y1: number; x2: number; y2: number };
  };
  export type Glyph = {
    readonly index: number;
    readonly advanceWidth: number;
    /** Outline with the pen at (x, y) on the baseline, y down. */
    getPath(x: number, y: number, fontSize: number): Path;
  };
  export type Font = { readonly unitsPerEm: number; charToGlyph(character: string): Glyph };
  export function parse(buffer: ArrayBuffer): Font;
}
