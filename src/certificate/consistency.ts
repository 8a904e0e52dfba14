import type { Statement } from './statement.ts';

export type Inconsistency =
  /** A step stands before one that it follows, or after the certificate was issued. */
  | 'steps-out-of-order'
  /** A machine ruled although something spoke against it, or nothing was compared. */
  | 'machine-ruled-against-findings'
  /** A reason rests on a check that is not among the findings. */
  | 'reason-without-finding'
  /** A finding has a verdict that its number and its line do not give. */
  | 'verdict-contradicts-line'
  | 'picture-twice';

/** What in a statement contradicts itself; none in one of ours. */
export function inconsistenciesOf(statement: Statement): readonly Inconsistency[] {
  const { steps, outcome, ruling, findings, pictures, issuer } = statement;
  const instants = [...steps.map(({ at }) => at), issuer.issuedAt].map((at) => Date.parse(at));
  const checks = new Set(findings.map(({ check }) => check));
  const found: (Inconsistency | false)[] = [
    instants.some((at, index) => index > 0 && at < instants[index - 1]!) && 'steps-out-of-order',
    ruling.by === 'machine' &&
      (outcome.assessed !== 'pass' || outcome.reasons.length > 0 || !outcome.livenessPassed) &&
      'machine-ruled-against-findings',
    outcome.reasons.some(({ check }) => !checks.has(check)) && 'reason-without-finding',
    findings.some(contradictsItsLine) && 'verdict-contradicts-line',
    new Set(pictures.map(({ name }) => name)).size < pictures.length && 'picture-twice',
  ];
  return found.filter((one) => one !== false);
}

/** A verdict may be stricter than its line, for a reason may rest on several checks; it never passes what the line does not. */
function contradictsItsLine({ score, line, verdict, inconclusive }: Statement['findings'][number]): boolean {
  if ((score === null) !== (inconclusive !== null)) return true;
  if (score === null) return verdict === 'passes';
  if (verdict === 'inconclusive') return true;
  if (line === null || verdict !== 'passes') return false;
  return line.passes === 'at-or-above' ? score < line.at : score >= line.at;
}
