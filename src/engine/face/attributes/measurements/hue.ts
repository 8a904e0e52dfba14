/** Hue and saturation as two log ratios, see `FacePlanes`. */
export type Hue = { readonly redness: number; readonly blueness: number };

/** Below this squared length a reference has no hue to lose: a grey picture. */
const greyBelow = 0.01;

/**
 * How much of the reference's hue a place has lost: 0 = the same hue, 1 = none of it (grey, black or white), above 1 = the
 * opposite hue; limited to −1 … 2. Always 0 on grey pictures.
 */
export function hueLoss(place: Hue, reference: Hue): number {
  const length = reference.redness ** 2 + reference.blueness ** 2;
  if (length < greyBelow) return 0;
  const along = (place.redness * reference.redness + place.blueness * reference.blueness) / length;
  return Math.max(-1, Math.min(2, 1 - along));
}

/** Distance of two hues. */
export const hueDistance = (a: Hue, b: Hue): number => Math.hypot(a.redness - b.redness, a.blueness - b.blueness);
