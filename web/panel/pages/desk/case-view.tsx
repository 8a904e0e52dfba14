import type { ReactNode } from 'react';
import type { CaseDetail } from '../../../../src/panel/case.schema.ts';
import { useAccount } from '../../shell/account.tsx';
import { FilesOfCase } from '../../work/files.tsx';
import { OutcomeMark } from '../../work/state-mark.tsx';
import { useWork } from '../../work/texts.tsx';
import { Untrusted } from '../../work/untrusted.tsx';
import { Circumstances } from './circumstances.tsx';
import { DocumentPanel } from './document.tsx';
import { Faces } from './faces.tsx';
import { Findings, Reasons } from './findings.tsx';
import { Recording } from './recording.tsx';
import { RetakesTold, RoundSwitch, useRounds } from './rounds.tsx';
import './desk.css';

type Props = {
  readonly found: CaseDetail;
  /** What stands beside the number of the case. */
  readonly head?: ReactNode;
  /** What a colleague said of it, above everything. */
  readonly banner?: ReactNode;
  readonly children?: ReactNode;
};

/** All that a person decides by, on one screen: reasons first, the person beside the document, what was measured below. */
export function CaseView({ found: latest, head, banner, children }: Props): ReactNode {
  const { w, ago, time } = useWork();
  const { path } = useAccount();
  const { shown: found, isRunning, show } = useRounds(latest);
  const ofRound = found.round === latest.round ? '' : `?round=${found.round}`;
  const pictureAt = (picture: string): string =>
    path(`requests/${found.id}/exhibits/${encodeURIComponent(picture)}${ofRound}`);
  const hasVideo = found.evidence.items.some(({ kind }) => kind === 'face-video');
  return (
    <FilesOfCase key={`${found.id} ${found.round}`}>
      <article className="case" aria-labelledby="case-title">
        <header className="case-head">
          <h1 id="case-title" tabIndex={-1}>
            {w('case.title', { id: found.id })}
          </h1>
          <OutcomeMark outcome={found.outcome} />
          <dl>
            <div>
              <dt>{w('case.sent')}</dt>
              <dd>
                <time dateTime={found.submittedAt} title={time(found.submittedAt, 'second')}>
                  {ago(found.submittedAt, new Date())}
                </time>
              </dd>
            </div>
            <div>
              <dt>{w('request.phone')}</dt>
              <dd>{found.phone === '' ? '–' : `+${found.phone}`}</dd>
            </div>
            {found.reference !== null && (
              <div>
                <dt>{w('request.reference')}</dt>
                <dd>
                  <Untrusted text={found.reference} />
                </dd>
              </div>
            )}
          </dl>
          {head}
        </header>
        {banner}
        <RetakesTold retakes={latest.retakes} />
        <RoundSwitch found={latest} shown={found} isRunning={isRunning} onShow={show} />
        <Reasons found={found} />
        {found.evidence.isErased && <p className="banner">{w('case.erased')}</p>}
        <div className="case-columns">
          <div>
            <Faces found={found} pathOf={pictureAt} />
            {found.video !== null && hasVideo && (
              <Recording video={found.video} path={path(`requests/${found.id}/evidence/face-video${ofRound}`)} />
            )}
          </div>
          <DocumentPanel found={found} pathOf={pictureAt} />
        </div>
        <Findings found={found} />
        <Circumstances found={found} />
        <Notes notes={found.notes} />
        {children}
      </article>
    </FilesOfCase>
  );
}

export function Notes({ notes }: { readonly notes: CaseDetail['notes'] }): ReactNode {
  const { w, time } = useWork();
  if (notes.length === 0) return null;
  return (
    <section className="notes" aria-labelledby="notes-title">
      <h2 id="notes-title" className="panel-head">
        {w('notes.title')}
      </h2>
      <ol className="plain">
        {notes.map(({ at, by, text }, index) => (
          <li key={index}>
            <p className="quiet">
              {by.name === null ? w('person.gone') : <Untrusted text={by.name} />} · {time(at)}
            </p>
            <p>
              <Untrusted text={text} keepsLines />
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
