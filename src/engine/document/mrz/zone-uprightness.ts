import { greyOf, type Quad, type Raster } from '../../image/raster.ts';
import type { Model } from '../../runtime/model.ts';
import { pyramidOf } from './pyramid.ts';
import { isRow, looksMachineReadable } from './find-rows.ts';
import { lengthOf, seeRow, stripOf, weightOf, type SeenRow, type Strip } from './seen-row.ts';

const LEAST_ASPECT = 7;
const MOST_BOXES = 4;

/**
 * Whether rows of an MRZ stand upright among detected boxes: the clear, evenly spaced glyphs of the longest row as it stands, less
 * those of the longest from its other end. Positive is upright, negative on its head, 0 tells nothing: there is no MRZ.
 * Some 10 ms for each of at most four boxes and two directions.
 * @param model the network named 'ocrb-reader'.
 */
export async function zoneUprightness(model: Model, image: Raster, boxes: readonly Quad[]): Promise<number> {
  const strips = boxes
    .map(stripOf)
    .filter((strip) => lengthOf(strip) > LEAST_ASPECT * strip.heightPx)
    .sort((a, b) => lengthOf(b) - lengthOf(a))
    .slice(0, MOST_BOXES);
  if (strips.length === 0) return 0;
  const pyramid = pyramidOf(greyOf(image));
  let upright = 0;
  let overturned = 0;
  for (const strip of strips) {
    const otherEnd: Strip = { ...strip, left: strip.right, right: strip.left };
    upright = Math.max(upright, rowWeight(await seeRow(model, pyramid, strip)));
    overturned = Math.max(overturned, rowWeight(await seeRow(model, pyramid, otherEnd)));
  }
  return upright - overturned;
}

const LEAST_GLYPHS = 18;

const rowWeight = (row: SeenRow): number =>
  row.glyphs.length >= LEAST_GLYPHS && isRow(row) && looksMachineReadable(row) ? weightOf(row) : 0;
