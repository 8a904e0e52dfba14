import type { ReactNode } from 'react';
import type { RequestDetail } from '../../../../src/panel/request.schema.ts';
import { Icon } from '../../parts/icon.tsx';
import { useWork } from '../../work/texts.tsx';
import { Untrusted } from '../../work/untrusted.tsx';

/** What was asked for. */
export function Facts({ detail }: { readonly detail: RequestDetail }): ReactNode {
  const { w, time } = useWork();
  const { request } = detail;
  return (
    <dl className="case-facts">
      <Fact name={w('request.phone')}>{request.phone === '' ? w('request.erased') : `+${request.phone}`}</Fact>
      {request.requestedNumber !== null && (
        <Fact name={w('request.requested-number')}>
          <Untrusted text={request.requestedNumber} />
        </Fact>
      )}
      {request.documentNumber !== null && (
        <Fact name={w('request.document')}>
          <Untrusted text={request.documentNumber} />
        </Fact>
      )}
      {request.reference !== null && (
        <Fact name={w('request.reference')}>
          <Untrusted text={request.reference} />
        </Fact>
      )}
      <Fact name={w('request.requested')}>{time(request.requestedAt, 'second')}</Fact>
      {isScheduled(detail) && <Fact name={w('request.send-at')}>{time(detail.sendAt)}</Fact>}
      {detail.linkExpiresAt !== null && <Fact name={w('request.link-until')}>{time(detail.linkExpiresAt)}</Fact>}
    </dl>
  );
}

/** A minute and more after it was asked for: not at once. */
const isScheduled = ({ sendAt, request }: RequestDetail): boolean =>
  Date.parse(sendAt) - Date.parse(request.requestedAt) > 60_000;

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** Every milestone with its time, and how long each took after the one before. */
export function TimeLine({ timeline }: { readonly timeline: RequestDetail['timeline'] }): ReactNode {
  const { called, time } = useWork();
  return (
    <ol className="timeline">
      {timeline.map(({ milestone, at }, index) => {
        const before = timeline[index - 1];
        return (
          <li key={`${milestone} ${at}`} className={milestone}>
            <span>{called('milestone', milestone) ?? milestone}</span>
            <time dateTime={at}>{time(at, 'second')}</time>
            {before !== undefined && (
              <small className="quiet">+{durationText(Date.parse(at) - Date.parse(before.at))}</small>
            )}
          </li>
        );
      })}
    </ol>
  );
}

/** `0,4 s`, `38 s`, `12 min`, `3 h 20 min`, `2 d`: the same in both languages. */
export function durationText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  return `${Math.round(minutes / 1440)} d`;
}

export function Invitations({ detail }: { readonly detail: RequestDetail }): ReactNode {
  const { w, time, number } = useWork();
  const tones = {
    delivered: 'good',
    undeliverable: 'bad',
    waiting: 'quiet',
    sending: 'busy',
    'handed-over': 'busy',
  } as const;
  return (
    <>
      <p className="sms-text">
        <Untrusted text={detail.messageTemplate} keepsLines />
      </p>
      <p className="quiet">
        {w('sms.from')} <Untrusted text={detail.sender} />
      </p>
      <ol className="plain">
        {detail.invitations.map((invitation) => (
          <li key={invitation.number} className="invitation">
            <span className={`mark ${tones[invitation.state]}`}>
              <Icon
                name={invitation.state === 'delivered' ? 'good' : invitation.state === 'undeliverable' ? 'bad' : 'next'}
                size={14}
              />{' '}
              {w(`invitation.${invitation.state}`)}
            </span>
            <span>{time(invitation.updatedAt, 'second')}</span>
            <span className="quiet">
              {w('sms.segments', { count: number(invitation.segments) })} ·{' '}
              {w('sms.attempts', { count: number(invitation.attempts) })}
              {invitation.gateway !== null && <> · {invitation.gateway}</>}
              {invitation.failureCode !== null && (
                <>
                  {' · '}
                  <code>
                    <Untrusted text={invitation.failureCode} />
                  </code>
                </>
              )}
            </span>
            {invitation.uncertainAttempts > 0 && <span className="quiet">{w('sms.uncertain')}</span>}
          </li>
        ))}
      </ol>
    </>
  );
}

export function Credits({ credits }: { readonly credits: RequestDetail['credits'] }): ReactNode {
  const { w, number, time } = useWork();
  if (credits.length === 0) return <p className="quiet">{w('credits.none')}</p>;
  return (
    <table className="credit-entries">
      <caption className="visually-hidden">{w('credits.title')}</caption>
      <tbody>
        {credits.map((entry) => (
          <tr key={entry.number}>
            <th scope="row">{w(`credits.${entry.kind}`)}</th>
            <td className="number-cell">{number(entry.hundredths / 100, { minimumFractionDigits: 2 })}</td>
            <td className="quiet">{time(entry.at)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
