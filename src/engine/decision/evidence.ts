import { isMeasured, type Finding, type Reason } from '../../verification/assessment.ts';

/** A piece that is missing, could not be opened or not be measured keeps the process unfinished: a person sees the case. */
export const evidenceReasons = (findings: readonly Finding[]): Reason[] =>
  findings
    .filter(({ check }) => check.startsWith('evidence/'))
    .flatMap((finding) => {
      if (isMeasured(finding)) return [];
      const slug = finding.inconclusive === 'missing' ? 'evidence-missing' : 'evidence-unusable';
      return [{ slug, weighs: 'review', check: finding.check } as const];
    });
