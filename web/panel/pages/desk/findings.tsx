import { type ReactNode, useRef } from 'react';
import type { CaseDetail, CaseFinding } from '../../../../src/panel/case.schema.ts';
import { useKeys } from '../../shell/keys.tsx';
import { VerdictMark } from '../../work/state-mark.tsx';
import { useWork } from '../../work/texts.tsx';
import { digitsFor } from './finding-scale.ts';
import { FindingScale } from './scale.tsx';
import { deskKeys } from './shortcuts.ts';

/** Why the outcome is what it is, first what speaks against the applicant: a sentence, and the number it rests on. */
export function Reasons({ found }: { readonly found: CaseDetail }): ReactNode {
  const { w, called } = useWork();
  const byWeight = [...found.reasons].sort((a, b) => Number(b.weighs === 'refuse') - Number(a.weighs === 'refuse'));
  if (byWeight.length === 0) return <p className="reasons-none">{w('reasons.none')}</p>;
  return (
    <ul className="reasons">
      {byWeight.map(({ slug, weighs, check }, at) => {
        const finding = found.findings.find((each) => each.check === check);
        return (
          <li key={at} className={weighs}>
            <VerdictMark verdict={weighs === 'refuse' ? 'fail' : 'doubt'} />
            <span className="reason-text">
              {called('reason', slug) ?? slug} <span className="quiet">{called('check', check)}</span>
            </span>
            {finding !== undefined && (
              <span className="reason-measure">
                <Figure finding={finding} />
                {finding.score !== null && finding.line !== null && (
                  <FindingScale check={check} score={finding.score} line={finding.line} />
                )}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Every finding: what was measured, its number, the line it is held against and what that was measured on. */
export function Findings({ found }: { readonly found: CaseDetail }): ReactNode {
  const { w, called } = useWork();
  const rows = useRef<HTMLTableSectionElement>(null);
  const step = (by: 1 | -1): void => {
    const all = [...(rows.current?.rows ?? [])];
    const at = all.indexOf(document.activeElement as HTMLTableRowElement);
    const next = at === -1 ? (by === 1 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    all[next]?.focus();
  };
  useKeys(w('keys.findings'), [
    { key: deskKeys.nextFinding, label: w('findings.next'), run: () => step(1) },
    { key: deskKeys.earlierFinding, label: w('findings.earlier'), run: () => step(-1) },
  ]);
  const weight = { fail: 0, doubt: 1, inconclusive: 2, pass: 3, informs: 4 } as const;
  const sorted = [...found.findings].sort((a, b) => weight[shownVerdict(a)] - weight[shownVerdict(b)]);
  return (
    <section className="findings" aria-labelledby="findings-title">
      <h2 id="findings-title" className="panel-head">
        {w('findings.title')} <span className="quiet">{sorted.length}</span>
      </h2>
      <div className="table-frame" tabIndex={0} role="group" aria-labelledby="findings-title">
        <table>
          <thead>
            <tr>
              <th scope="col">{w('findings.check')}</th>
              <th scope="col" className="number-cell">
                {w('findings.measured')}
              </th>
              <th scope="col">{w('findings.scale')}</th>
              <th scope="col">{w('findings.verdict')}</th>
              <th scope="col">{w('findings.line')}</th>
            </tr>
          </thead>
          <tbody ref={rows}>
            {sorted.map((finding) => (
              <tr key={finding.check} tabIndex={-1} className={finding.verdict}>
                <th scope="row">
                  {called('check', finding.check) ?? finding.check}
                  <small className="quiet">
                    <code>{finding.check}</code>
                  </small>
                </th>
                <td className="number-cell">
                  <Figure finding={finding} />
                </td>
                <td>
                  {finding.score !== null && !isYesOrNo(finding) && (
                    <FindingScale check={finding.check} score={finding.score} line={finding.line} />
                  )}
                </td>
                <td>
                  <VerdictMark verdict={shownVerdict(finding)} />
                </td>
                <td className="held-against">
                  <HeldAgainst finding={finding} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** A check that holds or does not: its number would say less than the word. */
const isYesOrNo = ({ check, score, line, higherMeans }: CaseFinding): boolean =>
  line === null && check.startsWith('document/') && (score === 0 || score === 1) && higherMeans !== null;

/** One that holds has passed, though no line is drawn for it. */
const shownVerdict = (finding: CaseFinding): CaseFinding['verdict'] =>
  finding.verdict === 'informs' && isYesOrNo(finding) && finding.score === 1 ? 'pass' : finding.verdict;

function Figure({ finding }: { readonly finding: CaseFinding }): ReactNode {
  const { w, number, called } = useWork();
  const { score, inconclusive, line } = finding;
  if (score === null)
    return <span className="quiet">{called('inconclusive', inconclusive ?? '') ?? inconclusive}</span>;
  if (isYesOrNo(finding)) return <b>{w(score === 1 ? 'findings.holds' : 'findings.broken')}</b>;
  const digits = digitsFor(score, line);
  return <b>{number(score, { minimumFractionDigits: digits, maximumFractionDigits: digits })}</b>;
}

function HeldAgainst({ finding }: { readonly finding: CaseFinding }): ReactNode {
  const { w, number } = useWork();
  const { line, higherMeans, model } = finding;
  return (
    <>
      {line !== null && (
        <span>
          {line.passes === 'below' ? '<' : '≥'} {number(line.at, { maximumFractionDigits: 4 })}
          {' · '}
          <Engine group="measured-on" text={line.measuredOn} />
        </span>
      )}
      {higherMeans !== null && !isYesOrNo(finding) && (
        <small className="quiet">
          {w('findings.higher')} <Engine group="higher" text={higherMeans} />
        </small>
      )}
      {model !== null && (
        <small className="quiet">
          <code>{shortened(model)}</code>
        </small>
      )}
    </>
  );
}

/** The engine's own words, in the reader's language where they are known in it; else as they are, said to be English. */
function Engine({ group, text }: { readonly group: 'measured-on' | 'higher'; readonly text: string }): ReactNode {
  const { called, language } = useWork();
  const known = language === 'en' ? null : called(group, text);
  return known === null ? <span lang="en">{text}</span> : known;
}

/** `name@sha256:0123456789ab`: enough to tell one from another. */
const shortened = (model: string): string => model.replace(/(sha256:[0-9a-f]{12})[0-9a-f]+/, '$1');
