import { cropForAttributes, type AttributeCrop } from './crop.ts';
import { measureFacialHair, type FacialHairMeasurements } from './measurements/facial-hair.ts';
import { measureGlasses, type GlassesMeasurements } from './measurements/glasses.ts';
import { lightOn, measureCover, measureSkin } from './measurements/skin.ts';
import { measureSunglasses, type SunglassesMeasurements } from './measurements/sunglasses.ts';
import { faceToMeasure } from './patches.ts';
import { planesOf } from './planes.ts';
import type { FaceMesh } from '../face.ts';
import type { Raster } from '../../image/raster.ts';

/** Everything that is measured on one picture of a face for glasses, sunglasses, beard and moustache. */
export type FaceMeasurements = {
  /** 0 … 1, the mesh network's own doubt about having a face before it. */
  readonly meshFlag: number;
  /** Distance of the eye centres in px of the source picture. */
  readonly eyeDistancePx: number;
  /** See `MeasuredFace`: 0 is frontal. */
  readonly asymmetry: number;
  /** Mean slope on the cheeks; see `Skin`. */
  readonly skinRoughness: number;
  readonly light: ReturnType<typeof lightOn>;
  /** See `measureCover`: above 0.5 the lower face is covered. */
  readonly cover: number;
  readonly glasses: GlassesMeasurements;
  readonly sunglasses: SunglassesMeasurements;
  readonly hair: FacialHairMeasurements;
};

/** Measures a face on the picture that its mesh was found in; null when no cheek of it lies in the picture. */
export const measureFace = (image: Raster, mesh: FaceMesh): FaceMeasurements | null =>
  measureCrop(cropForAttributes(image, mesh));

export function measureCrop(crop: AttributeCrop): FaceMeasurements | null {
  const face = faceToMeasure(crop, planesOf(crop));
  const skin = measureSkin(face);
  if (skin === null) return null;
  return {
    meshFlag: crop.meshFlag,
    eyeDistancePx: crop.eyeDistancePx,
    asymmetry: face.asymmetry,
    skinRoughness: skin.roughness,
    light: lightOn(skin.cheek),
    cover: measureCover(face, skin),
    glasses: measureGlasses(face),
    sunglasses: measureSunglasses(face, skin),
    hair: measureFacialHair(face, skin),
  };
}
