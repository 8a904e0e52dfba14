import type { FaceMeasurements } from './measure-face.ts';

/** Why an attribute can not be told from a picture; stable slugs. */
export type GateReason =
  | 'face-cut-off' // no cheek in the picture
  | 'no-face' // the mesh network doubts that it is one
  | 'too-small'
  | 'profile'
  | 'blurred'
  | 'coloured-light'
  | 'covered' // mask, scarf or hand over the lower face
  | 'chin-cut-off';

/** Limits within which a picture is measured at all. */
export type Gates = {
  readonly minMeshFlag: number;
  readonly minEyeDistancePx: number;
  readonly maxAsymmetry: number;
  /** Less slope than both around the eyes and on the cheeks is a picture without detail. */
  readonly minEyeDetail: number;
  readonly minSkinRoughness: number;
  readonly maxCover: number;
};

/** Single photographs: anything from which the study's weights still answer. */
export const photographGates: Gates = {
  minMeshFlag: 0.5,
  minEyeDistancePx: 28,
  maxAsymmetry: 1.6,
  minEyeDetail: 0.02,
  minSkinRoughness: 0.006,
  maxCover: 0.5,
};

/** Frames of a recording: there are others to choose from, so only near and nearly frontal ones count. */
export const frameGates: Gates = { ...photographGates, minEyeDistancePx: 40, maxAsymmetry: 0.5 };

/** Why nothing can be told from the picture, and, where something can, why nothing of facial hair or of dark lenses. */
export type Gated = {
  readonly all: GateReason | null;
  readonly facialHair: GateReason | null;
  readonly sunglasses: GateReason | null;
};

export function gate(measured: FaceMeasurements | null, gates: Gates): Gated {
  const all = gateOfAll(measured, gates);
  if (all !== null || measured === null) return { all, facialHair: all, sunglasses: all };
  const light = measured.light === 'coloured' ? 'coloured-light' : null;
  const isChinCutOff = measured.hair.jowl === null || measured.hair.upperLip === null;
  return { all: null, facialHair: light ?? (isChinCutOff ? 'chin-cut-off' : null), sunglasses: light };
}

function gateOfAll(measured: FaceMeasurements | null, gates: Gates): GateReason | null {
  if (measured === null) return 'face-cut-off';
  if (measured.meshFlag < gates.minMeshFlag) return 'no-face';
  if (measured.eyeDistancePx < gates.minEyeDistancePx) return 'too-small';
  if (Math.abs(measured.asymmetry) > gates.maxAsymmetry) return 'profile';
  if (measured.glasses.eyeDetail < gates.minEyeDetail && measured.skinRoughness < gates.minSkinRoughness)
    return 'blurred';
  // A mask is taken for the cheek that all else is compared with, and its edge for the rim of glasses.
  return measured.cover > gates.maxCover ? 'covered' : null;
}
