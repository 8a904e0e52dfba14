import type { Assessment, AttributeAnswer, Inconclusive } from '../verification/assessment.ts';
import { evidenceReasons } from './decision/evidence.ts';

const notMeasured: AttributeAnswer = { answer: 'not-measurable', reason: 'not-measured' };

/**
 * What is said of an applicant whose evidence could not be measured: nothing about the person, and that somebody must look.
 * @param evidence the piece that stood in the way. @param inconclusive why, as a slug.
 */
export function unmeasured(evidence: 'face-video' | 'front' | 'back', inconclusive: string): Assessment {
  const finding: Inconclusive = { check: `evidence/${evidence}`, inconclusive, durationMs: 0 };
  return {
    outcome: 'review',
    reasons: evidenceReasons([finding]),
    findings: [finding],
    similarityPercent: null,
    livenessPassed: false,
    samePersonThroughout: null,
    document: null,
    attributes: {
      beard: notMeasured,
      moustache: notMeasured,
      readingGlasses: notMeasured,
      sunglasses: notMeasured,
      sex: null,
      sexReason: 'not-measured',
      ageRange: null,
      ageReason: 'not-measured',
    },
  };
}
