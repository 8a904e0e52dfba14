import type { LivenessCheck } from './check.ts';

/** A face from half the applicant's size up is not somebody passing by in the background. */
const AS_LARGE = 0.5;

/** How often, when the whole frame was searched, there was somebody else's face beside the applicant's. */
export const oneFace: LivenessCheck = {
  check: 'liveness/one-face',
  measure({ track: { detections } }) {
    if (detections.length === 0) return { inconclusive: 'no-frame' };
    const crowded = detections.filter(({ secondFaceShare }) => secondFaceShare >= AS_LARGE);
    return {
      score: crowded.length / detections.length,
      higherMeans: 'somebody else in the picture',
      ...(crowded[0] === undefined ? {} : { frame: crowded[0].index }),
      details: { searched: detections.length },
    };
  },
};
