import { Button, Group, Modal, Table, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type MeAnswer, meAnswer, passkeyOptionsAnswer } from '../../../../src/panel/session-protocol.schema.ts';
import { call } from '../../api.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Section } from '../../parts/section.tsx';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useNotices } from '../../shell/notices.tsx';
import { useSession } from '../../shell/session.tsx';
import { useTexts } from '../../shell/text.tsx';
import { Untrusted } from '../../work/untrusted.tsx';
import { makePasskey } from '../sign-in/passkey.ts';
import type { Me } from './me.tsx';

/** One for each device: whoever loses one still has the other. */
export function OwnPasskeys({ me, onMe }: Me): ReactNode {
  const { t, time } = useTexts();
  const { ways } = useSession();
  const [isAdding, setAdding] = useState(false);
  return (
    <Section
      title={t('me.passkeys')}
      lead={t(ways.passkey ? 'me.passkeys.why' : 'me.passkeys.none-here')}
      actions={
        ways.passkey && (
          <Button variant="default" leftSection={<Icon name="add" />} onClick={() => setAdding(true)}>
            {t('me.passkeys.add')}
          </Button>
        )
      }
    >
      {me.passkeys.length === 0 ? (
        <p className="quiet">{t('me.passkeys.none')}</p>
      ) : (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('me.passkeys.label')}</Table.Th>
              <Table.Th>{t('me.passkeys.made')}</Table.Th>
              <Table.Th>{t('me.last-seen')}</Table.Th>
              <Table.Th>
                <span className="sr-only">{t('common.actions')}</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {me.passkeys.map((passkey) => (
              <Table.Tr key={passkey.id}>
                <Table.Td>
                  <Untrusted text={passkey.label} />
                </Table.Td>
                <Table.Td>{time(passkey.createdAt)}</Table.Td>
                <Table.Td>{passkey.lastUsedAt === null ? t('me.passkeys.unused') : time(passkey.lastUsedAt)}</Table.Td>
                <Table.Td ta="end">
                  <RemovePasskey passkey={passkey} onMe={onMe} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {isAdding && <AddPasskey onMe={onMe} onClose={() => setAdding(false)} />}
    </Section>
  );
}

type RemoveProps = { readonly passkey: MeAnswer['passkeys'][number]; readonly onMe: Me['onMe'] };

function RemovePasskey({ passkey, onMe }: RemoveProps): ReactNode {
  const { t } = useTexts();
  const removing = useAction(async () =>
    onMe(await call(`me/passkeys/${encodeURIComponent(passkey.id)}`, { method: 'DELETE', answer: meAnswer })),
  );
  return (
    <Confirm
      title={t('me.passkeys.remove.title', { label: passkey.label })}
      text={t('me.passkeys.remove.text')}
      doIt={t('me.passkeys.remove')}
      action={removing}
    >
      {(ask) => (
        <Button variant="subtle" color="red" size="compact-sm" onClick={ask}>
          {t('me.passkeys.remove')}
          <span className="sr-only">
            {' '}
            <Untrusted text={passkey.label} />
          </span>
        </Button>
      )}
    </Confirm>
  );
}

function AddPasskey({ onMe, onClose }: { readonly onMe: Me['onMe']; readonly onClose: () => void }): ReactNode {
  const { t } = useTexts();
  const { tell } = useNotices();
  const [label, setLabel] = useState('');
  const adding = useAction(
    async () => {
      const { options, state } = await call('me/passkey-options', {
        method: 'POST',
        body: {},
        answer: passkeyOptionsAnswer,
      });
      const response = await makePasskey(options);
      onMe(
        await call('me/passkeys', { method: 'POST', body: { label: label.trim(), state, response }, answer: meAnswer }),
      );
      tell({ tone: 'good', text: t('me.passkeys.added') });
      onClose();
    },
    { quiet: true },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void adding.run();
  };
  return (
    <Modal opened onClose={onClose} title={t('me.passkeys.add')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form className="form" onSubmit={submit}>
        {adding.trouble !== null && <TroubleShown trouble={adding.trouble} />}
        <TextInput
          label={t('me.passkeys.label')}
          description={t('me.passkeys.label.why')}
          required
          withAsterisk={false}
          maxLength={60}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
          data-autofocus
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={adding.isRunning}>
            {t('me.passkeys.make')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
