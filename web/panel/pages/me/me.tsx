import { Badge, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { type MeAnswer, meAnswer } from '../../../../src/panel/session-protocol.schema.ts';
import { call } from '../../api.ts';
import { OfResource } from '../../parts/of-resource.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { useResource } from '../../parts/use-resource.ts';
import { useTexts } from '../../shell/text.tsx';

/** How oneself signs in, and where one is signed in now. */
export default function Me(): ReactNode {
  const { t } = useTexts();
  const me = useResource('me', (signal) => call('me', { answer: meAnswer, signal }));
  return (
    <>
      <PageHead title={t('nav.me')} lead={t('me.lead')} />
      <OfResource resource={me}>
        {({ sessions }) => (
          <Section title={t('me.sessions')}>
            <Sessions sessions={sessions} />
          </Section>
        )}
      </OfResource>
    </>
  );
}

function Sessions({ sessions }: Pick<MeAnswer, 'sessions'>): ReactNode {
  const { t, time } = useTexts();
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('me.since')}</Table.Th>
          <Table.Th>{t('me.last-seen')}</Table.Th>
          <Table.Th>{t('me.by')}</Table.Th>
          <Table.Th />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {sessions.map(({ isThis, by, signedInAt, lastSeenAt }) => (
          <Table.Tr key={`${signedInAt} ${lastSeenAt}`}>
            <Table.Td>{time(signedInAt)}</Table.Td>
            <Table.Td>{time(lastSeenAt)}</Table.Td>
            <Table.Td>{t(`way.${by}`)}</Table.Td>
            <Table.Td>{isThis && <Badge variant="light">{t('me.this')}</Badge>}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
