import type { MrzFormat } from '../document.ts';
import { ALPHABET, classesOf, FILLER, textOf } from './alphabet.ts';
import { checkedPlaces, decodeChecked, decodeUnchecked, type PlacedGlyph } from './check-automaton.ts';
import { checkRules, layouts, verifyChecks, type CheckName, type MrzLayout, type Span } from './formats.ts';
import { likeliest, logProbability, type GlyphGrid } from './glyph-grid.ts';
import { decodeNames } from './name-grammar.ts';
import { decodeStates } from './state-decode.ts';

/** A grid of log-probabilities decoded as one format. */
export type DecodedMrz = {
  readonly format: MrzFormat;
  readonly lines: readonly string[];
  /** The likeliest glyph of each place on its own. */
  readonly rawLines: readonly string[];
  readonly checks: readonly { readonly name: CheckName; readonly passed: boolean; readonly passedRaw: boolean }[];
  /** Glyphs that the check digits changed. */
  readonly repairedGlyphs: number;
  /** Nats given up for the check digits; null when that was too much and the lines are as seen. */
  readonly priceNats: number | null;
  /** Mean over all glyphs, nats; 0 is certain. */
  readonly meanLogLikelihood: number;
  /** Probability of each glyph of `lines`. */
  readonly glyphConfidence: readonly (readonly number[])[];
};

/**
 * Nats that the check digits may cost. Above, the print itself is likelier to be wrong than the reading (specimens with
 * check digits that were never true), and it is read as it stands.
 */
const PRICE_LIMIT_NATS = 6;
/** What a reading that does not satisfy its check digits gives up against another format that does. */
const UNCHECKED_COST = 10;
/** Visas differ from passports in their initial alone, and are rare. */
const VISA_COST = 3;
/** The second glyph of the document code: filler is the usual one, digits are outside of the standard. */
const CODE_FILLER_BONUS = 1;
const CODE_DIGIT_COST = 3;

const ANY = classesOf(ALPHABET);

/** Decodes under every format of this many rows of this length and keeps the likeliest; null where there is none. */
export function decodeGrid(grid: GlyphGrid): DecodedMrz | null {
  let best: DecodedMrz | null = null;
  let top = -Infinity;
  for (const layout of Object.values(layouts)) {
    if (layout.lines !== grid.rows.length || layout.lineLength !== grid.lineLength) continue;
    const decoded = decodeAs(layout, grid);
    const score =
      decoded.meanLogLikelihood * layout.lines * layout.lineLength -
      (decoded.priceNats === null ? UNCHECKED_COST : 0) -
      (layout.codeInitials === 'V' ? VISA_COST : 0);
    if (score <= top) continue;
    top = score;
    best = decoded;
  }
  return best;
}

/** The likeliest lines under everything that a format knows: check digits, field types, states, grammar of names. */
export function decodeAs(layout: MrzLayout, grid: GlyphGrid): DecodedMrz {
  const raw = grid.rows.map((_, line) =>
    Array.from({ length: grid.lineLength }, (_glyph, column) => likeliest(grid, line, column, ANY)),
  );
  const rawLines = raw.map(textOf);
  const classes = raw.map((row) => [...row]);
  const put = (glyphs: readonly PlacedGlyph[]): void => {
    for (const { line, column, glyphClass } of glyphs) classes[line]![column] = glyphClass;
  };
  const putText = (span: Span, text: string): void =>
    classesOf(text).forEach((glyphClass, at) => (classes[span.line - 1]![span.from - 1 + at] = glyphClass));

  putText(layout.documentCode, documentCode(layout, grid));
  if (layout.format === 'IDFRA') putText(layout.issuingState, 'FRA');
  else {
    const states = decodeStates(grid, layout.issuingState, layout.nationality!);
    putText(layout.issuingState, states.issuer);
    putText(layout.nationality!, states.nationality);
    const names = layout.names[0]!;
    const decoded = decodeNames(grid.rows[names.line - 1]!, names.from - 1, names.to - names.from + 1);
    putText(names, textOf(decoded.classes));
  }
  put([sexGlyph(layout, grid)]);

  const places = checkedPlaces(layout, checkRules(layout, rawLines));
  const seen = decodeUnchecked(grid, places, true);
  const checked = decodeChecked(grid, places);
  const price = seen.logLikelihood - checked.logLikelihood;
  const affordable = price <= PRICE_LIMIT_NATS;
  put(affordable ? checked.glyphs : decodeUnchecked(grid, places, false).glyphs);

  const lines = classes.map(textOf);
  const logProbabilities = classes.map((row, line) =>
    row.map((glyphClass, column) => logProbability(grid, line, column, glyphClass)),
  );
  const glyphs = layout.lines * layout.lineLength;
  const onRaw = verifyChecks(layout, rawLines);
  return {
    format: layout.format,
    lines,
    rawLines,
    checks: verifyChecks(layout, lines).map(({ name, holds }, at) => ({
      name,
      passed: holds,
      passedRaw: holds && onRaw[at]!.holds,
    })),
    repairedGlyphs: affordable ? countDifferent(seen.glyphs, checked.glyphs) : 0,
    priceNats: affordable ? price : null,
    meanLogLikelihood: logProbabilities.flat().reduce((sum, nats) => sum + nats, 0) / glyphs,
    glyphConfidence: logProbabilities.map((row) => row.map(Math.exp)),
  };
}

const countDifferent = (seen: readonly PlacedGlyph[], checked: readonly PlacedGlyph[]): number =>
  seen.filter(({ glyphClass }, at) => checked[at]?.glyphClass !== glyphClass).length;

function documentCode(layout: MrzLayout, grid: GlyphGrid): string {
  if (layout.format === 'IDFRA') return 'ID';
  const initial = likeliest(grid, 0, 0, classesOf(layout.codeInitials));
  let second = FILLER;
  let top = -Infinity;
  for (const glyphClass of ANY) {
    const bias = glyphClass === FILLER ? CODE_FILLER_BONUS : glyphClass < 10 ? -CODE_DIGIT_COST : 0;
    const score = logProbability(grid, 0, 1, glyphClass) + bias;
    if (score > top) [top, second] = [score, glyphClass];
  }
  return textOf([initial, second]);
}

const SEXES = classesOf('MFX<');

function sexGlyph(layout: MrzLayout, grid: GlyphGrid): PlacedGlyph {
  const line = layout.sex.line - 1;
  const column = layout.sex.from - 1;
  return { line, column, glyphClass: likeliest(grid, line, column, SEXES) };
}
