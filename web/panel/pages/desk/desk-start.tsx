import { Button, Kbd } from '@mantine/core';
import type { ReactNode } from 'react';
import type { DeskOverview, DeskQueue } from '../../../../src/panel/desk.schema.ts';
import { Icon } from '../../parts/icon.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { useKeys } from '../../shell/keys.tsx';
import { useWork } from '../../work/texts.tsx';
import { clockText } from './countdown.ts';

type Props = {
  readonly overview: DeskOverview;
  /** The queue that was just found empty. */
  readonly isEmpty: DeskQueue | null;
  readonly isRunning: boolean;
  readonly onBegin: (queue: DeskQueue) => void;
};

/** What waits, and the way in. Which case comes is not for whoever sits here to say. */
export function DeskStart({ overview, isEmpty, isRunning, onBegin }: Props): ReactNode {
  const { w, number, ago } = useWork();
  const { waiting, supervision, today } = overview;
  const now = new Date();
  useKeys(w('keys.desk'), [
    { key: 'Enter', label: w('desk.begin'), run: () => waiting.count > 0 && onBegin('desk') },
    ...(supervision === null
      ? []
      : [{ key: 's', label: w('supervision.begin'), run: () => void onBegin('supervision') }]),
  ]);
  return (
    <>
      <PageHead title={w('desk.title')} lead={w('desk.lead')} />
      <div role="status">
        {isEmpty !== null && (
          <p className="mark good desk-empty">
            <Icon name="good" size={16} /> {w(isEmpty === 'desk' ? 'desk.empty' : 'supervision.empty')}
          </p>
        )}
      </div>
      <Section
        title={w('desk.waiting')}
        actions={
          <Button
            size="md"
            loading={isRunning}
            disabled={waiting.count === 0}
            onClick={() => onBegin('desk')}
            rightSection={<Kbd aria-hidden>↵</Kbd>}
          >
            {w('desk.begin')}
          </Button>
        }
      >
        {waiting.count === 0 ? (
          <p className="quiet">{w('desk.nothing')}</p>
        ) : (
          <dl className="desk-numbers">
            <div>
              <dt>{w('desk.cases')}</dt>
              <dd>{number(waiting.count)}</dd>
            </div>
            {(['refuse', 'review', 'pass'] as const).map((outcome) => (
              <div key={outcome}>
                <dt>{w(`outcome-short.${outcome}`)}</dt>
                <dd>{number(waiting[outcome])}</dd>
              </div>
            ))}
            {waiting.oldestAt !== null && (
              <div>
                <dt>{w('desk.oldest')}</dt>
                <dd>{ago(waiting.oldestAt, now)}</dd>
              </div>
            )}
          </dl>
        )}
      </Section>
      {supervision !== null && (
        <Section
          title={w('supervision.title')}
          lead={w('supervision.lead')}
          actions={
            <Button
              variant="default"
              loading={isRunning}
              disabled={supervision.escalated + supervision.toConfirm === 0}
              onClick={() => onBegin('supervision')}
              rightSection={<Kbd aria-hidden>S</Kbd>}
            >
              {w('supervision.begin')}
            </Button>
          }
        >
          <dl className="desk-numbers">
            <div>
              <dt>{w('supervision.to-confirm')}</dt>
              <dd>{number(supervision.toConfirm)}</dd>
            </div>
            <div>
              <dt>{w('supervision.escalated')}</dt>
              <dd>{number(supervision.escalated)}</dd>
            </div>
            {supervision.oldestAt !== null && (
              <div>
                <dt>{w('desk.oldest')}</dt>
                <dd>{ago(supervision.oldestAt, now)}</dd>
              </div>
            )}
          </dl>
        </Section>
      )}
      <Section title={w('desk.today')}>
        <dl className="desk-numbers">
          <div>
            <dt>{w('desk.ruled')}</dt>
            <dd>{number(today.ruled)}</dd>
          </div>
          <div>
            <dt>{w('desk.median')}</dt>
            <dd>{today.medianSecondsOnCase === null ? '–' : clockText(today.medianSecondsOnCase * 1000)}</dd>
          </div>
        </dl>
      </Section>
    </>
  );
}
