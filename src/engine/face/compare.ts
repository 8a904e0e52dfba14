import type { FaceTemplate } from './face.ts';

/** How alike two templates are. Scores are read at operating points (`decision/face.ts`); none is a probability. */
export type FaceComparison = {
  /** Cosine similarity under each embedder, in [-1, 1]. */
  readonly cosineA: number;
  readonly cosineB: number;
  /** See `fuse`; strangers lie around 0, in [-9, 9]. */
  readonly fused: number;
};

/**
 * Standard deviation of each embedder's cosine between strangers, measured on 27,634 pairs of pictures of different people
 * (`docs/decisions/0003-face-comparison.md`). They put both cosines on one scale.
 */
const SPREAD_A = 0.092;
const SPREAD_B = 0.14;

/** Compares two templates made by the same pair of embedders. @throws RangeError when their lengths differ, which is a bug. */
export function compareTemplates(one: FaceTemplate, other: FaceTemplate): FaceComparison {
  const cosineA = cosine(one.a, other.a);
  const cosineB = cosine(one.b, other.b);
  return { cosineA, cosineB, fused: fuse(cosineA, cosineB) };
}

/** The mean of both cosines, each in units of its spread between strangers. */
export const fuse = (cosineA: number, cosineB: number): number => (cosineA / SPREAD_A + cosineB / SPREAD_B) / 2;

/**
 * Cosine similarity of two faces, in [-1, 1]; higher is more alike. Not a probability: read it at an operating point.
 * @param one,other L2-normalised embeddings of one model.
 * @throws RangeError if lengths differ: two models were mixed, which is a bug.
 */
export function cosine(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) throw new RangeError('embeddings of different models are not comparable');
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i]! * other[i]!;
  return Math.max(-1, Math.min(1, sum));
}

/**
 * Where the similarity shown to people is 80: at most 1 in 1,000 pairs of strangers reaches it. Every operating point of the
 * comparison is derived from the similarity, so this and `IDENTITY` fix the map.
 */
export const FUSED_AT_80 = 3.65;

/** The fused score of a template with itself. */
export const IDENTITY = fuse(1, 1);

/**
 * The fused score as people see it: 0 for strangers' typical scores and below, 80 at the operating point, 100 for identical
 * templates only; straight lines between them, so it rises strictly from 0 to 100. Not a probability.
 */
export function similarityPercent(fused: number): number {
  if (fused <= 0) return 0;
  if (fused <= FUSED_AT_80) return (fused / FUSED_AT_80) * 80;
  return Math.min(100, 80 + ((fused - FUSED_AT_80) / (IDENTITY - FUSED_AT_80)) * 20);
}

/** The inverse of `similarityPercent` over (0, 100]. */
export const fusedAt = (percent: number): number =>
  percent <= 80 ? (percent / 80) * FUSED_AT_80 : FUSED_AT_80 + ((percent - 80) / 20) * (IDENTITY - FUSED_AT_80);
