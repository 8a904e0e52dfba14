import { isMeasured, type Assessment } from '../verification/assessment.ts';
import type { Texts } from './texts.ts';

/** An assessment for the terminal: the answer first, then why, then what was read and measured. */
export function assessmentText(assessment: Assessment, resultFigure: number, texts: Texts): string {
  const t = texts.report;
  const lines = [`${t.result}: ${resultFigure}   ${texts.outcome[assessment.outcome]}`];
  for (const { slug, weighs, check } of assessment.reasons)
    lines.push(`  ${weighs === 'refuse' ? '✗' : '?'} ${texts.reasons[slug]} (${slug}, ${check})`);
  if (assessment.similarityPercent !== null)
    lines.push(`${t.similarity}: ${assessment.similarityPercent.toFixed(2)} %`);
  const { document } = assessment;
  if (document !== null) {
    lines.push('', `${t.document}: ${document.type}`);
    const width = Math.max(0, ...Object.keys(document.fields).map((name) => name.length));
    for (const [name, { text, from, folded }] of Object.entries(document.fields))
      lines.push(`  ${name.padEnd(width)}  ${text}  [${from}${folded ? `, ${t.folded}` : ''}]`);
    const { mrz } = document;
    if (mrz !== null) lines.push(...mrz.lines.map((line) => `  ${line}`));
    for (const { name, holds, reason } of document.crossChecks)
      lines.push(`  ${holds === null ? '–' : holds ? '✓' : '✗'} ${name}${reason === undefined ? '' : ` (${reason})`}`);
  }
  lines.push('', t.checks);
  const width = Math.max(0, ...assessment.findings.map(({ check }) => check.length));
  for (const finding of assessment.findings) {
    const against = assessment.reasons.filter(({ check }) => check === finding.check);
    const mark = against.some(({ weighs }) => weighs === 'refuse')
      ? '✗'
      : against.length > 0
        ? '?'
        : isMeasured(finding)
          ? '✓'
          : '–';
    const measured = isMeasured(finding) ? finding.score.toFixed(3) : finding.inconclusive;
    lines.push(`  ${mark} ${finding.check.padEnd(width)}  ${measured}`);
  }
  return `${lines.join('\n')}\n`;
}
