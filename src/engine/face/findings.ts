import type { Finding } from '../../verification/assessment.ts';
import { citeOf } from '../runtime/manifest.ts';
import { compareTemplates, similarityPercent } from './compare.ts';
import type { FaceTemplate } from './face.ts';
import type { Portrait } from './portrait.ts';

/** The portrait as the comparison needs it. */
export type ComparedPortrait = Pick<Portrait, 'faceHeightPx' | 'confidence'> & { readonly template: FaceTemplate };

/**
 * Person against portrait:
 *
 * | check | score |
 * |---|---|
 * | `face/comparison` | fused comparison score (`compare.ts`) |
 * | `face/portrait` | how surely a portrait was found, 0 … 1 |
 * | `face/portrait-size` | forehead to chin on the photograph, px |
 *
 * Cosines of two templates take no time worth measuring; what takes time is counted where templates are made.
 * @param person the template of the face video; null when no frame shows a face that can be compared.
 * @param portrait null when none was found.
 * @param framesUsed how many frames the person's template averages.
 */
export function faceFindings(
  person: FaceTemplate | null,
  portrait: ComparedPortrait | null,
  framesUsed: number,
): Finding[] {
  return [comparisonFinding(person, portrait, framesUsed), ...portraitFindings(portrait)];
}

const comparison = {
  check: 'face/comparison',
  model: `${citeOf('face-embedder-a')} + ${citeOf('face-embedder-b')}`,
  durationMs: 0,
} as const;

function comparisonFinding(
  person: FaceTemplate | null,
  portrait: ComparedPortrait | null,
  framesUsed: number,
): Finding {
  if (person === null) return { ...comparison, inconclusive: 'no-face-in-video' };
  if (portrait === null) return { ...comparison, inconclusive: 'no-portrait', details: { framesUsed } };
  const { cosineA, cosineB, fused } = compareTemplates(person, portrait.template);
  return {
    ...comparison,
    score: fused,
    higherMeans: 'same person',
    details: {
      cosineA,
      cosineB,
      similarityPercent: similarityPercent(fused),
      portraitFaceHeightPx: portrait.faceHeightPx,
      framesUsed,
    },
  };
}

function portraitFindings(portrait: ComparedPortrait | null): Finding[] {
  const found = { check: 'face/portrait', model: citeOf('face-detector'), durationMs: 0 };
  const size = { check: 'face/portrait-size', durationMs: 0 };
  if (portrait === null)
    return [
      { ...found, inconclusive: 'no-portrait' },
      { ...size, inconclusive: 'no-portrait' },
    ];
  return [
    { ...found, score: portrait.confidence, higherMeans: 'a portrait' },
    { ...size, score: portrait.faceHeightPx, higherMeans: 'more detail' },
  ];
}
