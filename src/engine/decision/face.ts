import { isMeasured, type Finding, type Measured, type Reason } from '../../verification/assessment.ts';
import type { OperatingLine } from './operating-line.ts';

/** Lines of the comparison of person and portrait. Where they come from: `docs/decisions/0003-face-comparison.md`. */
export type FacePoints = {
  /** From this fused score on, two faces are one person's: what people see as a similarity of `samePercent`. */
  readonly sameFused: number;
  readonly samePercent: number;
  /** Below it, two faces are very different: not one person's with a bad picture, but two people's. */
  readonly veryDifferentFused: number;
  readonly veryDifferentPercent: number;
  /** With less portrait than this, or one less surely found, a low similarity says nothing of the person. */
  readonly leastPortraitFaceHeightPx: number;
  readonly leastPortraitConfidence: number;
};

/** Percentages are the scores' places on the map of `face/compare.ts`; a test holds them together. */
export const facePoints: FacePoints = {
  sameFused: 3.65,
  samePercent: 80,
  veryDifferentFused: 1.825,
  veryDifferentPercent: 40,
  leastPortraitFaceHeightPx: 60,
  leastPortraitConfidence: 0.5,
};

export const linesOf = (points: FacePoints): readonly OperatingLine[] => [
  {
    check: 'face/comparison',
    at: points.sameFused,
    passes: 'at-or-above',
    measuredOn: '27,634 pairs of strangers: 3 match; 180 pairs of one person: all match',
  },
  {
    check: 'face/portrait',
    at: points.leastPortraitConfidence,
    passes: 'at-or-above',
    measuredOn: '29 documents with a portrait and 5 without, in four orientations',
  },
  {
    check: 'face/portrait-size',
    at: points.leastPortraitFaceHeightPx,
    passes: 'at-or-above',
    measuredOn: '360 pairs of one person, one side reduced to this height at JPEG quality 60: all match',
  },
];

export const faceLines = linesOf(facePoints);

/** What the comparison's findings mean. Whether the video shows a face at all is liveness' to say; here it only cannot be compared. */
export function faceReasons(findings: readonly Finding[], points: FacePoints = facePoints): Reason[] {
  const comparison = findings.find(({ check }) => check === 'face/comparison');
  if (comparison === undefined) return [];
  if (!isMeasured(comparison)) {
    const slug = comparison.inconclusive === 'no-portrait' ? 'portrait-not-found' : 'face-not-found';
    return [{ slug, weighs: 'review', check: comparison.check }];
  }
  if (comparison.score >= points.sameFused) return [];
  const veryDifferent = comparison.score < points.veryDifferentFused && portraitCanSpeak(findings, points);
  return veryDifferent
    ? [{ slug: 'portrait-very-different', weighs: 'refuse', check: comparison.check }]
    : [{ slug: 'similarity-low', weighs: 'review', check: comparison.check }];
}

/** A tiny portrait, or a patch of print taken for one, is unlike everybody. */
function portraitCanSpeak(findings: readonly Finding[], points: FacePoints): boolean {
  const scoreOf = (check: string): number =>
    findings.find((finding): finding is Measured => finding.check === check && isMeasured(finding))?.score ?? 0;
  return (
    scoreOf('face/portrait') >= points.leastPortraitConfidence &&
    scoreOf('face/portrait-size') >= points.leastPortraitFaceHeightPx
  );
}
