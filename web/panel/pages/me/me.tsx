import { Badge, Button, Table } from '@mantine/core';
import type { ReactNode } from 'react';
import { type MeAnswer, meAnswer } from '../../../../src/panel/session-protocol.schema.ts';
import { call } from '../../api.ts';
import { OfResource } from '../../parts/of-resource.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useResource } from '../../parts/use-resource.ts';
import { useTexts } from '../../shell/text.tsx';
import { OwnPassword } from './own-password.tsx';
import { OwnPasskeys } from './own-passkeys.tsx';

export type Me = { readonly me: MeAnswer; readonly onMe: (me: MeAnswer) => void };

/** How oneself signs in, and where one is signed in now. */
export default function MePage(): ReactNode {
  const { t } = useTexts();
  const me = useResource('me', (signal) => call('me', { answer: meAnswer, signal }));
  return (
    <>
      <PageHead title={t('nav.me')} lead={t('me.lead')} />
      <OfResource resource={me}>
        {(value) => (
          <div className="narrow">
            <OwnPasskeys me={value} onMe={me.replace} />
            <OwnPassword me={value} onMe={me.replace} />
            <Sessions me={value} onMe={me.replace} />
          </div>
        )}
      </OfResource>
    </>
  );
}

function Sessions({ me: { sessions }, onMe }: Me): ReactNode {
  const { t, time } = useTexts();
  const ending = useAction(async () =>
    onMe(await call('me/end-other-sessions', { method: 'POST', body: {}, answer: meAnswer })),
  );
  const hasOthers = sessions.some(({ isThis }) => !isThis);
  return (
    <Section
      title={t('me.sessions')}
      lead={t('me.sessions.why')}
      actions={
        hasOthers && (
          <Button variant="default" loading={ending.isRunning} onClick={() => void ending.run()}>
            {t('me.end-others')}
          </Button>
        )
      }
    >
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('me.since')}</Table.Th>
            <Table.Th>{t('me.last-seen')}</Table.Th>
            <Table.Th>{t('me.by')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sessions.map(({ isThis, by, signedInAt, lastSeenAt }) => (
            <Table.Tr key={`${signedInAt} ${lastSeenAt}`}>
              <Table.Td>{time(signedInAt)}</Table.Td>
              <Table.Td>
                {time(lastSeenAt)} {isThis && <Badge variant="light">{t('me.this')}</Badge>}
              </Table.Td>
              <Table.Td>{t(`way.${by}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}
