/** A place on the globe, degrees (WGS 84). */
export type Degrees = { readonly latitude: number; readonly longitude: number };

/**
 * A picture of a part of the globe: equirectangular, true at the latitude of its middle, which stands in the middle of a frame of 0 … 1 × 0 … `ratio`.
 * Distances near the middle are right; that is all that a map which shows the country and the coast needs.
 */
export type MapFrame = { readonly middle: Degrees; readonly widthDegrees: number; readonly ratio: number };

/** Where a place stands in the frame. Longitudes are taken the short way round from the middle. */
export function placed({ middle, widthDegrees, ratio }: MapFrame, { latitude, longitude }: Degrees): [number, number] {
  const shrink = Math.max(0.2, Math.cos((middle.latitude * Math.PI) / 180));
  const east = ((((longitude - middle.longitude) % 360) + 540) % 360) - 180;
  // `widthDegrees` are degrees of latitude: as wide on the ground everywhere.
  return [0.5 + (east * shrink) / widthDegrees, ratio / 2 - (latitude - middle.latitude) / widthDegrees];
}

/** Kilometres of one degree of latitude. */
const KM_PER_DEGREE = 111.2;

/** A round length for the scale bar, at most `share` of the frame, and how much of the frame it takes. */
export function scaleBar({ widthDegrees }: MapFrame, share = 0.3): { readonly km: number; readonly share: number } {
  const mostKm = widthDegrees * KM_PER_DEGREE * share;
  const power = 10 ** Math.floor(Math.log10(mostKm));
  const km = [5, 2, 1].map((factor) => factor * power).find((round) => round <= mostKm) ?? power;
  return { km, share: km / (widthDegrees * KM_PER_DEGREE) };
}

/**
 * Rings of a country as path data, in thousandths of the frame. A ring that crosses the seam behind the middle is broken there instead of being drawn
 * across the whole picture; what lies wholly beside the frame is left out.
 * @param rings closed lines of `[longitude, latitude]`, as GeoJSON has them.
 */
export function pathOf(frame: MapFrame, rings: readonly (readonly (readonly number[])[])[]): string {
  const paths: string[] = [];
  for (const ring of rings) {
    const points = ring.map(([longitude, latitude]) =>
      placed(frame, { longitude: longitude ?? 0, latitude: latitude ?? 0 }),
    );
    if (!touches(points, frame.ratio)) continue;
    let path = '';
    let before: [number, number] | null = null;
    for (const [x, y] of points) {
      const isBroken = before === null || Math.abs(x - before[0]) * frame.widthDegrees > 90;
      path += `${isBroken ? 'M' : 'L'}${(x * 1000).toFixed(1)} ${(y * 1000).toFixed(1)}`;
      before = [x, y];
    }
    paths.push(path);
  }
  return paths.join('');
}

function touches(points: readonly (readonly [number, number])[], ratio: number): boolean {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return Math.min(...xs) <= 1 && Math.max(...xs) >= 0 && Math.min(...ys) <= ratio && Math.max(...ys) >= 0;
}

/** `40.41680° N, 3.70380° W`, with the letters of the language. @param letters of north, south, east, west. */
export function degreesText(
  { latitude, longitude }: Degrees,
  letters: readonly [string, string, string, string],
): string {
  const [north, south, east, west] = letters;
  const part = (value: number, positive: string, negative: string): string =>
    `${Math.abs(value).toFixed(5)}° ${value < 0 ? negative : positive}`;
  return `${part(latitude, north, south)}, ${part(longitude, east, west)}`;
}
