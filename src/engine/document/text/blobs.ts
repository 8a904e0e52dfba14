import type { Point } from '../../image/raster.ts';

/** A connected region, as the outer ends of its runs: enough for its hull. `areaPx` counts its pixels. */
export type Blob = { readonly ends: readonly Point[]; readonly areaPx: number };

/**
 * Regions of pixels above `threshold` that touch, corners included. Row by row: runs are joined with the runs they touch
 * in the row above (union–find), so that every pixel is visited once.
 */
export function blobsAbove(map: Float32Array, widthPx: number, heightPx: number, threshold: number): Blob[] {
  const starts: number[] = [];
  const stops: number[] = []; // inclusive
  const rows: number[] = [];
  const parent: number[] = [];
  const rootOf = (run: number): number => {
    let root = run;
    while (parent[root] !== root) root = parent[root] = parent[parent[root]!]!;
    return root;
  };
  let above = 0; // first run of the row above
  for (let y = 0; y < heightPx; y++) {
    const first = starts.length;
    for (let x = 0, at = y * widthPx; x < widthPx; x++, at++) {
      if (map[at]! <= threshold) continue;
      const start = x;
      while (x + 1 < widthPx && map[at + 1]! > threshold) {
        x++;
        at++;
      }
      const run = starts.length;
      starts.push(start);
      stops.push(x);
      rows.push(y);
      parent.push(run);
      while (above < first && stops[above]! < start - 1) above++;
      for (let other = above; other < first && starts[other]! <= x + 1; other++) {
        const root = rootOf(other);
        const own = rootOf(run);
        if (root < own) parent[own] = root;
        else parent[root] = own;
      }
    }
    above = first;
  }
  return gather(starts, stops, rows, rootOf);
}

function gather(starts: number[], stops: number[], rows: number[], rootOf: (run: number) => number): Blob[] {
  const blobs = new Map<number, { ends: Point[]; areaPx: number }>();
  for (let run = 0; run < starts.length; run++) {
    const root = rootOf(run);
    let blob = blobs.get(root);
    if (blob === undefined) blobs.set(root, (blob = { ends: [], areaPx: 0 }));
    blob.ends.push([starts[run]!, rows[run]!], [stops[run]!, rows[run]!]);
    blob.areaPx += stops[run]! - starts[run]! + 1;
  }
  return [...blobs.values()];
}
