import { hueLoss, type Hue } from './hue.ts';
import { meanSlope, patchAt, sidesTogether, type MeasuredFace, type Patch } from '../patches.ts';

/** The bare skin that everything else is compared with. */
export type Skin = {
  /** Both cheeks below the eyes, or the near one: the reference for hue, brightness and texture. */
  readonly cheek: Patch;
  readonly forehead: Patch | null;
  /** ln luma of plain skin: the second darkest of cheek, nose and forehead, so that one shadow or one highlight is outvoted. */
  readonly plainLogLuma: number;
  /** Mean slope on the cheeks: rises with noise and sharpness, falls with blur. */
  readonly roughness: number;
};

/** Null when neither cheek lies in the picture: then nothing can be measured. */
export function measureSkin(face: MeasuredFace): Skin | null {
  const left = patchAt(face, [50, 205], 9);
  const right = patchAt(face, [280, 425], 9);
  const cheek = sidesTogether(face, left, right);
  if (cheek === null) return null;
  const nose = patchAt(face, [195, 5], 6);
  const forehead = patchAt(face, [151, 9], 9);
  const known = [cheek, nose, forehead]
    .flatMap((patch) => (patch === null ? [] : [patch.logLuma]))
    .sort((a, b) => a - b);
  return {
    cheek,
    forehead,
    plainLogLuma: known[1] ?? cheek.logLuma,
    roughness: meanSlope(face.planes, [...(left?.pixels ?? []), ...(right?.pixels ?? [])])!,
  };
}

/** What hue can say on this picture. A grey picture has none; skin of another hue than any skin has is lit by coloured light. */
export function lightOn(cheek: Hue): 'plain' | 'grey-picture' | 'coloured' {
  if (Math.abs(cheek.redness) + Math.abs(cheek.blueness) < 0.1) return 'grey-picture';
  return cheek.redness < 0.1 || cheek.redness > 0.6 ? 'coloured' : 'plain';
}

/**
 * How surely something that is not skin covers the lower face: hue lost against the forehead at the chin, both cheeks, under
 * the nose and below the lip, the least of the five. Above 0.5 it is a mask, a scarf or a hand. 0 when the forehead is not seen.
 */
export function measureCover(face: MeasuredFace, skin: Skin): number {
  const { forehead } = skin;
  if (forehead === null) return 0;
  let least: number | null = null;
  for (const id of [4, 205, 425, 164, 200]) {
    const patch = patchAt(face, [id], 5);
    if (patch === null) continue;
    const loss = hueLoss(patch, forehead);
    least = least === null ? loss : Math.min(least, loss);
  }
  return least ?? 0;
}
