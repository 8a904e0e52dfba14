import { classesOf, FILLER, FIRST_LETTER, textOf } from './alphabet.ts';
import { isStateCode, stateCodes } from './countries.ts';
import type { Span } from './formats.ts';
import { likeliest, logProbability, type GlyphGrid } from './glyph-grid.ts';

/** Nats that a code outside of the standard's list costs: some states print their own (`BDR`, `SI<`). */
const UNLISTED_COST = 5;
/** Nats for issuing state and nationality being one: true of most documents. */
const SAME_STATE_BONUS = 2.5;
const CANDIDATES = 6;

const LETTERS_OR_FILLER = Array.from({ length: FILLER - FIRST_LETTER + 1 }, (_, at) => FIRST_LETTER + at);

type Candidate = { readonly code: string; readonly logLikelihood: number };

/** The likeliest pair of codes for issuing state and nationality. */
export function decodeStates(
  grid: GlyphGrid,
  issuer: Span,
  nationality: Span,
): { readonly issuer: string; readonly nationality: string } {
  const issuers = candidates(grid, issuer);
  const nationalities = candidates(grid, nationality);
  for (const { code } of issuers)
    if (!nationalities.some((known) => known.code === code))
      nationalities.push({ code, logLikelihood: likelihoodOf(grid, nationality, code) });
  let best = { issuer: issuers[0]!.code, nationality: nationalities[0]!.code };
  let top = -Infinity;
  for (const from of issuers)
    for (const of of nationalities) {
      const score = from.logLikelihood + of.logLikelihood + (from.code === of.code ? SAME_STATE_BONUS : 0);
      if (score <= top) continue;
      top = score;
      best = { issuer: from.code, nationality: of.code };
    }
  return best;
}

function candidates(grid: GlyphGrid, span: Span): Candidate[] {
  const found = stateCodes.map((code) => ({ code, logLikelihood: likelihoodOf(grid, span, code) }));
  const seen = textOf([0, 1, 2].map((at) => likeliest(grid, span.line - 1, span.from - 1 + at, LETTERS_OR_FILLER)));
  if (!isStateCode(seen)) found.push({ code: seen, logLikelihood: likelihoodOf(grid, span, seen) });
  return found.sort((a, b) => b.logLikelihood - a.logLikelihood).slice(0, CANDIDATES);
}

function likelihoodOf(grid: GlyphGrid, span: Span, code: string): number {
  let sum = isStateCode(code) ? 0 : -UNLISTED_COST;
  classesOf(code).forEach((glyphClass, at) => {
    sum += logProbability(grid, span.line - 1, span.from - 1 + at, glyphClass);
  });
  return sum;
}
