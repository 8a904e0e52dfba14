import { hueLoss } from './hue.ts';
import type { Skin } from './skin.ts';
import { patchAt, sidesTogether, type MeasuredFace, type Patch } from '../patches.ts';

/**
 * A place where hair grows, compared with the cheek. Darkness and fine texture tell dark hair; only the loss of hue tells
 * grey hair, which need not be darker than skin.
 */
export type HairPatch = {
  /** ln luma against the cheek; negative is darker. */
  readonly brightness: number;
  /** ln of the fine texture, as it is and against the cheek. */
  readonly texture: number;
  readonly textureAgainstCheek: number;
  /** See `hueLoss`, against the cheek. */
  readonly hueLoss: number;
};

/** Null where the picture is cut. */
export type FacialHairMeasurements = {
  /** Between mouth corner and jaw on both sides. */
  readonly jowl: HairPatch | null;
  readonly chin: HairPatch | null;
  /** The upper lip, beside the furrow under the nose. */
  readonly upperLip: HairPatch | null;
};

export function measureFacialHair(face: MeasuredFace, skin: Skin): FacialHairMeasurements {
  const compare = (patch: Patch | null): HairPatch | null => (patch === null ? null : againstCheek(patch, skin.cheek));
  const both = (left: number[], right: number[], radiusPx: number): HairPatch | null =>
    compare(sidesTogether(face, patchAt(face, left, radiusPx), patchAt(face, right, radiusPx)));
  return {
    jowl: both([210, 211], [430, 431], 7),
    chin: compare(patchAt(face, [199, 175, 200], 7)),
    upperLip: both([165, 167, 92], [391, 393, 322], 4),
  };
}

/** Added to textures before the logarithm: below it there is only noise. */
const textureFloor = 0.004;

function againstCheek(patch: Patch, cheek: Patch): HairPatch {
  const texture = Math.log(patch.texture + textureFloor);
  return {
    brightness: patch.logLuma - cheek.logLuma,
    texture,
    textureAgainstCheek: texture - Math.log(cheek.texture + textureFloor),
    hueLoss: hueLoss(patch, cheek),
  };
}
