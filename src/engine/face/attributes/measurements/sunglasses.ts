import { hueDistance } from './hue.ts';
import type { Skin } from './skin.ts';
import { patchAt, sidesTogether, type MeasuredFace } from '../patches.ts';
import { meanOf } from '../statistics.ts';

/** What lies over the eyes compared with bare skin, in ln luma: −0.7 is half as bright. Null where it is not seen. */
export type SunglassesMeasurements = {
  /** The skin under the eyes, against the cheek. */
  readonly underEyes: number | null;
  /** The brightest spot under each eye, mean of both, against plain skin. */
  readonly brightestUnderEyes: number | null;
  /** The brightest spot of lids and under-eyes of both sides, against plain skin: dark lenses leave none. */
  readonly brightestOfEyeZone: number | null;
  /** Hue under the eyes, its distance from the cheek's. */
  readonly tint: number | null;
};

export function measureSunglasses(face: MeasuredFace, skin: Skin): SunglassesMeasurements {
  const left = patchAt(face, [230, 231, 229], 4);
  const right = patchAt(face, [450, 451, 449], 4);
  const underEyes = sidesTogether(face, left, right);
  const spots = {
    left: brightestSpot(face, [228, 229, 230, 231]),
    right: brightestSpot(face, [448, 449, 450, 451]),
    lids: brightestSpot(face, [27, 29, 28, 257, 259, 258]),
  };
  const zone = brightestOf([spots.left, spots.right, spots.lids]);
  const below = (value: number | null, reference: number): number | null => (value === null ? null : value - reference);
  return {
    underEyes: below(underEyes?.logLuma ?? null, skin.cheek.logLuma),
    brightestUnderEyes: below(meanOf([spots.left, spots.right]), skin.plainLogLuma),
    brightestOfEyeZone: below(zone, skin.plainLogLuma),
    tint: underEyes === null ? null : hueDistance(underEyes, skin.cheek),
  };
}

function brightestSpot(face: MeasuredFace, ids: readonly number[]): number | null {
  return brightestOf(ids.map((id) => patchAt(face, [id], 3.5)?.logLuma ?? null));
}

function brightestOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
