import { cropHeightPx as height, cropWidthPx as width } from './crop.ts';

/** Columns and rows of the crop, both ends included; fractions are rounded inwards where they are used. */
export type Range = { readonly from: number; readonly to: number };

/** Pixels this near the rim of the crop are not looked at. */
const rimPx = 3;

/** Added to a slope before its logarithm: slopes below it are noise. */
export const slopeFloor = 0.004;

/** What a detour of two rows in one column costs, in nats of slope. */
const steepStepCost = 0.15;

/**
 * How strong the best continuous, roughly horizontal edge is that runs through all the columns within the rows: the mean of
 * ln(|slope| + 0.004) along it, found by dynamic programming. A frame's rim gives one; skin texture has strong places
 * everywhere, and no continuous line.
 * @param maxStepRows how many rows the edge may climb or fall from one column to the next.
 * @returns null when fewer than five columns lie in the crop.
 */
export function bestEdge(slopeY: Float32Array, columns: Range, rows: Range, maxStepRows: 1 | 2): number | null {
  const fromX = Math.max(rimPx, Math.round(columns.from));
  const toX = Math.min(width - 1 - rimPx, Math.floor(columns.to));
  const fromY = Math.max(rimPx, Math.round(rows.from));
  const toY = Math.min(height - 1 - rimPx, Math.floor(rows.to));
  const rowCount = toY - fromY + 1;
  const columnCount = toX - fromX + 1;
  if (columnCount < 5 || rowCount < 1) return null;
  let best = new Float64Array(rowCount);
  let next = new Float64Array(rowCount);
  for (let x = fromX; x <= toX; x++) {
    for (let row = 0; row < rowCount; row++) {
      let reached = best[row]!;
      for (let step = -maxStepRows; step <= maxStepRows; step++) {
        const from = row + step;
        if (from < 0 || from >= rowCount) continue;
        const cost = Math.abs(step) > 1 ? steepStepCost : 0;
        if (best[from]! - cost > reached) reached = best[from]! - cost;
      }
      next[row] = reached + Math.log(Math.abs(slopeY[(fromY + row) * width + x]!) + slopeFloor);
    }
    [best, next] = [next, best];
  }
  return Math.max(...best) / columnCount;
}

/** The steepest |slope| of one column within rows; null when the rows miss the picture. */
export function steepestInColumn(slope: Float32Array, inFrame: Uint8Array, column: number, rows: Range): number | null {
  if (column < rimPx || column > width - 1 - rimPx) return null;
  let steepest: number | null = null;
  for (let y = Math.max(rimPx, Math.round(rows.from)); y <= Math.min(height - 1 - rimPx, rows.to); y++) {
    const at = y * width + column;
    if (inFrame[at]) steepest = Math.max(steepest ?? 0, Math.abs(slope[at]!));
  }
  return steepest;
}

/** The steepest |slope| of one row within columns; null when the columns miss the picture. */
export function steepestInRow(slope: Float32Array, inFrame: Uint8Array, row: number, columns: Range): number | null {
  if (row < rimPx || row > height - 1 - rimPx) return null;
  let steepest: number | null = null;
  for (let x = Math.max(rimPx, Math.round(columns.from)); x <= Math.min(width - 1 - rimPx, columns.to); x++) {
    const at = row * width + x;
    if (inFrame[at]) steepest = Math.max(steepest ?? 0, Math.abs(slope[at]!));
  }
  return steepest;
}
