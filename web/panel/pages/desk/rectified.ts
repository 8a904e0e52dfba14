import type { CaseSide } from '../../../../src/panel/case.schema.ts';

type Point = readonly [x: number, y: number];
type Places = Pick<CaseSide, 'image' | 'fields' | 'mrzRows'>;

/** Where a place of the photograph lies on the flat document; `map` as `toRectified` of the case says it. */
export function carried(map: readonly number[], [x, y]: Point): [number, number] {
  const [a, b, c, d, e, f, g, h] = map as [number, number, number, number, number, number, number, number];
  const w = g * x + h * y + 1;
  return [(a * x + b * y + c) / w, (d * x + e * y + f) / w];
}

/** The side as it is shown: flat where it was located and nobody asks for the photograph, with its places on that picture. */
export function shownSide(side: CaseSide, isOriginal: boolean): Places & { readonly isFlat: boolean } {
  const { rectified, image, fields, mrzRows } = side;
  if (rectified === null || isOriginal) return { image, fields, mrzRows, isFlat: false };
  const flat = (quad: CaseSide['mrzRows'][number]): [number, number][] =>
    quad.map((point) => carried(rectified.toRectified, point));
  return {
    image: rectified.image,
    fields: fields.map(({ name, quad }) => ({ name, quad: flat(quad) })),
    mrzRows: mrzRows.map(flat),
    isFlat: true,
  };
}
