import { Button, Modal, Radio, Table, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { type AccountsAnswer, accountsAnswer, newAccountAnswer } from '../../../../src/panel/settings.schema.ts';
import { call } from '../../api.ts';
import { Icon } from '../../parts/icon.tsx';
import { OfResource } from '../../parts/of-resource.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { SecretOnce } from '../../parts/secret-once.tsx';
import { StateWord } from '../../parts/state-word.tsx';
import { TroubleShown } from '../../parts/trouble-shown.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useResource } from '../../parts/use-resource.ts';
import { useSession } from '../../shell/session.tsx';
import { useTexts } from '../../shell/text.tsx';
import { Untrusted } from '../../work/untrusted.tsx';

type Made = { readonly apiUser: string; readonly apiToken: string };

/** Every account of the installation, for whoever runs it. */
export default function Accounts(): ReactNode {
  const { t } = useTexts();
  const { signedIn } = useSession();
  const accounts = useResource('accounts', (signal) => call('accounts', { answer: accountsAnswer, signal }));
  const [isMaking, setMaking] = useState(false);
  const [made, setMade] = useState<Made | null>(null);
  return (
    <>
      <PageHead
        title={t('nav.accounts')}
        lead={t('accounts.lead')}
        actions={
          signedIn?.installation.includes('accounts.create') === true && (
            <Button leftSection={<Icon name="add" />} onClick={() => setMaking(true)}>
              {t('accounts.new')}
            </Button>
          )
        }
      />
      <OfResource resource={accounts}>
        {(value) => (
          <Table className="wide">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('accounts.name')}</Table.Th>
                <Table.Th>{t('accounts.number')}</Table.Th>
                <Table.Th>{t('accounts.state')}</Table.Th>
                <Table.Th>{t('terms.mode')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {value.accounts.map((account) => (
                <AccountRow key={account.account} account={account} />
              ))}
            </Table.Tbody>
          </Table>
        )}
      </OfResource>
      {isMaking && (
        <NewAccount
          onClose={() => setMaking(false)}
          onMade={(secrets) => {
            setMaking(false);
            setMade(secrets);
            accounts.reload();
          }}
        />
      )}
      {made !== null && (
        <SecretOnce
          title={t('accounts.made')}
          text={t('token.new.text')}
          secrets={[
            { name: t('token.user'), value: made.apiUser },
            { name: t('token.token'), value: made.apiToken },
          ]}
          onClose={() => setMade(null)}
        />
      )}
    </>
  );
}

const tones = { validated: 'good', unvalidated: 'doubt', disabled: 'bad' } as const;

function AccountRow({ account }: { readonly account: AccountsAnswer['accounts'][number] }): ReactNode {
  const { t } = useTexts();
  return (
    <Table.Tr>
      <Table.Td>
        <Link href={`~/panel/${account.account}/account`}>
          <Untrusted text={account.name} />
        </Link>
      </Table.Td>
      <Table.Td>{account.account}</Table.Td>
      <Table.Td>
        <StateWord tone={tones[account.state]}>{t(`terms.state.${account.state}`)}</StateWord>
      </Table.Td>
      <Table.Td>{t(`terms.mode.${account.mode}`)}</Table.Td>
    </Table.Tr>
  );
}

function NewAccount({
  onClose,
  onMade,
}: {
  readonly onClose: () => void;
  readonly onMade: (made: Made) => void;
}): ReactNode {
  const { t } = useTexts();
  const [name, setName] = useState('');
  const [mode, setMode] = useState<'live' | 'test'>('live');
  const making = useAction(
    async () =>
      onMade(await call('accounts', { method: 'POST', body: { name: name.trim(), mode }, answer: newAccountAnswer })),
    { quiet: true },
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void making.run();
  };
  return (
    <Modal opened onClose={onClose} title={t('accounts.new')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form className="form" onSubmit={submit}>
        {making.trouble !== null && <TroubleShown trouble={making.trouble} />}
        <TextInput
          label={t('accounts.name')}
          description={t('accounts.name.why')}
          required
          withAsterisk={false}
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Radio.Group label={t('terms.mode')} value={mode} onChange={(value) => setMode(value as 'live' | 'test')}>
          <div className="choices">
            {(['live', 'test'] as const).map((each) => (
              <Radio
                key={each}
                value={each}
                label={t(`terms.mode.${each}`)}
                description={t(`terms.mode.${each}.why`)}
              />
            ))}
          </div>
        </Radio.Group>
        <div className="row end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={making.isRunning}>
            {t('accounts.new.go')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
