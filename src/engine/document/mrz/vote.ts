/**
 * Readings of one row that do not agree on its columns, voted on glyph by glyph: each is laid against the others where they have
 * glyphs in common, and at every place the glyph that most of them have, or none, is kept. Readers of strange print lose glyphs
 * and see wide ones twice, but seldom the same ones. The first reading wins ties.
 * Source: Fiscus, "A post-processing system to yield reduced word error rates: recognizer output voting error reduction", 1997.
 */
export function voted(readings: readonly string[]): string {
  const [first = '', ...others] = readings;
  const slots = others.reduce<Slot[]>(
    (sofar, text, at) => laidAgainst(sofar, text, at + 1),
    [...first].map((glyph) => [glyph]),
  );
  return slots.map(winner).join('');
}

/** What each reading has at one place, in their order; an empty string where it has nothing. */
type Slot = readonly string[];

/** Whole numbers, so that the way back through the sums is found by comparing them. */
const APART = 10;
const LOOK_ALIKE = 3;
const SKIPPED = 8;
/** Readers take these for each other: as good as the same when rows are laid against each other. */
const ALIKE = ['0OQD', '1IL', '2Z', '5S', '8B', '6G', 'CG', '4A', 'UV', 'K<'];

function distance(slot: Slot, glyph: string): number {
  if (slot.includes(glyph)) return 0;
  return slot.some((other) => areAlike(glyph, other)) ? LOOK_ALIKE : APART;
}

/** The least edits between slots and a text; the text's glyphs join their slots, or get one of their own. */
function laidAgainst(slots: readonly Slot[], text: string, readingsBefore: number): Slot[] {
  const width = text.length + 1;
  const cost = new Float64Array((slots.length + 1) * width);
  for (let j = 1; j < width; j++) cost[j] = j * SKIPPED;
  for (let i = 1; i <= slots.length; i++) {
    cost[i * width] = i * SKIPPED;
    for (let j = 1; j < width; j++)
      cost[i * width + j] = Math.min(
        cost[(i - 1) * width + j - 1]! + distance(slots[i - 1]!, text[j - 1]!),
        cost[(i - 1) * width + j]! + SKIPPED,
        cost[i * width + j - 1]! + SKIPPED,
      );
  }
  const laid: Slot[] = [];
  let i = slots.length;
  let j = text.length;
  while (i > 0 || j > 0) {
    const here = cost[i * width + j]!;
    const isPaired = i > 0 && j > 0 && here === cost[(i - 1) * width + j - 1]! + distance(slots[i - 1]!, text[j - 1]!);
    if (isPaired) laid.push([...slots[--i]!, text[--j]!]);
    else if (i > 0 && here === cost[(i - 1) * width + j]! + SKIPPED) laid.push([...slots[--i]!, '']);
    else laid.push([...Array.from({ length: readingsBefore }, () => ''), text[--j]!]);
  }
  return laid.reverse();
}

/** The glyph that most readings have, look-alikes counting for each other first and by themselves second. */
function winner(slot: Slot): string {
  const support = (glyph: string): number =>
    slot.filter((other) => areAlike(glyph, other)).length + slot.filter((other) => other === glyph).length / 10;
  return slot.reduce((best, glyph) => (support(glyph) > support(best) ? glyph : best));
}

const areAlike = (a: string, b: string): boolean =>
  a === b || (a !== '' && b !== '' && ALIKE.some((group) => group.includes(a) && group.includes(b)));
