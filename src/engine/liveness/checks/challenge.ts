import type { CheckResult, Evidence, LivenessCheck } from './check.ts';

/** The share of the challenge's steps that were followed, in order, until the first that was not. */
export const challengeFollowed = {
  check: 'liveness/challenge',
  measure({ response }: Pick<Evidence, 'response'>): CheckResult {
    if (response === null) return { inconclusive: 'not-asked' };
    const { steps, baseline } = response;
    const details = {
      asked: steps.map(({ gesture }) => gesture),
      verdicts: steps.map(({ verdict }) => verdict),
      seen: response.events.map(({ gesture, fromMs, toMs }) => `${gesture} ${fromMs}–${toMs} ms`),
      neutralFrames: baseline?.frames ?? 0,
    };
    if (response.inconclusive !== null) return { inconclusive: response.inconclusive, details };
    if (steps.length === 0) return { inconclusive: 'not-asked', details };
    const followed = steps.filter(({ verdict }) => verdict === 'followed').length;
    return { score: followed / steps.length, higherMeans: 'followed the challenge', details };
  },
} satisfies LivenessCheck;
