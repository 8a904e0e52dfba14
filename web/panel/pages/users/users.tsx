import { Button, Select, Table } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type AccountRole, accountRoles } from '../../../../src/access/roles.ts';
import { type UsersAnswer, signUpLinkAnswer, usersAnswer } from '../../../../src/panel/session-protocol.schema.ts';
import { call } from '../../api.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Icon } from '../../parts/icon.tsx';
import { OfResource } from '../../parts/of-resource.tsx';
import { PageHead } from '../../parts/page-head.tsx';
import { Section } from '../../parts/section.tsx';
import { StateWord } from '../../parts/state-word.tsx';
import { useAction } from '../../parts/use-action.ts';
import { useResource } from '../../parts/use-resource.ts';
import { type Account, useAccount } from '../../shell/account.tsx';
import { roleText } from '../../shell/role-text.ts';
import { useNotices } from '../../shell/notices.tsx';
import { useSession } from '../../shell/session.tsx';
import { useTexts } from '../../shell/text.tsx';
import { Untrusted } from '../../work/untrusted.tsx';
import { InviteUser } from './invite-user.tsx';
import { SignUpLink, type SignUpLinkShown } from './sign-up-link.tsx';

type User = UsersAnswer['users'][number];

/** Who works in this account, and as what. */
export default function Users(): ReactNode {
  const { t } = useTexts();
  const account = useAccount();
  const users = useResource(account.account, (signal) => call(account.path('users'), { answer: usersAnswer, signal }));
  const [isInviting, setInviting] = useState(false);
  const [link, setLink] = useState<SignUpLinkShown | null>(null);
  const mayManage = account.may('users.manage');
  return (
    <>
      <PageHead
        title={t('nav.users')}
        lead={t('users.lead')}
        actions={
          mayManage && (
            <Button leftSection={<Icon name="add" />} onClick={() => setInviting(true)}>
              {t('users.invite')}
            </Button>
          )
        }
      />
      <OfResource resource={users}>
        {({ users: all }) => (
          <Table className="wide">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('users.name')}</Table.Th>
                <Table.Th>{t('users.role')}</Table.Th>
                <Table.Th>{t('users.state')}</Table.Th>
                <Table.Th>{t('users.last')}</Table.Th>
                {mayManage && (
                  <Table.Th>
                    <span className="sr-only">{t('common.actions')}</span>
                  </Table.Th>
                )}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {all.map((user) => (
                <UserRow
                  key={user.id}
                  user={user}
                  account={account}
                  mayManage={mayManage}
                  onChanged={users.replace}
                  onLink={setLink}
                />
              ))}
            </Table.Tbody>
          </Table>
        )}
      </OfResource>
      <Section title={t('users.roles')} lead={t('users.roles.why')}>
        <dl className="facts">
          {accountRoles.map((role) => (
            <div key={role}>
              <dt>{t(roleText(role))}</dt>
              <dd>{t(`role.${role}.may`)}</dd>
            </div>
          ))}
        </dl>
      </Section>
      {isInviting && (
        <InviteUser
          account={account}
          onClose={() => setInviting(false)}
          onInvited={(shown) => {
            setInviting(false);
            setLink(shown);
            users.reload();
          }}
        />
      )}
      {link !== null && <SignUpLink shown={link} onClose={() => setLink(null)} />}
    </>
  );
}

type RowProps = {
  readonly user: User;
  readonly account: Account;
  readonly mayManage: boolean;
  readonly onChanged: (users: UsersAnswer) => void;
  readonly onLink: (link: SignUpLinkShown) => void;
};

function UserRow({ user, account, mayManage, onChanged, onLink }: RowProps): ReactNode {
  const { t, time } = useTexts();
  const { tell } = useNotices();
  const { signedIn } = useSession();
  const isSelf = signedIn?.user.id === user.id;
  const path = account.path(`users/${user.id}`);
  const change = async (to: { role: AccountRole; isDisabled: boolean }): Promise<void> => {
    onChanged(await call(path, { method: 'PUT', body: to, answer: usersAnswer }));
    tell({ tone: 'good', text: t('common.saved'), forMs: 2_500 });
  };
  const changing = useAction((role: AccountRole) => change({ role, isDisabled: user.isDisabled }));
  const switching = useAction(() => change({ role: user.role, isDisabled: !user.isDisabled }));
  const renewing = useAction(async () => {
    const { link, expiresAt } = await call(`${path}/link`, { method: 'POST', body: {}, answer: signUpLinkAnswer });
    onLink({ name: user.name, link, expiresAt });
  });
  return (
    <Table.Tr data-off={user.isDisabled || undefined}>
      <Table.Td>
        <Untrusted text={user.name} /> {isSelf && <span className="quiet">{t('users.you')}</span>}
      </Table.Td>
      <Table.Td>
        {mayManage && !isSelf ? (
          <Select
            size="xs"
            w="10rem"
            aria-label={t('users.role.of', { name: user.name })}
            value={user.role}
            disabled={changing.isRunning}
            data={accountRoles.map((role) => ({ value: role, label: t(roleText(role)) }))}
            onChange={(role) => role !== null && role !== user.role && void changing.run(role as AccountRole)}
          />
        ) : (
          t(roleText(user.role))
        )}
      </Table.Td>
      <Table.Td>
        <StateWord tone={user.isDisabled ? 'bad' : user.state === 'active' ? 'good' : 'plain'}>
          {t(user.isDisabled ? 'users.state.disabled' : `users.state.${user.state}`)}
        </StateWord>
      </Table.Td>
      <Table.Td>{user.lastSignedInAt === null ? t('users.never') : time(user.lastSignedInAt)}</Table.Td>
      {mayManage && (
        <Table.Td>
          {!isSelf && (
            <div className="row end">
              <Button
                variant="subtle"
                size="compact-sm"
                loading={renewing.isRunning}
                onClick={() => void renewing.run()}
              >
                {t('users.link')}
                <span className="sr-only">
                  {' '}
                  <Untrusted text={user.name} />
                </span>
              </Button>
              <Confirm
                title={t(user.isDisabled ? 'users.enable.title' : 'users.disable.title', { name: user.name })}
                text={t(user.isDisabled ? 'users.enable.text' : 'users.disable.text')}
                doIt={t(user.isDisabled ? 'users.enable' : 'users.disable')}
                isDangerous={!user.isDisabled}
                action={switching}
              >
                {(ask) => (
                  <Button variant="subtle" size="compact-sm" color={user.isDisabled ? 'petrol' : 'red'} onClick={ask}>
                    {t(user.isDisabled ? 'users.enable' : 'users.disable')}
                    <span className="sr-only">
                      {' '}
                      <Untrusted text={user.name} />
                    </span>
                  </Button>
                )}
              </Confirm>
            </div>
          )}
        </Table.Td>
      )}
    </Table.Tr>
  );
}
