import { ALPHABET, classesOf, FILLER, GLYPHS, valueOfClass } from './alphabet.ts';
import { CHECK_WEIGHTS } from './check-digit.ts';
import type { CheckRule, MrzLayout, Span } from './formats.ts';
import { likeliest, type GlyphGrid } from './glyph-grid.ts';

const ANY = classesOf(ALPHABET);
const DIGITS = classesOf('0123456789');
const DIGITS_OR_FILLER = classesOf('0123456789<');
const LETTERS_OR_FILLER = classesOf('ABCDEFGHIJKLMNOPQRSTUVWXYZ<');
const SEXES = classesOf('MFX<');
const FILLER_ONLY = [FILLER];
const FIRST_OF_MONTH = classesOf('01<');
const FIRST_OF_DAY = classesOf('0123<');

/** One place that a check digit covers or stands on. `line` and `column` count from 0. */
type Place = {
  readonly line: number;
  readonly column: number;
  readonly allowed: readonly number[];
  /** Weight in the sum of its own field; 0 outside of fields. */
  readonly fieldWeight: number;
  /** Weight in the composite sum; 0 where the composite does not reach. */
  readonly compositeWeight: number;
  readonly role: 'glyph' | 'field-check' | 'field-check-or-blank' | 'composite-check';
};

export type PlacedGlyph = { readonly line: number; readonly column: number; readonly glyphClass: number };

export type Decoded = { readonly glyphs: readonly PlacedGlyph[]; readonly logLikelihood: number };

const placesOf = (spans: readonly Span[]): { line: number; column: number }[] =>
  spans.flatMap(({ line, from, to }) =>
    Array.from({ length: to - from + 1 }, (_, at) => ({ line: line - 1, column: from - 1 + at })),
  );

const keyOf = ({ line, column }: { line: number; column: number }): number => line * 100 + column;

/**
 * Every place that a check digit has a say in, in the order in which both sums run: a field's check digit right after its
 * glyphs, the composite digit last.
 */
export function checkedPlaces(layout: MrzLayout, rules: readonly CheckRule[]): readonly Place[] {
  const fieldWeights = new Map<number, number>();
  const allowed = new Map<number, readonly number[]>();
  const roles = new Map<number, Place['role']>();
  const typed = (span: Span | null, classes: readonly number[]): void => {
    if (span !== null) for (const place of placesOf([span])) allowed.set(keyOf(place), classes);
  };
  typed(layout.sex, SEXES);
  typed(layout.issuingState, LETTERS_OR_FILLER);
  for (const names of layout.names) typed(names, LETTERS_OR_FILLER);

  const composite = rules.find((rule) => rule.name === 'composite');
  const fields = rules.filter((rule) => rule !== composite);
  for (const rule of fields) {
    placesOf(rule.over).forEach((place, at) => {
      fieldWeights.set(keyOf(place), CHECK_WEIGHTS[at % 3]!);
      if (rule.holds === 'date')
        allowed.set(keyOf(place), at === 2 ? FIRST_OF_MONTH : at === 4 ? FIRST_OF_DAY : DIGITS_OR_FILLER);
    });
    const blank = rule.blankWhenEmpty === true;
    const [at] = placesOf([rule.at]);
    allowed.set(keyOf(at!), blank ? DIGITS_OR_FILLER : DIGITS);
    roles.set(keyOf(at!), blank ? 'field-check-or-blank' : 'field-check');
    // A number that goes on in the optional data leaves filler where its check digit would stand.
    const [usual] = placesOf([layout.checks.find((known) => known.name === rule.name)!.at]);
    if (keyOf(usual!) !== keyOf(at!)) allowed.set(keyOf(usual!), FILLER_ONLY);
  }

  const compositeWeights = new Map<number, number>();
  if (composite !== undefined) {
    placesOf(composite.over).forEach((place, at) => compositeWeights.set(keyOf(place), CHECK_WEIGHTS[at % 3]!));
    typed(composite.at, DIGITS);
    roles.set(keyOf(placesOf([composite.at])[0]!), 'composite-check');
  }
  const order =
    composite === undefined
      ? [...placesOf(fields.flatMap((rule) => [...rule.over, rule.at])), ...placesOf(layout.optionalData)]
      : placesOf([...composite.over, composite.at]);
  return order.map((place) => ({
    ...place,
    allowed: allowed.get(keyOf(place)) ?? ANY,
    fieldWeight: fieldWeights.get(keyOf(place)) ?? 0,
    compositeWeight: compositeWeights.get(keyOf(place)) ?? 0,
    role: roles.get(keyOf(place)) ?? 'glyph',
  }));
}

/** Each place on its own: the likeliest class, within what the field may hold (`typed`) or of all. */
export function decodeUnchecked(grid: GlyphGrid, places: readonly Place[], typed: boolean): Decoded {
  let logLikelihood = 0;
  const glyphs = places.map(({ line, column, allowed }) => {
    const glyphClass = likeliest(grid, line, column, typed ? allowed : ANY);
    logLikelihood += grid.rows[line]![column * GLYPHS + glyphClass]!;
    return { line, column, glyphClass };
  });
  return { glyphs, logLikelihood };
}

const STATES = 100; // field sum modulo 10, times ten, plus composite sum modulo 10
const IMPOSSIBLE = -1e9;

/**
 * The likeliest glyphs under which all check digits hold at once: Viterbi over the pair of running sums. Exact, because a
 * field's check digit follows its glyphs, so that one running field sum at a time is enough.
 */
export function decodeChecked(grid: GlyphGrid, places: readonly Place[]): Decoded {
  let scores = new Float64Array(STATES).fill(IMPOSSIBLE);
  scores[0] = 0;
  const steps: { from: Int8Array; glyphClass: Int8Array }[] = [];
  for (const place of places) {
    const next = new Float64Array(STATES).fill(IMPOSSIBLE);
    const from = new Int8Array(STATES).fill(-1);
    const chosen = new Int8Array(STATES).fill(-1);
    const row = grid.rows[place.line]!;
    const offset = place.column * GLYPHS;
    for (let state = 0; state < STATES; state++) {
      if (scores[state]! <= IMPOSSIBLE) continue;
      const fieldSum = Math.floor(state / 10);
      const compositeSum = state % 10;
      for (const glyphClass of place.allowed) {
        if (!fits(place, glyphClass, fieldSum, compositeSum)) continue;
        const value = valueOfClass(glyphClass);
        const field = place.role === 'glyph' ? (fieldSum + value * place.fieldWeight) % 10 : 0;
        const to = field * 10 + ((compositeSum + value * place.compositeWeight) % 10);
        const score = scores[state]! + row[offset + glyphClass]!;
        if (score <= next[to]!) continue;
        next[to] = score;
        from[to] = state;
        chosen[to] = glyphClass;
      }
    }
    steps.push({ from, glyphClass: chosen });
    scores = next;
  }
  return traceBack(places, steps, scores);
}

/** Whether a class may stand on a check digit's place, given the sums so far. Other places take all they allow. */
function fits(place: Place, glyphClass: number, fieldSum: number, compositeSum: number): boolean {
  switch (place.role) {
    case 'glyph':
      return true;
    case 'composite-check':
      return glyphClass === compositeSum;
    case 'field-check':
      return glyphClass === fieldSum;
    case 'field-check-or-blank':
      return glyphClass === FILLER ? fieldSum === 0 : glyphClass === fieldSum;
  }
}

function traceBack(
  places: readonly Place[],
  steps: readonly { from: Int8Array; glyphClass: Int8Array }[],
  scores: Float64Array,
): Decoded {
  let state = 0;
  for (let candidate = 1; candidate < STATES; candidate++) if (scores[candidate]! > scores[state]!) state = candidate;
  const logLikelihood = scores[state]!;
  const glyphs: PlacedGlyph[] = [];
  if (logLikelihood <= IMPOSSIBLE) return { glyphs, logLikelihood: -Infinity };
  for (let at = places.length - 1; at >= 0; at--) {
    const { line, column } = places[at]!;
    glyphs.unshift({ line, column, glyphClass: steps[at]!.glyphClass[state]! });
    state = steps[at]!.from[state]!;
  }
  return { glyphs, logLikelihood };
}
