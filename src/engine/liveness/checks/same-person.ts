import type { FaceTrack, IdentitySample } from '../face-track.ts';
import { cosine, unitLength } from '../identity.ts';
import type { LivenessCheck } from './check.ts';

/** Samples in a stretch; about a second at the tracker's rate. */
const STRETCH = 3;
const MOST_ASYMMETRY = 0.5;
/** Below it, a hand or a wave of hair passes before the face. */
const LEAST_MESH_FLAG = 0.9;
/**
 * Length of the mean of a stretch's directions: 1 when its samples agree. A stretch that does not agree with itself shows a face
 * half turned or half hidden, and then a man compares with himself as a stranger does; it says nothing about who is there.
 */
const LEAST_AGREEMENT = 0.85;

/**
 * The two stretches of a second that look least like one person: cosine of their mean embeddings. Every stretch is held against
 * every other, so that it does not matter who came first, or whether somebody comes back.
 */
export const samePerson: LivenessCheck = {
  check: 'liveness/same-person',
  measure({ track }) {
    if (track.isStill) return { inconclusive: 'still-image' };
    const model = track.identityModel;
    const samples = track.identities.filter(
      ({ asymmetry, meshFlag }) => Math.abs(asymmetry) < MOST_ASYMMETRY && meshFlag >= LEAST_MESH_FLAG,
    );
    const details = { samples: samples.length, jumps: track.jumps };
    const worst = leastAlike(samples);
    if (worst === null) return { inconclusive: 'too-few-frames', model, details };
    const { alike, first, second } = worst;
    return {
      score: alike,
      higherMeans: 'one person throughout',
      model,
      frame: second.index,
      details: { ...details, atMs: [first.atMs, second.atMs] },
    };
  },
};

type Pair = { readonly alike: number; readonly first: IdentitySample; readonly second: IdentitySample };

function leastAlike(samples: FaceTrack['identities']): Pair | null {
  const stretches = stretchesOf(samples);
  let worst: Pair | null = null;
  for (const first of stretches)
    for (const second of stretches) {
      if (second.from < first.from + STRETCH) continue;
      const alike = cosine(first.mean, second.mean);
      if (worst === null || alike < worst.alike)
        worst = { alike, first: samples[first.from]!, second: samples[second.from]! };
    }
  return worst;
}

type Stretch = { readonly from: number; readonly mean: Float32Array };

/** Every run of samples that agrees with itself, and its mean direction. */
function stretchesOf(samples: FaceTrack['identities']): Stretch[] {
  const stretches: Stretch[] = [];
  for (let from = 0; from + STRETCH <= samples.length; from++) {
    const sum = new Float32Array(samples[from]!.embedding.length);
    for (const { embedding } of samples.slice(from, from + STRETCH))
      for (let at = 0; at < sum.length; at++) sum[at]! += embedding[at]!;
    const agreement = Math.sqrt(cosine(sum, sum)) / STRETCH;
    if (agreement >= LEAST_AGREEMENT) stretches.push({ from, mean: unitLength(sum) });
  }
  return stretches;
}
