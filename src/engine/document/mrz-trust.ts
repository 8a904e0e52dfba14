import type { Mrz } from './document.ts';
import { isStateCode } from './mrz/countries.ts';
import { layouts, spanText } from './mrz/formats.ts';

const LEAST_CHECKS = 2; // noise passes one check digit in ten
const LEAST_CONFIDENCE = 0.7; // mean over the glyphs; noise is read at less

/**
 * Whether a zone is one at all: its reader vouches for it, or its glyphs are clear, a state issued it and two of its check digits
 * hold as read. What is less than that tells nothing of the document.
 */
export function isCredible(mrz: Mrz): boolean {
  if (mrz.accepted) return true;
  const glyphs = mrz.glyphConfidence.flat();
  const mean = glyphs.reduce((sum, p) => sum + p, 0) / Math.max(1, glyphs.length);
  const isIssued = isStateCode(spanText(mrz.lines, layouts[mrz.format].issuingState));
  return isIssued && mean >= LEAST_CONFIDENCE && mrz.checks.filter(({ passedRaw }) => passedRaw).length >= LEAST_CHECKS;
}
