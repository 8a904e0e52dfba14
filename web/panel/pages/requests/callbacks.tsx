import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import {
  type CallbackAttempt,
  type CallbackDelivery,
  callbackListSchema,
} from '../../../../src/panel/callback.schema.ts';
import { call } from '../../api.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { OfResource } from '../../parts/of-resource.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useResource } from '../../parts/use-resource.ts';
import { useAccount } from '../../shell/account.tsx';
import { useNotices } from '../../shell/notices.tsx';
import { useWork } from '../../work/texts.tsx';
import { Untrusted } from '../../work/untrusted.tsx';

/** What the company's system was told, in its order, with every attempt as it went over the wire. */
export function Callbacks({ id }: { readonly id: string }): ReactNode {
  const { w } = useWork();
  const { may, path } = useAccount();
  const { tell } = useNotices();
  const asked = useResource(`callbacks ${id}`, (signal) =>
    call(path(`requests/${id}/callbacks`), { answer: callbackListSchema, signal }),
  );
  const resend = useAction(async (number: number) => {
    asked.replace(
      await call(path(`requests/${id}/callbacks/${number}/resend`), {
        method: 'POST',
        body: {},
        answer: callbackListSchema,
      }),
    );
    tell({ tone: 'good', text: w('callbacks.resent') });
  });
  return (
    <OfResource resource={asked}>
      {({ deliveries }) =>
        deliveries.length === 0 ? (
          <p className="quiet">{w('callbacks.none')}</p>
        ) : (
          <ol className="callbacks">
            {deliveries.map((delivery) => (
              <li key={delivery.number}>
                <Delivery
                  delivery={delivery}
                  isRunning={resend.isRunning}
                  onResend={may('callbacks.resend') ? () => void resend.run(delivery.number) : null}
                />
              </li>
            ))}
          </ol>
        )
      }
    </OfResource>
  );
}

const marks: Readonly<Record<CallbackDelivery['state'], { readonly tone: string; readonly icon: IconName }>> = {
  new: { tone: 'quiet', icon: 'next' },
  waiting: { tone: 'doubt', icon: 'reload' },
  held: { tone: 'quiet', icon: 'next' },
  delivered: { tone: 'good', icon: 'good' },
  dead: { tone: 'bad', icon: 'bad' },
  'passed-over': { tone: 'quiet', icon: 'doubt' },
};

type DeliveryProps = {
  readonly delivery: CallbackDelivery;
  readonly isRunning: boolean;
  readonly onResend: (() => void) | null;
};

function Delivery({ delivery, isRunning, onResend }: DeliveryProps): ReactNode {
  const { w, called, time, number } = useWork();
  const { tone, icon } = marks[delivery.state];
  const milestone = called('milestone', delivery.milestone) ?? delivery.milestone;
  return (
    <details>
      <summary>
        <span className={`mark ${tone}`}>
          <Icon name={icon} size={14} /> {w(`delivery.${delivery.state}`)}
        </span>
        <b>{milestone}</b>
        <span className="quiet">{time(delivery.happenedAt, 'second')}</span>
        <span className="quiet">{w('sms.attempts', { count: number(delivery.attempts.length) })}</span>
        {delivery.dueAt !== null && (
          <span className="quiet">{w('delivery.next-at', { at: time(delivery.dueAt, 'second') })}</span>
        )}
      </summary>
      <div className="delivery">
        <p className="row">
          <code>{delivery.webhookId}</code>
          {onResend !== null && (
            <Button
              size="xs"
              variant="default"
              loading={isRunning}
              onClick={onResend}
              aria-label={w('callbacks.resend-of', { of: milestone })}
            >
              {w('callbacks.resend')}
            </Button>
          )}
        </p>
        {delivery.attempts.length === 0 && <p className="quiet">{w('delivery.no-attempt')}</p>}
        {delivery.attempts.map((attempt) => (
          <Attempt key={attempt.number} attempt={attempt} />
        ))}
      </div>
    </details>
  );
}

function Attempt({ attempt }: { readonly attempt: CallbackAttempt }): ReactNode {
  const { w, time, number } = useWork();
  const { request, reply } = attempt;
  const isGood = attempt.outcome === 'delivered';
  const head = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  return (
    <section className="attempt" aria-label={w('attempt.title', { number: number(attempt.number) })}>
      <h3>
        <span className={`mark ${isGood ? 'good' : 'bad'}`}>
          <Icon name={isGood ? 'good' : 'bad'} size={14} /> {w('attempt.title', { number: number(attempt.number) })}
        </span>
        <code>{attempt.status ?? attempt.outcome}</code>
        <span className="quiet">
          {time(attempt.beganAt, 'second')} · {number(attempt.durationMs)} ms
        </span>
      </h3>
      <div className="wire">
        <figure>
          <figcaption>{w('attempt.sent')}</figcaption>
          <pre tabIndex={0} aria-label={w('attempt.sent')}>
            <Untrusted text={[`POST ${request.url}`, ...head, '', request.body].join('\n')} keepsLines />
          </pre>
          {!request.isAsSent && <p className="quiet">{w('attempt.not-as-sent')}</p>}
        </figure>
        <figure>
          <figcaption>{w('attempt.came-back')}</figcaption>
          <pre tabIndex={0} aria-label={w('attempt.came-back')}>
            {reply === null ? (
              <span className="quiet">{w('attempt.nothing')}</span>
            ) : (
              <Untrusted text={reply} keepsLines />
            )}
          </pre>
        </figure>
      </div>
    </section>
  );
}
