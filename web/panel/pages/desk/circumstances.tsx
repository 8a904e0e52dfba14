import type { ReactNode } from 'react';
import type { CaseDetail } from '../../../../src/panel/case.schema.ts';
import { RequestLink } from '../../work/request-link.tsx';
import { OutcomeMark, StateMark } from '../../work/state-mark.tsx';
import { useWork } from '../../work/texts.tsx';
import { Untrusted } from '../../work/untrusted.tsx';
import { PlaceShown } from './place.tsx';

/** What was around it: where, on which device, and who was here before. */
export function Circumstances({ found }: { readonly found: CaseDetail }): ReactNode {
  const { w } = useWork();
  return (
    <div className="circumstances">
      <section aria-labelledby="place-title">
        <h2 id="place-title" className="panel-head">
          {w('place.title')}
        </h2>
        <PlaceShown place={found.opening.place} />
      </section>
      <section aria-labelledby="device-title">
        <h2 id="device-title" className="panel-head">
          {w('device.title')}
        </h2>
        <DeviceFacts opening={found.opening} facts={found.deviceFacts} />
      </section>
      <section aria-labelledby="attributes-title">
        <h2 id="attributes-title" className="panel-head">
          {w('attributes.title')}
        </h2>
        <Attributes of={found.attributes} />
      </section>
      <section aria-labelledby="earlier-title">
        <h2 id="earlier-title" className="panel-head">
          {w('earlier.title')} <span className="quiet">{found.earlier.length}</span>
        </h2>
        <Earlier earlier={found.earlier} />
      </section>
    </div>
  );
}

type DeviceProps = {
  readonly opening: CaseDetail['opening'];
  readonly facts: CaseDetail['deviceFacts'];
};

export function DeviceFacts({ opening, facts }: DeviceProps): ReactNode {
  const { w, time } = useWork();
  const first = opening.accesses[0];
  const rows: readonly (readonly [string, string])[] = [
    [w('device.browser'), opening.device.browser],
    [w('device.system'), opening.device.system],
    [w('device.display'), opening.device.display],
    [w('device.language'), opening.consent.language],
    ...(first === undefined
      ? []
      : [[w('device.address'), first.port === null ? first.address : `${first.address} : ${first.port}`] as const]),
    ...facts.map(({ name, value }) => [name, value] as const),
  ];
  return (
    <dl className="case-facts">
      <div>
        <dt>{w('device.opened')}</dt>
        <dd>{time(opening.openedAt, 'second')}</dd>
      </div>
      {rows.map(([name, value], at) => (
        <div key={at}>
          <dt>
            <Untrusted text={name} />
          </dt>
          <dd>
            <Untrusted text={value} />
          </dd>
        </div>
      ))}
      {opening.accesses.length > 1 && (
        <div>
          <dt>{w('device.returns')}</dt>
          <dd>
            <ul className="plain">
              {opening.accesses.slice(1).map(({ at, address }, index) => (
                <li key={index}>
                  {time(at)} · <Untrusted text={address} />
                </li>
              ))}
            </ul>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** Told to help to recognise somebody; it is never a reason for or against them. */
function Attributes({ of }: { readonly of: CaseDetail['attributes'] }): ReactNode {
  const { w, number } = useWork();
  return (
    <>
      <dl className="case-facts">
        {(['beard', 'moustache', 'readingGlasses', 'sunglasses'] as const).map((name) => (
          <div key={name}>
            <dt>{w(`attributes.${name}`)}</dt>
            <dd>{w(`answer.${of[name].answer}`)}</dd>
          </div>
        ))}
        <div>
          <dt>{w('attributes.sex')}</dt>
          <dd>
            {of.sex === null
              ? w('answer.not-measurable')
              : `${w(`attributes.${of.sex.value}`)} · ${number(of.sex.probabilityPercent, { maximumFractionDigits: 0 })} %`}
          </dd>
        </div>
        <div>
          <dt>{w('attributes.age')}</dt>
          <dd>
            {of.ageRange === null
              ? w('answer.not-measurable')
              : `${number(of.ageRange.fromYears)}–${number(of.ageRange.toYears)}`}
          </dd>
        </div>
      </dl>
      <p className="quiet">{w('attributes.informs')}</p>
    </>
  );
}

export function Earlier({ earlier }: { readonly earlier: CaseDetail['earlier'] }): ReactNode {
  const { w, time } = useWork();
  if (earlier.length === 0) return <p className="quiet">{w('earlier.none')}</p>;
  return (
    <ul className="earlier">
      {earlier.map(({ request, samePhone, sameDocument }) => (
        <li key={request.id}>
          <RequestLink id={request.id} />
          <StateMark request={request} />
          {request.outcome !== null && <OutcomeMark outcome={request.outcome} />}
          <span className="quiet">
            {time(request.requestedAt)} ·{' '}
            {[...(samePhone ? [w('earlier.phone')] : []), ...(sameDocument ? [w('earlier.document')] : [])].join(', ')}
          </span>
        </li>
      ))}
    </ul>
  );
}
