import type { Assessment, AttributeAnswer } from '../verification/assessment.ts';

const notWanted: AttributeAnswer = { answer: 'not-measurable', reason: 'not-wanted' };

/** An assessment from which nothing can be learnt of how somebody looks: for accounts that do not want to know. The outcome rests on none of it. */
export const withoutAppearance = (assessment: Assessment): Assessment => ({
  ...assessment,
  findings: assessment.findings.filter(({ check }) => !check.startsWith('attributes/')),
  attributes: {
    beard: notWanted,
    moustache: notWanted,
    readingGlasses: notWanted,
    sunglasses: notWanted,
    sex: null,
    sexReason: 'not-wanted',
    ageRange: null,
    ageReason: 'not-wanted',
  },
});
