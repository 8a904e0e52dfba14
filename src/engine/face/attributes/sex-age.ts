import { warpAffine, type Affine } from '../../image/warp.ts';
import type { Raster } from '../../image/raster.ts';
import type { Model, Models } from '../../runtime/model.ts';
import { runOnNchw, runOnNhwc } from '../../runtime/run-on-picture.ts';
import type { Face } from '../face.ts';
import { rollDegrees } from '../landmarks.ts';

/** What two networks read off one picture of a face. */
export type SexAge = {
  /** Probability of an apparently male face, the mean of both networks, 0 … 1. Under-confident: see `shownProbability`. */
  readonly male: number;
  /** Apparent age in years, of the second network alone: the first is 4 years worse, and their mean no better. */
  readonly ageYears: number;
};

export type SexAgeReader = { readonly cite: { readonly sex: string; readonly age: string }; read: SexAgeOf };
type SexAgeOf = (image: Raster, face: Face) => Promise<SexAge>;

const sexCrop = { sidePx: 224, boxScale: 1.6 };
/** The age network saw tight crops: at the scale of the other one it is useless. */
const ageCrop = { sidePx: 112, boxScale: 1 };
/** Both take 0 … 255 and normalise by themselves. */
const asTheyAre = { minus: 0, by: 1 };

export async function openSexAge(models: Models): Promise<SexAgeReader> {
  const sex = await models.open('face-sex');
  const age = await models.open('face-age');
  return {
    cite: { sex: sex.cite, age: age.cite },
    read: (image, face) => readSexAge(sex, age, image, face),
  };
}

async function readSexAge(sex: Model, age: Model, image: Raster, face: Face): Promise<SexAge> {
  const wide = uprightSquare(image, face, sexCrop);
  const tight = uprightSquare(image, face, ageCrop);
  const first = await runOnNhwc(sex, wide, asTheyAre);
  const second = await runOnNchw(age, tight, asTheyAre, 'rgb');
  const maleOfFirst = first['gender_pred/Sigmoid']!.data[0]!;
  const maleOfSecond = second['gender']!.data[0]!;
  return { male: (maleOfFirst + maleOfSecond) / 2, ageYears: second['age']!.data[0]! };
}

/** The detector's box, enlarged, made square and turned until the eyes are level. */
function uprightSquare(image: Raster, face: Face, crop: { sidePx: number; boxScale: number }): Raster {
  const { box } = face.detected;
  const turn = (rollDegrees(face.mesh) * Math.PI) / 180;
  const side = Math.max(box.x1Px - box.x0Px, box.y1Px - box.y0Px) * crop.boxScale;
  const scale = side / crop.sidePx;
  const along = Math.cos(turn) * scale;
  const across = Math.sin(turn) * scale;
  const half = (crop.sidePx - 1) / 2;
  const centreX = (box.x0Px + box.x1Px) / 2;
  const centreY = (box.y0Px + box.y1Px) / 2;
  const map: Affine = [
    along,
    -across,
    centreX - (along - across) * half,
    across,
    along,
    centreY - (across + along) * half,
  ];
  return warpAffine(image, map, crop.sidePx, crop.sidePx);
}
