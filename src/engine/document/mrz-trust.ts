import type { Mrz } from './document.ts';
import { isStateCode } from './mrz/countries.ts';
import { layouts, spanText } from './mrz/formats.ts';

const LEAST_CHECKS = 2; // noise passes one check digit in ten
const LEAST_CONFIDENCE = 0.7; // mean over the glyphs; noise is read at less
// Print this clear is a zone whatever its check digits say: three specimens against the standard are read at 0.97 or more. A zone
// with wrong check digits is what speaks against a document; it must not be taken for no zone.
const CLEAR_CONFIDENCE = 0.95;

/**
 * Whether a zone is one at all: its reader vouches for it, or a state issued it and its glyphs are clear, or less clear but two of its
 * check digits hold as read. What is less than that tells nothing of the document.
 */
export function isCredible(mrz: Mrz): boolean {
  if (mrz.accepted) return true;
  const glyphs = mrz.glyphConfidence.flat();
  const mean = glyphs.reduce((sum, p) => sum + p, 0) / Math.max(1, glyphs.length);
  const isIssued = isStateCode(spanText(mrz.lines, layouts[mrz.format].issuingState));
  if (!isIssued) return false;
  const held = mrz.checks.filter(({ passedRaw }) => passedRaw).length;
  return mean >= CLEAR_CONFIDENCE || (mean >= LEAST_CONFIDENCE && held >= LEAST_CHECKS);
}
