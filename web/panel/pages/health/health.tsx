import { Button, Table } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { type Figure, type HealthAnswer, type HealthState, healthAnswer } from '../../../../src/panel/health.schema.ts';
import { call } from '../../api.ts';
import { Icon } from '../../parts/icon.tsx';
import { OfResource } from '../../parts/of-resource.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { StateWord } from '../../parts/state-word.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { useTexts } from '../../shell/text.tsx';
import { useFigure } from './figure.ts';

const EVERY_MS = 15_000;

/** How the installation is, for whoever runs it: each part in a word, what that means, what to do, and the figures it rests on. */
export default function Health(): ReactNode {
  const { t } = useTexts();
  const health = useResource('health', (signal) => call('health', { answer: healthAnswer, signal }));
  const { reload } = health;
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [reload]);
  return (
    <>
      <PageHead
        title={t('nav.health')}
        lead={t('health.lead')}
        actions={
          <Button variant="default" leftSection={<Icon name="reload" />} onClick={reload}>
            {t('health.again')}
          </Button>
        }
      />
      <OfResource resource={health}>
        {(value) => (
          <>
            <Verdict health={value} />
            <Checks checks={value.checks} />
            <Queues queues={value.queues} />
            <Processes processes={value.processes} />
          </>
        )}
      </OfResource>
    </>
  );
}

const tones = { well: 'good', look: 'doubt', act: 'bad', unknown: 'plain' } as const;

/** All of it in a sentence: the worst first. */
function Verdict({ health: { at, checks } }: { readonly health: HealthAnswer }): ReactNode {
  const { t, time } = useTexts();
  const counted = (state: HealthState): number => checks.filter((check) => check.state === state).length;
  const [act, look] = [counted('act'), counted('look')];
  const worst = act > 0 ? 'act' : look > 0 ? 'look' : 'well';
  return (
    <p className="health-verdict" data-tone={tones[worst]}>
      <StateWord tone={tones[worst]}>{t(`health.all.${worst}`, { act, look })}</StateWord>
      <span className="quiet">{t('health.at', { at: time(at, 'second') })}</span>
    </p>
  );
}

function Checks({ checks }: Pick<HealthAnswer, 'checks'>): ReactNode {
  const { t } = useTexts();
  return (
    <ul className="health" aria-label={t('health.checks')}>
      {checks.map(({ check, state, finding, figures }) => (
        <li key={check}>
          <div>
            <h2>{t(`health.check.${check}`)}</h2>
            <StateWord tone={tones[state]}>{t(`health.state.${state}`)}</StateWord>
          </div>
          <div>
            <p>{t(`health.finding.${finding}`)}</p>
            {figures.length > 0 && <Figures figures={figures} />}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Figures({ figures }: { readonly figures: readonly Figure[] }): ReactNode {
  const { t } = useTexts();
  const write = useFigure();
  return (
    <dl className="health-figures">
      {figures.map((figure) => (
        <div key={figure.name}>
          <dt>{t(`health.figure.${figure.name}`)}</dt>
          <dd>{write(figure)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Queues({ queues }: Pick<HealthAnswer, 'queues'>): ReactNode {
  const { t, number } = useTexts();
  const write = useFigure();
  return (
    <Section title={t('health.queues')} lead={t('health.queues.why')}>
      <Table className="numbers">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('health.queue.kind')}</Table.Th>
            <Table.Th ta="end">{t('health.queue.ready')}</Table.Th>
            <Table.Th ta="end">{t('health.queue.oldest')}</Table.Th>
            <Table.Th ta="end">{t('health.queue.active')}</Table.Th>
            <Table.Th ta="end">{t('health.queue.retried')}</Table.Th>
            <Table.Th ta="end">{t('health.queue.later')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {queues.map(({ kind, ready, later, active, retried, oldestSeconds }) => (
            <Table.Tr key={kind}>
              <Table.Th scope="row">
                <code>{kind}</code>
              </Table.Th>
              <Table.Td ta="end">{number(ready)}</Table.Td>
              <Table.Td ta="end">
                {ready === 0 ? '—' : write({ name: 'oldest', unit: 'seconds', value: oldestSeconds })}
              </Table.Td>
              <Table.Td ta="end">{number(active)}</Table.Td>
              <Table.Td ta="end">{number(retried)}</Table.Td>
              <Table.Td ta="end">{number(later)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

function Processes({ processes }: Pick<HealthAnswer, 'processes'>): ReactNode {
  const { t, time } = useTexts();
  return (
    <Section title={t('health.processes')} lead={t('health.processes.why')}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('health.process.host')}</Table.Th>
            <Table.Th>{t('health.process.roles')}</Table.Th>
            <Table.Th>{t('health.process.version')}</Table.Th>
            <Table.Th>{t('health.process.since')}</Table.Th>
            <Table.Th>{t('health.process.seen')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {processes.map(({ host, roles, version, startedAt, reportedAt, isSilent }) => (
            <Table.Tr key={`${host} ${startedAt} ${reportedAt}`}>
              <Table.Td>{host}</Table.Td>
              <Table.Td>{roles.join(', ')}</Table.Td>
              <Table.Td>{version}</Table.Td>
              <Table.Td>{time(startedAt)}</Table.Td>
              <Table.Td>
                <StateWord tone={isSilent ? 'doubt' : 'good'}>{time(reportedAt, 'second')}</StateWord>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}
