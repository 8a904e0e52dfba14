import { ActionIcon, Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { SignedInAnswer } from '../../../src/panel/session-protocol.schema.ts';
import { languageNames, languages } from '../languages.ts';
import { Icon } from '../parts/icon.tsx';
import { Mark } from '../parts/mark.tsx';
import { useAction } from '../parts/use-action.ts';
import type { AccountInView } from './account.tsx';
import { useKeysHelp } from './keys.tsx';
import { type PanelPage, helpPage, mePage } from './pages.ts';
import { roleText } from './role-text.ts';
import { useSession } from './session.tsx';
import { useTexts } from './text.tsx';

type Props = {
  readonly signedIn: SignedInAnswer;
  readonly account: AccountInView | null;
  readonly pages: { readonly account: readonly PanelPage[]; readonly installation: readonly PanelPage[] };
  readonly addressOf: (page: PanelPage) => string;
  readonly location: string;
};

/** The side of the page: words beside signs where there is room, below them on a tablet. */
export function Navigation({ signedIn, account, pages, addressOf, location }: Props): ReactNode {
  const { t } = useTexts();
  const entries = (of: readonly PanelPage[]): ReactNode =>
    of.map((page) => {
      const address = addressOf(page);
      const isHere = location === address || location.startsWith(`${address}/`);
      return (
        <li key={page.path}>
          <Link href={address} aria-current={isHere ? 'page' : undefined}>
            <Icon name={page.icon} size={20} />
            <span>{t(page.name)}</span>
          </Link>
        </li>
      );
    });
  return (
    <div className="side">
      <header>
        <AccountMenu accounts={signedIn.accounts} inView={account} />
      </header>
      <nav aria-label={t('shell.navigation')}>
        <ul>{entries(pages.account)}</ul>
        {pages.installation.length > 0 && (
          <>
            <p className="side-title" id="installation-pages">
              {t('nav.installation')}
            </p>
            <ul aria-labelledby="installation-pages">{entries(pages.installation)}</ul>
          </>
        )}
        <ul className="side-last">{entries([helpPage])}</ul>
      </nav>
      <UserMenu name={signedIn.user.name} addressOfMe={addressOf(mePage)} />
    </div>
  );
}

type AccountMenuProps = { readonly accounts: SignedInAnswer['accounts']; readonly inView: AccountInView | null };

function AccountMenu({ accounts, inView }: AccountMenuProps): ReactNode {
  const { t } = useTexts();
  const [, navigate] = useLocation();
  const name = inView?.name ?? t('app.name');
  const shown = (
    <>
      <Mark />
      <span className="side-account">
        <b>
          <bdi>{name}</bdi>
        </b>
        <small>
          {inView === null ? t('role.installer') : inView.role === null ? inView.account : t(roleText(inView.role))}
        </small>
      </span>
    </>
  );
  if (accounts.length < 2) return <div className="side-head">{shown}</div>;
  return (
    <Menu position="bottom-start" width={260}>
      <Menu.Target>
        <UnstyledButton className="side-head">
          {shown}
          <span className="sr-only">{t('shell.switch-account')}</span>
          <Icon name="switch" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('shell.accounts')}</Menu.Label>
        {accounts.map((each) => (
          <Menu.Item
            key={each.account}
            onClick={() => navigate(`/${each.account}`)}
            rightSection={each.account === inView?.account ? <Icon name="good" /> : undefined}
            aria-current={each.account === inView?.account}
          >
            <bdi>{each.name}</bdi>
            <small className="quiet"> · {t(roleText(each.role))}</small>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function UserMenu({ name, addressOfMe }: { readonly name: string; readonly addressOfMe: string }): ReactNode {
  const { t, language } = useTexts();
  const { signOut, speak } = useSession();
  const leaving = useAction(signOut);
  const speaking = useAction(speak);
  const showKeys = useKeysHelp();
  const [, navigate] = useLocation();
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  return (
    <footer>
      <Menu position="right-end" width={240}>
        <Menu.Target>
          <UnstyledButton className="side-user" aria-label={t('shell.user', { name })}>
            <Icon name="person" size={20} />
            <span>
              <bdi>{name}</bdi>
            </span>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<Icon name="passkey" />} onClick={() => navigate(addressOfMe)}>
            {t('nav.me')}
          </Menu.Item>
          <Menu.Item leftSection={<Icon name="keyboard" />} onClick={showKeys}>
            {t('keys.title')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>{t('shell.theme')}</Menu.Label>
          {(['light', 'dark', 'auto'] as const).map((scheme) => (
            <Menu.Item
              key={scheme}
              onClick={() => setColorScheme(scheme)}
              aria-current={colorScheme === scheme}
              rightSection={colorScheme === scheme ? <Icon name="good" /> : undefined}
            >
              {t(`theme.${scheme}`)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Label>{t('shell.language')}</Menu.Label>
          {languages.map((each) => (
            <Menu.Item
              key={each}
              lang={each}
              onClick={() => void speaking.run(each)}
              aria-current={each === language}
              rightSection={each === language ? <Icon name="good" /> : undefined}
            >
              {languageNames[each]}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<Icon name="out" />} disabled={leaving.isRunning} onClick={() => void leaving.run()}>
            {t('shell.sign-out')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ActionIcon className="side-keys" variant="subtle" color="gray" onClick={showKeys} aria-label={t('keys.title')}>
        <Icon name="keyboard" size={20} />
      </ActionIcon>
    </footer>
  );
}
