import { type ReactNode, useRef, useState } from 'react';
import type { CaseDetail } from '../../../../src/panel/case.schema.ts';
import { Icon } from '../../parts/icon.tsx';
import { useKeys } from '../../shell/keys.tsx';
import { useWork } from '../../work/texts.tsx';
import { Untrusted } from '../../work/untrusted.tsx';
import { DocumentSide } from './document-side.tsx';
import { fieldRows } from './field-rows.ts';
import { LettersShown } from './letters-shown.tsx';
import { sayTheSame } from './letters.ts';
import { deskKeys } from './shortcuts.ts';

type Props = { readonly found: CaseDetail; readonly pathOf: (picture: string) => string };

/** Both sides with what was read lit over them, and each value as print and zone have it. */
export function DocumentPanel({ found, pathOf }: Props): ReactNode {
  const { w, called, number, date } = useWork();
  const [lit, light] = useState<string | null>(null);
  const [isOriginal, showOriginal] = useState(false);
  const table = useRef<HTMLTableElement>(null);
  const { document, sides } = found;
  const isLocated = sides.some(({ rectified }) => rectified !== null);
  const names = (): readonly HTMLButtonElement[] => [
    ...(table.current?.querySelectorAll<HTMLButtonElement>('.field-name') ?? []),
  ];
  const goTo = (field: string): void =>
    names()
      .find(({ dataset }) => dataset['field'] === field)
      ?.focus();
  const goToNext = (): void => {
    const all = names();
    all[(all.findIndex((name) => name === window.document.activeElement) + 1) % all.length]?.focus();
  };
  useKeys(w('document.title'), [
    ...(isLocated
      ? [{ key: deskKeys.original, label: w('side.original-or-flat'), run: () => showOriginal(!isOriginal) }]
      : []),
    { key: deskKeys.nextField, label: w('document.next-field'), run: goToNext },
  ]);
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
        {isLocated && (
          <span className="zoom-buttons" role="group" aria-label={w('side.shown')}>
            {([false, true] as const).map((original) => (
              <button
                key={String(original)}
                type="button"
                aria-pressed={isOriginal === original}
                onClick={() => showOriginal(original)}
              >
                {w(original ? 'side.original' : 'side.flat')}
              </button>
            ))}
          </span>
        )}
      </header>
      <div className="sides">
        {sides.map((side) => (
          <DocumentSide
            key={side.side}
            side={side}
            isOriginal={isOriginal}
            pathOf={pathOf}
            portrait={found.portrait?.side === side.side ? found.portrait : null}
            lit={lit}
            onLight={light}
            onGoTo={goTo}
          />
        ))}
      </div>
      {rows.length > 0 && (
        <table className="fields" ref={table}>
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
                      data-field={name}
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
