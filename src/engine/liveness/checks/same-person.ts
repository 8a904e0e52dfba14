import type { FaceTrack, IdentitySample } from '../face-track.ts';
import { cosine, unitLength } from '../identity.ts';
import type { LivenessCheck } from './check.ts';

/** Samples in a stretch; about a second at the tracker's rate. */
const STRETCH = 3;
/**
 * A face turned further, or one that the mesh is not sure of because a hand passes before it, says little about whose it is: the
 * same man then compares with himself as a stranger does.
 */
const MOST_ASYMMETRY = 0.35;
const LEAST_MESH_FLAG = 0.9;

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
  const stretches = Array.from({ length: Math.max(0, samples.length - STRETCH + 1) }, (_, at) => ({
    sample: samples[at]!,
    mean: meanDirection(samples.slice(at, at + STRETCH)),
  }));
  let worst: Pair | null = null;
  for (let a = 0; a < stretches.length; a++)
    for (let b = a + STRETCH; b < stretches.length; b++) {
      const alike = cosine(stretches[a]!.mean, stretches[b]!.mean);
      if (worst === null || alike < worst.alike)
        worst = { alike, first: stretches[a]!.sample, second: stretches[b]!.sample };
    }
  return worst;
}

function meanDirection(samples: readonly IdentitySample[]): Float32Array {
  const sum = new Float32Array(samples[0]!.embedding.length);
  for (const { embedding } of samples) for (let at = 0; at < sum.length; at++) sum[at]! += embedding[at]!;
  return unitLength(sum);
}
