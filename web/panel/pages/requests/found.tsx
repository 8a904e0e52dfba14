import type { ReactNode } from 'react';
import type { RequestDetail } from '../../../../src/panel/request.schema.ts';
import { OutcomeMark, VerdictMark } from '../../work/state-mark.tsx';
import { useWork } from '../../work/texts.tsx';
import { inOrder } from '../desk/field-rows.ts';
import { Untrusted } from '../../work/untrusted.tsx';

type Props = {
  readonly assessment: NonNullable<RequestDetail['assessment']>;
  readonly ruling: RequestDetail['ruling'];
};

/** What the engine found and what was ruled, in short. */
export function Found({ assessment, ruling }: Props): ReactNode {
  const { w, called, number } = useWork();
  return (
    <>
      <p className="row">
        <OutcomeMark outcome={assessment.outcome} />
        {assessment.similarityPercent !== null && (
          <span>
            {w('faces.similarity')} <b>{number(assessment.similarityPercent, { maximumFractionDigits: 1 })} %</b>
          </span>
        )}
        {assessment.documentType !== null && (
          <span>{called('document-type', assessment.documentType) ?? assessment.documentType}</span>
        )}
      </p>
      <ul className="reasons">
        {assessment.reasons.map(({ slug, weighs }, at) => (
          <li key={at} className={weighs}>
            <VerdictMark verdict={weighs === 'refuse' ? 'fail' : 'doubt'} />
            <span className="reason-text">{called('reason', slug) ?? slug}</span>
          </li>
        ))}
      </ul>
      {ruling !== null && <Ruled ruling={ruling} />}
      {assessment.fields.length > 0 && (
        <dl className="case-facts">
          {[...assessment.fields]
            .sort((a, b) => inOrder(a.name, b.name))
            .map(({ name, text, folded }) => (
              <div key={name}>
                <dt>{called('field', name) ?? name}</dt>
                <dd>
                  <Untrusted text={text} />
                  {folded && <span className="quiet"> ({w('document.folded')})</span>}
                </dd>
              </div>
            ))}
        </dl>
      )}
    </>
  );
}

function Ruled({ ruling }: { readonly ruling: NonNullable<RequestDetail['ruling']> }): ReactNode {
  const { w, time } = useWork();
  const { by } = ruling;
  const who = (name: string | null): ReactNode => (name === null ? w('person.gone') : <Untrusted text={name} />);
  return (
    <p className="ruled">
      <b>
        {ruling.rejection === null
          ? w('ruled.validated')
          : `${w('ruled.rejected')}: ${w(`rejection.${ruling.rejection}`)}`}
      </b>
      {' · '}
      {by.kind === 'policy' ? w('ruled.by-policy') : who(by.person.name)}
      {by.kind === 'person' && by.confirmedBy !== null && (
        <>
          {' · '}
          {w('ruled.confirmed-by')} {who(by.confirmedBy.name)}
        </>
      )}
      {' · '}
      <span className="quiet">{time(ruling.ruledAt, 'second')}</span>
    </p>
  );
}
