import { type ReactNode, useMemo, useState } from 'react';
import type { CaseDetail, CaseSide } from '../../../../src/panel/case.schema.ts';
import { Icon } from '../../parts/icon.tsx';
import { useFile } from '../../work/files.tsx';
import { useWork } from '../../work/texts.tsx';
import { Untrusted } from '../../work/untrusted.tsx';
import { fieldRows } from './field-rows.ts';
import { LettersShown } from './letters-shown.tsx';
import { sayTheSame } from './letters.ts';
import { Stage, ZoomButtons } from './stage.tsx';
import { type View, focusOnAll, whole } from './zoom.ts';

type Props = { readonly found: CaseDetail; readonly pathOf: (picture: string) => string };

/** Both sides with what was read lit over them, and each value as print and zone have it. */
export function DocumentPanel({ found, pathOf }: Props): ReactNode {
  const { w, called, number, date } = useWork();
  const [lit, light] = useState<string | null>(null);
  const { document, sides } = found;
  if (document === null && sides.length === 0)
    return (
      <section className="document" aria-labelledby="document-title">
        <h2 id="document-title" className="panel-head">
          {w('document.title')}
        </h2>
        <p className="quiet">{w('document.none')}</p>
      </section>
    );
  const rows = fieldRows(found);
  return (
    <section className="document" aria-labelledby="document-title">
      <header className="panel-head">
        <h2 id="document-title">{w('document.title')}</h2>
        {document !== null && (
          <p>
            {called('document-type', document.type) ?? document.type}
            {document.issuingState !== null && <span className="quiet"> · {document.issuingState}</span>}
            {document.ageYears !== null && (
              <span className="quiet"> · {w('document.age', { years: number(document.ageYears) })}</span>
            )}
          </p>
        )}
      </header>
      <div className="sides">
        {sides.map((side) => (
          <Side
            key={side.side}
            side={side}
            path={pathOf(side.image.picture)}
            portrait={found.portrait?.side === side.side ? found.portrait : null}
            lit={lit}
            onLight={light}
          />
        ))}
      </div>
      {rows.length > 0 && (
        <table className="fields">
          <caption className="visually-hidden">{w('document.fields')}</caption>
          <thead>
            <tr>
              <th scope="col">{w('document.field')}</th>
              <th scope="col">{w('document.in-print')}</th>
              <th scope="col">{w('document.in-zone')}</th>
              <th scope="col">
                <span className="visually-hidden">{w('document.compared')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ name, inPrint, inZone, pairs, isFolded }) => {
              const differs = pairs !== null && !sayTheSame(pairs);
              return (
                <tr
                  key={name}
                  data-lit={lit === name}
                  onMouseEnter={() => light(name)}
                  onMouseLeave={() => light(null)}
                >
                  <th scope="row">
                    <button
                      type="button"
                      className="field-name"
                      aria-pressed={lit === name}
                      onFocus={() => light(name)}
                      onBlur={() => light(null)}
                      onClick={() => light(name)}
                    >
                      {called('field', name) ?? name}
                    </button>
                  </th>
                  <td>
                    {pairs !== null ? <LettersShown pairs={pairs} side="print" /> : <Value text={inPrint} />}
                    {isFolded && <span className="quiet"> ({w('document.folded')})</span>}
                  </td>
                  <td>{pairs !== null ? <LettersShown pairs={pairs} side="zone" /> : <Value text={inZone} />}</td>
                  <td>
                    {pairs !== null && (
                      <span className={`mark ${differs ? 'bad' : 'good'}`}>
                        <Icon name={differs ? 'bad' : 'good'} size={14} />{' '}
                        <span className={differs ? '' : 'visually-hidden'}>
                          {w(differs ? 'document.differs' : 'document.same')}
                        </span>
                      </span>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
      {document !== null && document.mrz !== null && (
        <div className="zone">
          <h3>
            {w('document.zone')} <span className="quiet">{document.mrz.format}</span>
          </h3>
          <pre dir="ltr">{document.mrz.lines.join('\n')}</pre>
          <ul className="zone-checks">
            {document.mrz.checks.map(({ name, passed, passedRaw }) => (
              <li key={name} className={`mark ${passedRaw ? 'good' : passed ? 'doubt' : 'bad'}`}>
                <Icon name={passedRaw ? 'good' : passed ? 'doubt' : 'bad'} size={14} />{' '}
                {called('zone-check', name) ?? name}
                {!passedRaw && <> · {w(passed ? 'zone.repaired' : 'zone.wrong')}</>}
              </li>
            ))}
          </ul>
        </div>
      )}
      {document !== null && document.requestedNumber !== null && (
        <p className={`mark ${document.isRequestedNumber === true ? 'good' : 'bad'}`}>
          <Icon name={document.isRequestedNumber === true ? 'good' : 'bad'} size={14} />
          <span>
            {w('document.requested')} <Untrusted text={document.requestedNumber} />
          </span>
        </p>
      )}
      {document?.isExpired === true && (
        <p className="mark bad">
          <Icon name="bad" size={14} /> {w('document.expired', { on: date(found.submittedAt) })}
        </p>
      )}
    </section>
  );
}

const Value = ({ text }: { readonly text: string | null }): ReactNode =>
  text === null ? <span className="quiet">–</span> : <Untrusted text={text} />;

type SideProps = {
  readonly side: CaseSide;
  readonly path: string;
  readonly portrait: CaseDetail['portrait'];
  readonly lit: string | null;
  readonly onLight: (field: string | null) => void;
};

function Side({ side: { side, image, fields, lines, mrzRows }, path, portrait, lit, onLight }: SideProps): ReactNode {
  const { w } = useWork();
  const [view, onView] = useState<View>(whole);
  const file = useFile(path);
  // What was read says where the card lies; the table around it is nobody's concern.
  const focus = useMemo(
    () => focusOnAll([...fields, ...lines].map(({ quad }) => quad).concat(mrzRows), portrait, image),
    [fields, lines, mrzRows, portrait, image],
  );
  const points = (quad: CaseSide['mrzRows'][number]): string => quad.map((point) => point.join(',')).join(' ');
  return (
    <figure>
      <Stage
        label={w(`side.${side}`)}
        file={file}
        widthPx={image.widthPx}
        heightPx={image.heightPx}
        focus={focus}
        view={view}
        onView={onView}
      >
        {mrzRows.map((quad, at) => (
          <polygon key={at} className="quad zone-row" points={points(quad)} />
        ))}
        {fields.map(({ name, quad }) => (
          <polygon
            key={name}
            className={lit === name ? 'quad lit' : 'quad'}
            points={points(quad)}
            onPointerEnter={() => onLight(name)}
            onPointerLeave={() => onLight(null)}
          />
        ))}
      </Stage>
      <figcaption>
        {w(`side.${side}`)} <ZoomButtons view={view} onView={onView} of={w(`side.${side}`)} />
      </figcaption>
    </figure>
  );
}
