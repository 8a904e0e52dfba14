/**
 * Numbers the glyphs of one row by their places alone. Pitch changes slowly along a row, so glyphs are followed from a stretch
 * of even spacing outwards: each is looked for one pitch further, and a place with nothing near it is counted over.
 */

/** How far from its expected place a glyph may be, in pitches. */
const TOLERANCE = 0.3;
/** Neighbours whose spacing agrees within this share belong to an even stretch. */
const EVENNESS = 0.14;
/** Share by which each new spacing moves the pitch that is expected next. */
const PITCH_UPDATE = 0.2;
const LONGEST_LEAP = 12;

/** The middle spacing of ascending places. */
export function typicalPitch(places: readonly number[]): number {
  const spacings = places.slice(1).map((place, at) => place - places[at]!);
  if (spacings.length === 0) return 0;
  return spacings.sort((a, b) => a - b)[spacings.length >> 1]!;
}

/**
 * @param places ascending, any unit of length.
 * @returns for each place its number, relative to one of them that has 0, or null when it fits nowhere.
 */
export function labelPlaces(places: readonly number[]): (number | null)[] {
  const labels = new Array<number | null>(places.length).fill(null);
  const pitch = typicalPitch(places);
  if (pitch === 0) return labels;
  const stretch = longestEvenStretch(places, pitch);
  for (let at = stretch.from; at <= stretch.until; at++) labels[at] = at - stretch.from;
  const length = stretch.until - stretch.from;
  const stretchPitch = length === 0 ? pitch : (places[stretch.until]! - places[stretch.from]!) / length;
  follow(places, labels, stretch.until, +1, length >= 5 ? endPitch(places, stretch.until, -1) : stretchPitch);
  follow(places, labels, stretch.from, -1, length >= 5 ? endPitch(places, stretch.from, +1) : stretchPitch);
  dropStragglers(labels);
  return labels;
}

/** Fewer than three glyphs beyond a gap of more than four are noise beside the row. */
const STRAGGLERS = 2;
const STRAGGLER_GAP = 4;

function dropStragglers(labels: (number | null)[]): void {
  const places = labels.map((_, at) => at);
  for (const order of [places, places.toReversed()]) {
    const numbered = order.filter((at) => labels[at] !== null);
    for (let place = Math.min(STRAGGLERS, numbered.length - 1); place >= 1; place--) {
      if (Math.abs(labels[numbered[place]!]! - labels[numbered[place - 1]!]!) <= STRAGGLER_GAP) continue;
      for (const at of numbered.slice(0, place)) labels[at] = null;
      break;
    }
  }
}

/** Mean spacing of the five places inwards from an end of a stretch. */
const endPitch = (places: readonly number[], end: number, inwards: 1 | -1): number =>
  Math.abs(places[end + 5 * inwards]! - places[end]!) / 5;

function longestEvenStretch(places: readonly number[], typical: number): { from: number; until: number } {
  let best = { from: 0, until: 0 };
  let from = 0;
  for (let at = 1; at <= places.length; at++) {
    const spacing = at < places.length ? places[at]! - places[at - 1]! : 0;
    const reference = at - 1 > from ? places[at - 1]! - places[at - 2]! : typical;
    const even =
      Math.abs(spacing - reference) < EVENNESS * reference && Math.abs(spacing - typical) < 2.5 * EVENNESS * typical;
    if (even) continue;
    if (at - 1 - from > best.until - best.from) best = { from, until: at - 1 };
    from = at;
  }
  return best;
}

function follow(
  places: readonly number[],
  labels: (number | null)[],
  start: number,
  direction: 1 | -1,
  startPitch: number,
): void {
  let pitch = startPitch;
  let last = places[start]!;
  let label = labels[start]!;
  for (let at = start + direction; at >= 0 && at < places.length; at += direction) {
    const distance = Math.abs(places[at]! - last);
    const leap = Math.round(distance / pitch);
    if (leap > LONGEST_LEAP) return;
    // A leap over many glyphs can be off by more, because the pitch goes on changing underway.
    if (leap < 1 || Math.abs(distance / pitch - leap) > TOLERANCE + 0.02 * (leap - 1)) continue;
    label += direction * leap;
    labels[at] = label;
    pitch += (distance / leap - pitch) * Math.min(1, PITCH_UPDATE * leap);
    last = places[at]!;
  }
}
