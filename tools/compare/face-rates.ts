import { equalErrorRate, fnmrAtFmr, sortedScores } from '../../src/evaluation/statistics.ts';
import type { FacePicture } from './pictures.ts';

export type FaceRates = {
  readonly found: number;
  readonly images: number;
  readonly genuine: number;
  readonly impostor: number;
  readonly eer: number;
  readonly fnmrAt1e2: number;
  readonly fnmrAt1e3: number;
};

/**
 * Error rates over all pairs of pictures. A picture on which a tool found no face matches nobody, so its genuine pairs count as
 * missed: a tool that skips what is hard gains nothing.
 */
export function faceRates<Template>(
  pictures: readonly FacePicture[],
  templates: readonly (Template | null)[],
  similarity: (one: Template, other: Template) => number,
): FaceRates {
  const genuine: number[] = [];
  const impostor: number[] = [];
  for (let i = 0; i < pictures.length; i++)
    for (let j = i + 1; j < pictures.length; j++) {
      const [one, other] = [templates[i] ?? null, templates[j] ?? null];
      const score = one === null || other === null ? matchesNobody : similarity(one, other);
      (pictures[i]!.identity === pictures[j]!.identity ? genuine : impostor).push(score);
    }
  const scores = sortedScores(genuine, impostor);
  return {
    found: templates.filter((template) => template !== null).length,
    images: pictures.length,
    genuine: genuine.length,
    impostor: impostor.length,
    eer: equalErrorRate(scores).eer,
    fnmrAt1e2: fnmrAtFmr(scores, 1e-2),
    fnmrAt1e3: fnmrAtFmr(scores, 1e-3),
  };
}

/** Below every score of either tool. */
const matchesNobody = -100;

/** face-api.js compares by Euclidean distance: nearer is more alike. */
export const nearness = (one: readonly number[], other: readonly number[]): number =>
  -Math.hypot(...one.map((value, i) => value - other[i]!));
